import Display

/// What the program says to a person on a terminal. Tests listen by giving it another place to write to.
package struct Voice: Sendable {
    package let terminal: Terminal
    package let palette: Palette
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes each text, a line or several without the last line's end.
    package init(_ terminal: Terminal, write: @escaping @Sendable (String) -> Void = { Screen.say($0) }) {
        self.terminal = terminal
        self.write = write
        palette = Palette(terminal)
    }

    /// A text as it is.
    package func say(_ text: String) { write(text) }

    /// Running text, wrapped to the terminal's width, wherever its source breaks lines.
    package func tell(_ text: String) { Layout.wrap(Layout.flowing(text), width: terminal.textWidth).forEach(write) }

    package func heading(_ text: String) { write(palette.paint(text, .heading)) }

    /// Rows in columns, in the terminal's width.
    package func table(_ rows: [[String]], indent: String = "") {
        Layout.table(rows, width: terminal.width - 1, indent: indent).forEach(write)
    }
}
