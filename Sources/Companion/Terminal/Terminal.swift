import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What standard output is, and what may be done with it.
public struct Terminal: Sendable {
    /// Whether a person looks at it.
    public var isTerminal: Bool
    public var hasColour: Bool
    /// Whether it shows more than ASCII.
    public var hasUnicode: Bool
    /// Whether the cursor can be moved.
    public var canRedraw: Bool
    private let fixedWidth: Int?

    public init(isTerminal: Bool, hasColour: Bool, hasUnicode: Bool = true, canRedraw: Bool = false, width: Int? = nil) {
        self.isTerminal = isTerminal
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
        self.canRedraw = canRedraw
        fixedWidth = width
    }

    /// Standard output as it is: NO_COLOR, TERM=dumb and pipes are respected.
    public static func standardOutput(environment: [String: String] = ProcessInfo.processInfo.environment, noColour: Bool = false) -> Terminal {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let isDumb = (environment["TERM"] ?? "dumb") == "dumb"
        let refused = noColour || environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let locale = environment["LC_ALL"].flatMap { $0.isEmpty ? nil : $0 } ?? environment["LC_CTYPE"].flatMap { $0.isEmpty ? nil : $0 } ?? environment["LANG"] ?? ""
        let hasUnicode = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8") || !isTerminal
        return Terminal(
            isTerminal: isTerminal, hasColour: isTerminal && !isDumb && !refused, hasUnicode: hasUnicode, canRedraw: isTerminal && !isDumb)
    }

    /// How many columns there are now; 80 where nobody knows.
    public var width: Int {
        if let fixedWidth { return fixedWidth }
        var size = winsize()
        if isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return max(20, Int(size.ws_col)) }
        if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return max(20, columns) }
        return 80
    }

    /// How wide running text should be: long lines are hard to read.
    public var textWidth: Int { min(width - 1, 100) }
}
