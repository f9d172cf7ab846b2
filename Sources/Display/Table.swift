extension Layout {
    /// Columns that are narrower than this cannot be read.
    private static let narrowest = 8
    private static let gap = "  "

    /// Rows in columns that fit `width` together. The widest columns give way first, and their cells run over several lines, broken
    /// between words. If not even the longest words of all columns fit beside each other, each row becomes a list of its own, one
    /// line a column.
    /// - Parameters:
    ///   - heading: comes above the columns.
    ///   - indent: comes before every line.
    ///   - cellLines: how many lines a cell may run over; what is longer is cut, with an ellipsis.
    ///   - right: the columns whose cells are aligned to the right.
    package static func table(
        _ rows: [[String]], heading: [String]? = nil, width: Int, indent: String = "", cellLines: Int = 4, right: Set<Int> = []
    ) -> [String] {
        let all = (heading.map { [$0] } ?? []) + rows
        guard let count = all.map(\.count).max(), count > 0 else { return [] }
        let natural = (0..<count).map { column in
            max(1, all.map { $0.indices.contains(column) ? Self.width(oneLine($0[column])) : 0 }.max() ?? 0)
        }
        let least = (0..<count).map { column in
            let longest = all.map { $0.indices.contains(column) ? longestWord($0[column]) : 0 }.max() ?? 0
            return min(natural[column], max(narrowest, longest))
        }
        guard let widths = fitting(natural, least, room: width - Self.width(indent) - gap.count * (count - 1)) else {
            return lists(rows, heading: heading ?? [], width: width, indent: indent, cellLines: cellLines)
        }
        return all.flatMap { row in
            let cells = row.enumerated().map { cell($1, width: widths[$0], lines: cellLines) }
            let height = max(1, cells.map(\.count).max() ?? 1)
            return (0..<height).map { number in
                let line = cells.map { $0.indices.contains(number) ? $0[number] : "" }
                guard let last = line.lastIndex(where: { !$0.isEmpty }) else { return "" }
                let filled = line[...last]
                return indent
                    + filled.enumerated().map { column, text in
                        let padding = blanks(widths[column] - Self.width(text))
                        if right.contains(column) { return padding + text }
                        return column == filled.count - 1 ? text : text + padding
                    }.joined(separator: gap)
            }
        }
    }

    /// The widths that columns get: none less than its longest word, and of what is left the narrowest first, up to what it needs.
    /// Nil when the longest words do not fit.
    private static func fitting(_ natural: [Int], _ least: [Int], room: Int) -> [Int]? {
        guard natural.reduce(0, +) > room else { return natural }
        var left = room - least.reduce(0, +)
        guard left >= 0 else { return nil }
        var widths = least
        while left > 0, let column = widths.indices.filter({ widths[$0] < natural[$0] }).min(by: { widths[$0] < widths[$1] }) {
            widths[column] += 1
            left -= 1
        }
        return widths
    }

    private static func longestWord(_ text: String) -> Int {
        oneLine(text).split(separator: " ").map { word in
            // Writing without blanks between its words may be broken anywhere.
            pieces(String(word)).contains { if case .letter(let letter) = $0 { columns(of: letter) == 2 } else { false } }
                ? narrowest : width(String(word))
        }.max() ?? 0
    }

    private static func cell(_ text: String, width: Int, lines limit: Int) -> [String] {
        let text = oneLine(text)
        if Self.width(text) <= width { return [text] }
        // Only in a list is a word wider than its column: it has all of the screen then.
        var lines = wrap(text, width: width).flatMap { fold($0, width: width) }
        guard lines.count > limit else { return lines }
        lines[limit - 1] = truncate(lines[limit - 1] + " " + lines[limit], width: width)
        return Array(lines.prefix(limit))
    }

    private static func lists(
        _ rows: [[String]], heading: [String], width: Int, indent: String, cellLines: Int
    ) -> [String] {
        let names = min(heading.map(Self.width).max() ?? 0, width / 2)
        var lines: [String] = []
        for (number, row) in rows.enumerated() {
            if number > 0 { lines.append("") }
            for (column, text) in row.enumerated() {
                let name = heading.indices.contains(column) ? truncate(heading[column], width: names) : ""
                let lead = indent + (heading.isEmpty ? "" : pad(name, names) + gap)
                let room = max(narrowest, width - Self.width(lead))
                if longestWord(text) > room, !heading.isEmpty {
                    // Beside its name a word would be cut: it goes below it.
                    let below = indent + gap
                    lines.append(indent + name)
                    lines += cell(text, width: max(narrowest, width - Self.width(below)), lines: cellLines).map { below + $0 }
                } else {
                    let values = cell(text, width: room, lines: cellLines)
                    lines += values.enumerated().map { ($0 == 0 ? lead : blanks(Self.width(lead))) + $1 }
                }
            }
        }
        return lines
    }

    private static func oneLine(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "\n")) ? text.replacing("\n", with: " ") : text
    }
}
