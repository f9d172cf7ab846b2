import Checks

/// What a piece of text means; how it looks is decided here alone.
public enum Style: Sendable {
    case plain, heading, strong, emphasis, code, command, passed, failed, unknown, blocked, quiet, link
}

/// Puts styles into text, or leaves them out where there is no colour.
public struct Palette: Sendable {
    public var hasColour: Bool
    public var hasUnicode: Bool

    public init(_ terminal: Terminal) {
        hasColour = terminal.hasColour
        hasUnicode = terminal.hasUnicode
    }

    /// The text in a style.
    public func paint(_ text: String, _ style: Style) -> String {
        guard hasColour, let code = Self.code(style), !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private static func code(_ style: Style) -> String? {
        switch style {
        case .plain: nil
        case .heading: "1;36"
        case .strong: "1"
        case .emphasis: "3"
        case .code, .command: "36"
        case .passed: "32"
        case .failed: "31"
        case .unknown: "33"
        case .blocked, .quiet: "2"
        case .link: "4"
        }
    }

    /// A mark for a verdict, told apart without colour too.
    public func mark(_ verdict: Verdict) -> String {
        switch verdict {
        case .passed: paint(hasUnicode ? "✓" : "ok  ", .passed)
        case .failed: paint(hasUnicode ? "✗" : "FAIL", .failed)
        case .unknown: paint(hasUnicode ? "?" : "?   ", .unknown)
        case .blocked: paint(hasUnicode ? "…" : "wait", .blocked)
        }
    }
}
