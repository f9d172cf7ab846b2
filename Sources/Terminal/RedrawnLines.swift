import Display

/// Lines that are redrawn in place. The caller writes what it returns, in one piece, or else it flickers.
package struct RedrawnLines: Sendable {
    /// What is on the screen, from top to bottom.
    private var drawn: [String] = []

    package init() {}

    /// What takes the lines away that were drawn. After the window became narrower a line may take several rows.
    package mutating func erasing(on terminal: Terminal) -> String {
        guard !drawn.isEmpty else { return "" }
        let width = terminal.width
        let rows = drawn.reduce(0) { $0 + max(1, (Layout.width($1) + width - 1) / width) }
        drawn = []
        return "\u{1B}[\(rows)A\r\u{1B}[J"
    }

    /// What puts new lines in the place of the old ones.
    package mutating func drawing(_ lines: [String], on terminal: Terminal) -> String {
        let erasing = erasing(on: terminal)
        drawn = lines
        return erasing + lines.map { $0 + "\n" }.joined()
    }
}
