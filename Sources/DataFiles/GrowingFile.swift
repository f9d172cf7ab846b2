import Foundation

/// A data file that gets further entries at the end of its lists. Everything else in it stays as it was written, comments too.
package struct GrowingFile: Sendable {
    package let url: URL
    /// The file as it is.
    package let before: String
    /// The file as it is to be.
    package private(set) var text: String
    private let path: String

    /// Reads a file.
    /// - Throws: `Complaints` when it cannot be read.
    package init(_ url: URL) throws(Complaints) {
        self.init(url, text: try DataFile.text(of: url).text)
    }

    /// A file with this text.
    package init(_ url: URL, text: String) {
        self.url = url
        before = text
        self.text = text
        path = DataFile.shown(url)
    }

    /// Lines that are as long as this are broken where a list grows.
    private static let columns = 140

    /// Puts an entry at the end of the list that the file has under a key, as the list is written; without the key, the list is put at the
    /// end of the file.
    /// - Parameter entry: YAML, at the left edge. Only one of a single line can be put into a list in brackets.
    /// - Throws: `Complaints` if the file would not say afterwards what it says now, and that entry more.
    package mutating func append(_ entry: String, to key: String) throws(Complaints) {
        let file = try DataFile(text: text, path: path)
        let added = try DataFile(text: entry + "\n", path: path).root.outline
        let written = Written(text)
        let entries = file.root.entries()?.entries ?? []
        let place: Place
        let grown: String?
        if let at = entries.firstIndex(where: { $0.name == key }) {
            let next = entries.indices.contains(at + 1) ? entries[at + 1].key.place.line : nil
            place = entries[at].value.place
            grown = written.appending(entry, toListAt: place, before: next, columns: Self.columns)
        } else {
            place = file.root.place
            grown = written.adding(key, entry)
        }
        guard let grown, let outline = file.root.outline.appending(added, to: key),
            (try? DataFile(text: grown, path: path))?.root.outline == outline
        else {
            throw Complaints([
                Complaint(
                    place, "lab cannot add to '\(key)' as it is written here",
                    expected: "a list of lines that begin with '-', or in brackets")
            ])
        }
        text = grown
    }
}

/// A text by its lines and columns, which count Unicode scalars as places do.
private struct Written {
    private let scalars: [Unicode.Scalar]
    /// Where each line begins.
    private let starts: [Int]

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        self.scalars = scalars
        starts = [0] + scalars.indices.filter { scalars[$0] == "\n" }.map { $0 + 1 }
    }

    /// The whole text with pieces put in, by where they go.
    private func putting(_ pieces: [(at: Int, text: String)]) -> String {
        var result = String.UnicodeScalarView()
        var from = 0
        for piece in pieces {
            result.append(contentsOf: scalars[from..<piece.at])
            result.append(contentsOf: piece.text.unicodeScalars)
            from = piece.at
        }
        result.append(contentsOf: scalars[from...])
        return String(result)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { " \t\r\n".unicodeScalars.contains(scalar) }

    /// The scalars of a line, from 1, without its end.
    private func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
        let start = starts[number - 1]
        return scalars[start..<(scalars[start...].firstIndex(of: "\n") ?? scalars.count)]
    }

    private func lineNumber(at place: Int) -> Int { (starts.lastIndex { $0 <= place } ?? 0) + 1 }

    private func indentation(_ line: Int) -> Int { self.line(line).prefix { $0 == " " }.count }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

    private static func lines(of entry: String) -> [String] {
        var lines = entry.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }

    /// An entry as lines of a list whose dashes have that many blanks before them.
    private static func block(_ entry: String, indent: Int) -> String {
        lines(of: entry).enumerated().map { number, line in
            line.isEmpty ? "\n" : blanks(indent) + (number == 0 ? "- " : "  ") + line + "\n"
        }.joined()
    }

    /// With a new key at the end, whose list has one entry.
    func adding(_ key: String, _ entry: String) -> String {
        let lines = Self.lines(of: entry)
        let end = scalars.isEmpty || scalars.last == "\n" ? "" : "\n"
        return putting([(scalars.count, end + (lines.count == 1 ? "\(key): [\(lines[0])]\n" : "\(key):\n" + Self.block(entry, indent: 0)))])
    }

    /// With one more entry in the list that begins at a place.
    /// - Parameter next: the line of the first key after it, if there is one.
    /// - Returns: nil if it is written in another way than lab knows.
    func appending(_ entry: String, toListAt place: Place, before next: Int?, columns: Int) -> String? {
        guard starts.indices.contains(place.line - 1) else { return nil }
        let start = starts[place.line - 1] + place.column - 1
        guard scalars.indices.contains(start) else { return nil }
        switch scalars[start] {
        case "-": return appending(entry, toBlockAt: place, before: next)
        case "[":
            let lines = Self.lines(of: entry)
            return lines.count == 1 ? appending(lines[0], toFlowAt: start, columns: columns) : nil
        default: return nil
        }
    }

    private func appending(_ entry: String, toBlockAt place: Place, before next: Int?) -> String {
        var last = next.map { $0 - 1 } ?? starts.count
        // What is left of the dashes, or under them, is of no entry: a comment there is about what follows.
        while last > place.line {
            let line = line(last)
            let first = line.first { !Self.isBlank($0) }
            guard first == nil || (first == "#" && indentation(last) < place.column) else { break }
            last -= 1
        }
        let end = line(last).endIndex
        let block = Self.block(entry, indent: place.column - 1)
        let isLong = Self.lines(of: entry).count > 1
        return putting([(end, "\n" + (isLong ? "\n" : "") + block.dropLast())])
    }

    private func appending(_ entry: String, toFlowAt start: Int, columns: Int) -> String? {
        guard let found = FlowEnd(scalars, from: start) else { return nil }
        if found.isEmpty { return putting([(start + 1, entry)]) }
        let comma = found.hasComma ? "" : ","
        let number = lineNumber(at: found.end - 1)
        let line = line(number)
        let indent = Self.blanks(number == lineNumber(at: start) ? indentation(number) + 2 : indentation(number))
        if scalars[found.end..<found.close].contains("\n") {
            // The bracket has a line of its own, and so has the entry. A comment behind the last one stays there.
            let lineEnd = line.last == "\r" ? line.endIndex - 1 : line.endIndex
            return putting([(found.end, comma), (lineEnd, "\n" + indent + entry + (found.hasComma ? "," : ""))])
        }
        let isTooLong = line.count + entry.unicodeScalars.count + 2 > columns
        return putting([(found.end, comma + (isTooLong ? "\n" + indent : " ") + entry)])
    }

    /// Where a list in brackets ends.
    private struct FlowEnd {
        /// Behind the last entry and the comma after it.
        var end: Int
        var hasComma: Bool
        var isEmpty: Bool
        /// The place of the closing bracket.
        var close: Int

        init?(_ scalars: [Unicode.Scalar], from start: Int) {
            var depth = 0
            var end = start
            var at = start
            /// Goes to the closing quotation mark.
            func skip(_ quote: Unicode.Scalar) {
                at += 1
                while at < scalars.count, scalars[at] != quote { at += quote == "\"" && scalars[at] == "\\" ? 2 : 1 }
            }
            while at < scalars.count {
                let scalar = scalars[at]
                let before: Unicode.Scalar = end > start ? scalars[end - 1] : "["
                if scalar == "#", Written.isBlank(scalars[at - 1]) {
                    while at < scalars.count, scalars[at] != "\n" { at += 1 }
                    continue
                }
                switch scalar {
                // Elsewhere it is a letter of a plain text. One that is doubled within single quotes ends a text and begins the next.
                case "'", "\"": if "[{,:'".unicodeScalars.contains(before) { skip(scalar) }
                case "[", "{": depth += 1
                case "]", "}":
                    depth -= 1
                    if depth == 0 {
                        self.init(end: end, hasComma: before == "," && end > start, isEmpty: end == start + 1, close: at)
                        return
                    }
                default: break
                }
                at += 1
                if !Written.isBlank(scalar) { end = at }
            }
            return nil
        }

        private init(end: Int, hasComma: Bool, isEmpty: Bool, close: Int) {
            self.end = end
            self.hasComma = hasComma
            self.isEmpty = isEmpty
            self.close = close
        }
    }
}
