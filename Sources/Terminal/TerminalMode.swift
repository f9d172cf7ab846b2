import Display
import Foundation
import Glibc
import Synchronization

/// How the terminal treats what is typed, changed for a while. It is put back in any case: also when the program is ended by
/// a signal meanwhile, or else the person's shell would show nothing of what they type.
package struct TerminalMode {
    private let before: termios
    private let handlers: [(signal: Int32, before: sigaction)]

    private static let ends = [SIGTERM, SIGHUP, SIGQUIT]
    /// What a signal handler can reach. It is written before the handlers are put in place and read only by them.
    nonisolated(unsafe) private static var saved = termios()
    /// Whether the program has taken the whole screen, which the handler gives back. Written and read as `saved` is.
    nonisolated(unsafe) private static var ownsScreen = false

    /// The alternate screen, without a cursor; and back to what was there.
    private static let takeScreen = "\u{1B}[?1049h\u{1B}[?25l"
    private static let giveScreen: StaticString = "\u{1B}[?25h\u{1B}[?1049l"

    /// Whole lines, and Ctrl-C is a signal.
    /// - Parameter echo: whether what is typed is shown. Without it Ctrl-Z is off too: a shell that goes on with the program
    ///   would show what is typed then.
    /// - Returns: nil when standard input is not a terminal.
    package static func forAnswers(echo: Bool) -> TerminalMode? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        let mode = TerminalMode(before: settings)
        settings.c_lflag |= tcflag_t(ICANON | ISIG)
        settings.c_iflag |= tcflag_t(ICRNL)
        if echo {
            settings.c_lflag |= tcflag_t(ECHO)
        } else {
            settings.c_lflag &= ~tcflag_t(ECHO)
            // No key: POSIX calls it _POSIX_VDISABLE, a macro that Swift cannot see.
            withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(VSUSP)] = 0 }
        }
        // What was typed before the question is not an answer to it.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        return mode
    }

    /// As the terminal is; whoever edits lines changes it and puts it back, if nothing ends the program meanwhile.
    /// - Returns: nil when standard input is not a terminal.
    static func forLines() -> TerminalMode? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        return TerminalMode(before: settings)
    }

    /// The whole screen, and each key at once: none of them is a signal, and nothing typed is shown.
    /// - Returns: nil when standard input is not a terminal.
    package static func forKeys() -> TerminalMode? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        let mode = TerminalMode(before: settings)
        settings.c_lflag &= ~tcflag_t(ICANON | ISIG | ECHO | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        ownsScreen = true
        Screen.write(takeScreen)
        return mode
    }

    private init(before: termios) {
        self.before = before
        Self.saved = before
        handlers = Self.ends.map { number in
            var handling = sigaction()
            handling.__sigaction_handler.sa_handler = { number in TerminalMode.leave(number) }
            var old = sigaction()
            sigaction(number, &handling, &old)
            return (number, old)
        }
    }

    /// The terminal as it was.
    package func restore() {
        if Self.ownsScreen { Screen.write("\(Self.giveScreen)") }
        Self.ownsScreen = false
        var settings = before
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        for (number, before) in handlers {
            var before = before
            sigaction(number, &before, nil)
        }
    }

    /// The signal handler: its calls are among the few that it may make.
    private static func leave(_ number: Int32) {
        if ownsScreen { _ = write(STDOUT_FILENO, giveScreen.utf8Start, giveScreen.utf8CodeUnitCount) }
        tcsetattr(STDIN_FILENO, TCSANOW, &saved)
        signal(number, SIG_DFL)
        raise(number)
    }
}
