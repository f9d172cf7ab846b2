/// Rows in PostgreSQL's COPY text format, each behind a `+` and a tab so that stray output cannot be taken for a row.
enum CopyText {
    /// Why an answer does not fit its table.
    struct Misfit: Error { var reason: String }

    /// The rows of a table in what a probe printed. Lines that are not rows are left out.
    static func rows(of text: ArraySlice<UInt8>, columns: [FactTable.Column]) throws(Misfit) -> [[FactValue]] {
        var rows: [[FactValue]] = []
        // By bytes: which of them make a letter together does not matter before a field is taken out.
        for line in text.split(separator: UInt8(ascii: "\n")) {
            if line.elementsEqual("!sed".utf8) { throw Misfit(reason: "sed failed on the machine") }
            guard line.starts(with: "+\t".utf8) else { continue }
            let fields = line.dropFirst(2).split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            guard fields.count == columns.count else {
                throw Misfit(reason: "the answer has \(fields.count) columns where \(columns.count) belong")
            }
            var row: [FactValue] = []
            row.reserveCapacity(fields.count)
            for (field, column) in zip(fields, columns) { row.append(try value(field, column)) }
            rows.append(row)
        }
        return rows
    }

    private static func value(_ field: ArraySlice<UInt8>, _ column: FactTable.Column) throws(Misfit) -> FactValue {
        if field.elementsEqual("\\N".utf8) { return .null }
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

    private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        let sign = UInt8(ascii: "\\")
        guard field.contains(sign) else { return String(decoding: field, as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(field.count)
        var escaped = false
        for byte in field {
            if !escaped, byte == sign {
                escaped = true
                continue
            }
            switch byte {
            case UInt8(ascii: "n") where escaped: text.append(0x0A)
            case UInt8(ascii: "t") where escaped: text.append(0x09)
            case UInt8(ascii: "r") where escaped: text.append(0x0D)
            case UInt8(ascii: "b") where escaped: text.append(0x08)
            case UInt8(ascii: "f") where escaped: text.append(0x0C)
            case UInt8(ascii: "v") where escaped: text.append(0x0B)
            default: text.append(byte)
            }
            escaped = false
        }
        return String(decoding: text, as: UTF8.self)
    }
}
