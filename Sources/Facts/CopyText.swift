/// Rows in PostgreSQL's COPY text format, each behind a `+` and a tab so that stray output cannot be taken for a row.
enum CopyText {
    /// Why an answer does not fit its table.
    struct Misfit: Error { var reason: String }

    /// The rows of a table in what a probe printed. Lines that are not rows are left out.
    static func rows(of text: String, columns: [FactTable.Column]) throws(Misfit) -> [[FactValue]] {
        var rows: [[FactValue]] = []
        for line in text.split(separator: "\n") {
            if line == "!sed" { throw Misfit(reason: "sed failed on the machine") }
            guard line.hasPrefix("+\t") else { continue }
            let fields = line.dropFirst(2).split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == columns.count else {
                throw Misfit(reason: "the answer has \(fields.count) columns where \(columns.count) belong")
            }
            var row: [FactValue] = []
            for (field, column) in zip(fields, columns) { row.append(try value(field, column)) }
            rows.append(row)
        }
        return rows
    }

    private static func value(_ field: Substring, _ column: FactTable.Column) throws(Misfit) -> FactValue {
        if field == "\\N" { return .null }
        let text = unescaped(field)
        switch column.type {
        case .text: return .text(text)
        case .int:
            if let value = Int64(text) { return .int(value) }
        case .real:
            if let value = Double(text), value.isFinite { return .real(value) }
        case .bool:
            if text == "t" { return .bool(true) }
            if text == "f" { return .bool(false) }
        }
        throw Misfit(reason: "the answer's \(column.name) is not of type \(column.type.rawValue)")
    }

    static func unescaped(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var text = ""
        var escaped = false
        for character in field {
            if escaped {
                switch character {
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "r": text.append("\r")
                case "b": text.append("\u{8}")
                case "f": text.append("\u{C}")
                case "v": text.append("\u{B}")
                default: text.append(character)
                }
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
