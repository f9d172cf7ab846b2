import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// How the terminal treats what is typed, changed for a while. It is put back in any case: also when the program is ended by
/// a signal meanwhile, or else the person's shell would show nothing of what they type.
struct TerminalMode {
    private let before: termios
    private let handlers: [(signal: Int32, before: sigaction)]

    private static let ends = [SIGTERM, SIGHUP, SIGQUIT]
    /// What a signal handler can reach. It is written before the handlers are put in place and read only by them.
    nonisolated(unsafe) private static var saved = termios()

    /// Whole lines, and Ctrl-C is a signal.
    /// - Parameter echo: whether what is typed is shown. Without it Ctrl-Z is off too: a shell that goes on with the program
    ///   would show what is typed then.
    /// - Returns: nil when standard input is no terminal.
    static func forAnswers(echo: Bool) -> TerminalMode? {
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
        // What was typed before the question is no answer to it.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
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
    func restore() {
        var settings = before
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        for (number, before) in handlers {
            var before = before
            sigaction(number, &before, nil)
        }
    }

    /// The signal handler: both calls are among the few that it may make.
    private static func leave(_ number: Int32) {
        tcsetattr(STDIN_FILENO, TCSANOW, &saved)
        signal(number, SIG_DFL)
        raise(number)
    }
}
