import Foundation
import Glibc

/// What standard output is (or standard error), and what may be done with it. The size is asked anew each time, so it follows the window.
package struct Terminal: Sendable {
    /// Whether a person looks at it.
    package var isTerminal: Bool
    /// Whether text may be coloured.
    package var hasColour: Bool
    /// Whether it shows more than ASCII.
    package var hasUnicode: Bool
    /// Whether the cursor can be moved.
    package var canRedraw: Bool
    private let fixedWidth: Int?
    /// Where it is written to.
    package let file: Int32

    /// A terminal with these abilities.
    /// - Parameter width: the columns; nil asks standard output each time.
    package init(
        isTerminal: Bool, hasColour: Bool, hasUnicode: Bool = true, canRedraw: Bool = false, width: Int? = nil, file: Int32 = STDOUT_FILENO
    ) {
        self.file = file
        self.isTerminal = isTerminal
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
        self.canRedraw = canRedraw
        fixedWidth = width
    }

    /// Standard output as it is: `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb` and pipes are respected.
    package static func standardOutput(
        environment: [String: String] = ProcessInfo.processInfo.environment, noColour: Bool = false
    ) -> Terminal {
        Terminal(environment: environment, isTerminal: isatty(STDOUT_FILENO) == 1, noColour: noColour)
    }

    /// Standard error as it is: where progress goes while standard output carries the result.
    package static func standardError(
        environment: [String: String] = ProcessInfo.processInfo.environment, noColour: Bool = false
    ) -> Terminal {
        Terminal(environment: environment, isTerminal: isatty(STDERR_FILENO) == 1, noColour: noColour, file: STDERR_FILENO)
    }

    /// What an environment says about an output. A refusal of colour goes before a wish for it.
    package init(environment: [String: String], isTerminal: Bool, noColour: Bool, file: Int32 = STDOUT_FILENO) {
        func said(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let isDumb = (said("TERM") ?? "dumb") == "dumb"
        let isForced = said("CLICOLOR_FORCE").map { $0 != "0" } ?? false
        // For a screen reader: nothing that moves, nothing told by colour, words in the place of marks.
        let isPlain = said("ACCESSIBLE").map { $0 != "0" } ?? false
        let isRefused = noColour || isPlain || said("NO_COLOR") != nil
        self.init(
            isTerminal: isTerminal, hasColour: !isRefused && (isForced || (isTerminal && !isDumb)),
            // What goes into a file or another program is UTF-8, as all of lab's files are.
            hasUnicode: !isPlain && (!isTerminal || CharacterSetChoice(environment: environment).isUnicode),
            canRedraw: isTerminal && !isDumb && !isPlain, file: file)
    }

    /// How many columns there are now; 80 if nobody knows.
    package var width: Int {
        if let fixedWidth { return fixedWidth }
        if isTerminal, let size = size(), size.ws_col > 0 { return max(20, Int(size.ws_col)) }
        return max(20, Self.number("COLUMNS") ?? 80)
    }

    /// How many rows there are now; 24 if nobody knows.
    package var rows: Int {
        if isTerminal, let size = size(), size.ws_row > 0 { return Int(size.ws_row) }
        return Self.number("LINES") ?? 24
    }

    /// How wide running text should be: long lines are hard to read.
    package var textWidth: Int { min(width - 1, 100) }

    private func size() -> winsize? {
        var size = winsize()
        return ioctl(file, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? min($0, 10_000) : nil }
    }
}
