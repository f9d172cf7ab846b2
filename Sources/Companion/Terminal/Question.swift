import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Questions to a person in the middle of something else, asked one at a time from any thread. Where standard input is no
/// terminal nothing is asked.
public enum Question {
    private static let turn = Mutex(())

    /// A yes or no. Anything but a clear yes is a no.
    public static func yes(_ text: String) -> Bool {
        guard let answer = ask(text + " (yes/no) ", echo: true)?.lowercased() else { return false }
        return answer == "yes" || answer == "y"
    }

    /// A line of text; nil when nobody answers.
    public static func line(_ text: String) -> String? { ask(text, echo: true) }

    /// A secret: what is typed is not shown.
    public static func secret(_ text: String) -> String? { ask(text, echo: false) }

    private static func ask(_ text: String, echo: Bool) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        return turn.withLock { _ in
            guard !Interrupts.wasSignalled else { return nil }
            Screen.write(text)
            var settings = termios()
            tcgetattr(STDIN_FILENO, &settings)
            let before = settings
            settings.c_lflag |= tcflag_t(ICANON | ISIG)
            if echo { settings.c_lflag |= tcflag_t(ECHO) } else { settings.c_lflag &= ~tcflag_t(ECHO) }
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            defer {
                var before = before
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
                if !echo { Screen.write("\n") }
            }
            return readAnswer()
        }
    }

    /// Waits for a line, and gives up at Ctrl-C.
    private static func readAnswer() -> String? {
        var bytes: [UInt8] = []
        while !Interrupts.wasSignalled {
            var polls = [pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)]
            guard poll(&polls, 1, 100) > 0 else { continue }
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces) }
            if bytes.count < 4096 { bytes.append(byte) }
        }
        return nil
    }
}
