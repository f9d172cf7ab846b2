/// What a piece of text means; how it looks is decided here alone.
package enum Style: Sendable {
    case plain, heading, strong, emphasis, code, command, key, passed, failed, unknown, blocked, quiet, link
}

/// Puts styles into text, or leaves them out if there is no colour.
package struct Palette: Sendable {
    /// Whether styles are shown.
    package var hasColour: Bool
    /// Whether marks may be more than ASCII.
    package var hasUnicode: Bool

    /// A palette for what a terminal can show.
    package init(_ terminal: Terminal) {
        hasColour = terminal.hasColour
        hasUnicode = terminal.hasUnicode
    }

    /// The text in a style. Styles inside it stay, and this one goes on after them.
    package func paint(_ text: String, _ style: Style) -> String {
        guard hasColour, let code = Self.code(style), !text.isEmpty else { return text }
        let lead = "\u{1B}[\(code)m"
        // Without the search nearly every call would copy its text for nothing.
        let inner = text.utf8.contains(0x1B) ? text.replacing(Self.reset, with: Self.reset + lead) : text
        return lead + inner + Self.reset
    }

    /// Ends all styles.
    package static let reset = "\u{1B}[0m"

    private static func code(_ style: Style) -> String? {
        switch style {
        case .plain: nil
        case .heading: "1;36"
        case .strong, .key: "1"
        case .emphasis: "3"
        case .code, .command: "36"
        case .passed: "32"
        case .failed: "31"
        case .unknown: "33"
        case .blocked, .quiet: "2"
        case .link: "4"
        }
    }

    /// Commands, line by line as they are typed, with nothing before them: an `END` with blanks before it does not end a
    /// here-document, and bash keeps a line that begins with a blank out of its history. The terminal breaks long lines itself, so
    /// that a line that is copied is still one.
    package func commands(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { paint(String($0), .command) }
    }

    /// A mark before a line. In ASCII it is a word, told apart without colour too.
    package func mark(_ mark: Mark) -> String { paint(hasUnicode ? mark.sign : mark.word, mark.style) }

    /// A mark that takes one column, as in a matrix.
    package func letter(_ mark: Mark) -> String { paint(hasUnicode ? mark.sign : mark.letter, mark.style) }

    /// What stands for text that was left out.
    package var ellipsis: String { hasUnicode ? "…" : "..." }
}
