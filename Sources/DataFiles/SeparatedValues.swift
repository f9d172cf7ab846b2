import Foundation

/// A table as spreadsheets write it (CSV, RFC 4180), with the place of every cell.
///
/// The separator is the comma, the semicolon or the tab, whichever the first line has most of.
public struct SeparatedValues {
    /// The cells of the first line.
    public let header: [Text]
    /// The other lines that are not blank. A row may be shorter than the header; it is never longer.
    public let rows: [[Text]]
    public let book: ComplaintBook

    /// Reads a file.
    /// - Throws: `Complaints` when it cannot be read, has a quote that does not end, or a row that is too long.
    public init(_ url: URL) throws(Complaints) {
        let (text, path) = try DataFile.text(of: url)
        try self.init(text: text, path: path)
    }

    /// Parses a text as if it stood in the file `path`.
    public init(text: String, path: String, book: ComplaintBook = ComplaintBook()) throws(Complaints) {
        self.book = book
        var parser = Parser(text, path: path)
        let rows = parser.rows().filter { row in row.contains { !$0.string.isEmpty } }
        if let complaint = parser.complaint { throw Complaints([complaint]) }
        guard let header = rows.first else {
            throw Complaints([Complaint(Place(file: path, line: 1, column: 1), "the file is empty", expected: "a line with the names of the columns")])
        }
        for row in rows where row.count > header.count {
            book.note(row[header.count].place, "this row has \(row.count) cells", expected: "at most \(header.count), as in the first line")
        }
        try book.close()
        self.header = header
        self.rows = Array(rows.dropFirst())
    }

    private struct Parser {
        let scalars: [Unicode.Scalar]
        let separator: Unicode.Scalar
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
            let first = all.prefix { $0 != "\n" }
            let candidates: [Unicode.Scalar] = [",", ";", "\t"]
            separator = candidates.max { a, b in first.count { $0 == a } < first.count { $0 == b } } ?? ","
        }

        mutating func rows() -> [[Text]] {
            var rows: [[Text]] = []
            while index < scalars.count, complaint == nil { rows.append(row()) }
            return rows
        }

        private mutating func advance() {
            if scalars[index] == "\n" {
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
                let end = scalars[index]
                advance()
                if end == "\n" { return cells }
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
            while index < scalars.count, scalars[index] != separator, scalars[index] != "\n" {
                text.append(scalars[index])
                advance()
            }
            return Text(String(text).trimmingCharacters(in: .whitespaces.union(["\r"])), at: place)
        }
    }
}
