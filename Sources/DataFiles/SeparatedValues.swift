import Foundation

/// A table as spreadsheets write it (CSV, RFC 4180), with the place of every cell.
///
/// The separator is what a first line `sep=;` says, as Excel writes and reads it; else the comma, the semicolon or the tab,
/// whichever the first line has most of outside quotes. Lines end with LF, CR LF, or CR alone, as old Macintosh programs write.
package struct SeparatedValues {
    /// The cells of the first line.
    package let header: [Text]
    /// The other lines that are not blank. A row may be shorter than the header; it is never longer.
    package let rows: [[Text]]
    package let book: ComplaintBook

    /// Reads a file.
    /// - Throws: `Complaints` when it cannot be read, has a quote that does not end, or a row that is too long.
    package init(_ url: URL) throws(Complaints) {
        let (text, path) = try DataFile.text(of: url)
        try self.init(text: text, path: path)
    }

    /// Parses a text as if it were in the file `path`.
    package init(text: String, path: String, book: ComplaintBook = ComplaintBook()) throws(Complaints) {
        self.book = book
        var parser = Parser(text, path: path)
        let rows = parser.rows().filter { row in row.contains { !$0.string.isEmpty } }
        if let complaint = parser.complaint { throw Complaints([complaint]) }
        guard let header = rows.first else {
            throw Complaints([
                Complaint(Place(file: path, line: 1, column: 1), "the file is empty", expected: "a line with the names of the columns")
            ])
        }
        for row in rows where row.count > header.count {
            let quotes = parser.separator == "," ? "; a cell with a comma in it goes in quotes" : ""
            book.note(
                row[header.count].place, "this row has \(row.count) cells",
                expected: "at most \(header.count), as in the line with the names of the columns\(quotes)")
        }
        try book.close()
        self.header = header
        self.rows = Array(rows.dropFirst())
    }

    private struct Parser {
        let scalars: [Unicode.Scalar]
        private(set) var separator: Unicode.Scalar = ","
        let path: String
        var index = 0
        var line = 1
        var column = 1
        var complaint: Complaint?

        init(_ text: String, path: String) {
            self.path = path
            var all = Array(text.unicodeScalars)
            // Spreadsheets begin UTF-8 with a mark.
            if all.first == "\u{FEFF}" { all.removeFirst() }
            scalars = all
            if let said = Self.said(by: scalars.prefix { !Self.isLineEnd($0) }) {
                separator = said
                while index < scalars.count, !Self.isLineEnd(scalars[index]) { advance() }
                endLine()
                return
            }
            var isQuoted = false
            var counts: [Unicode.Scalar: Int] = [:]
            for scalar in scalars {
                if scalar == "\"" { isQuoted.toggle() }
                if isQuoted { continue }
                if Self.isLineEnd(scalar) { break }
                counts[scalar, default: 0] += 1
            }
            let candidates: [Unicode.Scalar] = [",", ";", "\t"]
            separator = candidates.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? ","
        }

        private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

        /// The separator in Excel's line `sep=;`, with or without quotes around it.
        private static func said(by line: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
            var line = line
            if line.first == "\"", let end = line.lastIndex(of: "\""), end > line.startIndex { line = line[(line.startIndex + 1)..<end] }
            guard line.count >= 5, String(String.UnicodeScalarView(line.prefix(4))).lowercased() == "sep=",
                let separator = line.dropFirst(4).first,
                separator != "\"", line.dropFirst(5).allSatisfy({ $0 == separator || $0 == " " || $0 == "," || $0 == ";" })
            else { return nil }
            return separator
        }

        /// Goes over the end of a line, one or two characters.
        private mutating func endLine() {
            guard index < scalars.count else { return }
            let isReturn = scalars[index] == "\r"
            advance()
            if isReturn, index < scalars.count, scalars[index] == "\n" { advance() }
        }

        mutating func rows() -> [[Text]] {
            var rows: [[Text]] = []
            while index < scalars.count, complaint == nil { rows.append(row()) }
            return rows
        }

        private mutating func advance() {
            // Of CR LF, the second counts.
            if scalars[index] == "\n" || scalars[index] == "\r" && !(index + 1 < scalars.count && scalars[index + 1] == "\n") {
                line += 1
                column = 1
            } else {
                column += 1
            }
            index += 1
        }

        private mutating func row() -> [Text] {
            var cells: [Text] = []
            while true {
                cells.append(cell())
                guard index < scalars.count else { return cells }
                if Self.isLineEnd(scalars[index]) {
                    endLine()
                    return cells
                }
                advance()
            }
        }

        /// One cell; ends before a separator, a line break or the end.
        private mutating func cell() -> Text {
            let place = Place(file: path, line: line, column: column)
            var text = String.UnicodeScalarView()
            if index < scalars.count, scalars[index] == "\"" {
                advance()
                while true {
                    guard index < scalars.count else {
                        complaint = Complaint(place, "this quote does not end", expected: "\"")
                        break
                    }
                    let scalar = scalars[index]
                    advance()
                    if scalar != "\"" {
                        text.append(scalar)
                    } else if index < scalars.count, scalars[index] == "\"" {
                        text.append(scalar)
                        advance()
                    } else {
                        break
                    }
                }
            }
            while index < scalars.count, scalars[index] != separator, !Self.isLineEnd(scalars[index]) {
                text.append(scalars[index])
                advance()
            }
            return Text(String(text).trimmingCharacters(in: .whitespacesAndNewlines), at: place)
        }
    }
}
