import Display

/// What a narrow terminal does to words: none may be broken, whatever is printed.
package enum WholeWords {
    /// What is wrong with lines for a terminal of some columns. A word of them must be one of the text's, and a line may be wider
    /// only for a word that hardly fits or a command, which are never broken, so that they can be copied.
    /// - Parameters:
    ///   - typed: the lines of commands that stand at the left edge.
    ///   - whole: the same text without an edge, or the words that it is made of.
    ///   - cuts: whether words that are longer than a line are cut; they then are after a slash or a hyphen, if they have one.
    package static func broken(in lines: [String], width: Int, typed: Set<String> = [], of whole: [String], cuts: Bool = false) -> [String]
    {
        let whole = words(of: whole)
        let long = cuts ? whole.filter { Layout.width($0) > width - 12 } : []
        return lines.flatMap { line in
            let own = words(of: [line])
            let longest = own.map(Layout.width).max() ?? 0
            let isTooWide = Layout.width(line) > width && longest < width - 8 && !line.hasPrefix("    ") && !typed.contains(line)
            return (isTooWide ? ["'\(line)' is wider than \(width)"] : [])
                + own.subtracting(whole).filter { word in
                    // The number of a link, whose address is below the text.
                    !word.hasPrefix("[") && !word.hasSuffix("…") && !long.contains { $0.contains(word) }
                }.map { "'\($0)' in '\(line)'" }
        }
    }

    private static func words(of lines: [String]) -> Set<String> {
        Set(lines.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) })
    }
}
