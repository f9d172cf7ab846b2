import Foundation
import Glibc

/// Shows what is longer than the terminal page by page, as git does: with `$LAB_PAGER`, `$PAGER` or less.
package enum Pager {
    /// Shows a text, or writes it if it fits, or if there is no pager.
    package static func show(_ text: String, on terminal: Terminal) {
        let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
        guard terminal.isTerminal, lines >= terminal.rows, let command = command() else { return Screen.write(text) }
        if !run(command, text) { Screen.write(text) }
    }

    /// The person's pager; an empty one or `cat` means none.
    static func command(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        let command = environment["LAB_PAGER"] ?? environment["PAGER"] ?? "less"
        return ["", "cat"].contains(command.trimmingCharacters(in: .whitespaces)) ? nil : command
    }

    /// - Returns: whether the pager could be started.
    private static func run(_ command: String, _ text: String) -> Bool {
        // Colours pass through, and what fits one page stays on the screen.
        setenv("LESS", "FRX", 0)
        // A pager that is left before the end must not end us.
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        guard let pipe = popen(command, "w") else { return false }
        let bytes = Array(text.utf8)
        _ = fwrite(bytes, 1, bytes.count, pipe)
        let status = pclose(pipe)
        // 127: the shell did not find it.
        return status >> 8 & 0xFF != 127
    }
}
