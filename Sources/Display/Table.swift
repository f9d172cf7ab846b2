extension Layout {
    /// Columns that are narrower than this cannot be read.
    private static let narrowest = 8
    private static let gap = "  "

    /// Rows in columns that fit `width` together. The widest columns give way first, and their cells run over several lines.
    /// If there are more columns than fit, each row becomes a list of its own, one line a column.
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
        guard let widths = fitting(natural, room: width - Self.width(indent) - gap.count * (count - 1)) else {
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

    /// The widths that columns get: narrow ones what they need, the others equal shares of the rest. Nil when even the
    /// narrowest that can be read do not fit.
    private static func fitting(_ natural: [Int], room: Int) -> [Int]? {
        guard natural.reduce(0, +) > room else { return natural }
        var left = room
        var open = natural.count
        var share = room / max(1, open)
        for width in natural.sorted() where width <= share {
            left -= width
            open -= 1
            share = open > 0 ? left / open : share
        }
        guard share >= narrowest else { return nil }
        var spare = left - share * open
        return natural.map { width in
            guard width > share else { return width }
            defer { spare = max(0, spare - 1) }
            return min(width, share + (spare > 0 ? 1 : 0))
        }
    }

    private static func cell(_ text: String, width: Int, lines limit: Int) -> [String] {
        let text = oneLine(text)
        if Self.width(text) <= width { return [text] }
        var lines = wrap(text, width: width, cutsWords: true)
        guard lines.count > limit else { return lines }
        lines[limit - 1] = truncate(lines[limit - 1] + " " + lines[limit], width: width)
        return Array(lines.prefix(limit))
    }

    private static func lists(
        _ rows: [[String]], heading: [String], width: Int, indent: String, cellLines: Int
    ) -> [String] {
        let names = min(heading.map(Self.width).max() ?? 0, width / 3)
        var lines: [String] = []
        for (number, row) in rows.enumerated() {
            if number > 0 { lines.append("") }
            for (column, text) in row.enumerated() {
                let name = heading.indices.contains(column) ? truncate(heading[column], width: names) : ""
                let lead = indent + (heading.isEmpty ? "" : pad(name, names) + gap)
                let values = cell(text, width: max(narrowest, width - Self.width(lead)), lines: cellLines)
                lines += values.enumerated().map { ($0 == 0 ? lead : blanks(Self.width(lead))) + $1 }
            }
        }
        return lines
    }

    private static func oneLine(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "\n")) ? text.replacing("\n", with: " ") : text
    }
}
