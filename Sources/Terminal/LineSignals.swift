import Glibc

/// The signals that matter while a line is edited. libedit can hear them itself, and then moves its buffers in the middle of
/// whatever it does: a window that was resized while the prompt was drawn ended the program (libedit 3.1-20221030). Here a
/// handler writes the signal's number into a pipe, and who waits for the next key reads it there.
enum LineSignals {
    /// What woke who waits for a key.
    enum Wake {
        /// Bytes were typed, or no more will come.
        case input
        /// The window has another size.
        case resized
        /// The program goes on after it was stopped: a shell has had the terminal meanwhile.
        case continued
        /// The program is asked to stop, and gives the terminal back first.
        case suspended
        /// Ctrl-C, from outside: as a key it is no signal here.
        case interrupted
    }

    /// Handlers to be put back.
    typealias Before = [(signal: Int32, action: sigaction)]

    private static let heard = [SIGWINCH, SIGCONT, SIGTSTP]

    /// Listens from now on.
    static func listen() -> Before {
        drain()
        return heard.map { number in
            var handling = sigaction()
            handling.__sigaction_handler.sa_handler = { LineSignals.note($0) }
            var old = sigaction()
            sigaction(number, &handling, &old)
            return (number, old)
        }
    }

    /// Listens no longer.
    static func restore(_ before: Before) {
        for (number, action) in before {
            var action = action
            sigaction(number, &action, nil)
        }
    }

    /// Says that a signal has come. A handler may call it: it does next to nothing.
    static func note(_ signal: Int32) {
        let number = errno
        defer { errno = number }
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = write(ends.writer, &byte, 1)
    }

    /// Waits for a key or a signal, whichever comes first.
    static func wait() -> Wake {
        while true {
            var polls = [
                pollfd(fd: ends.reader, events: Int16(POLLIN), revents: 0), pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            ]
            // Interrupted by a signal: then it stands in the pipe.
            guard poll(&polls, 2, -1) > 0 else { continue }
            guard polls[0].revents != 0 else { return .input }
            var byte: UInt8 = 0
            guard Glibc.read(ends.reader, &byte, 1) == 1 else { return .input }
            switch Int32(byte) {
            case SIGWINCH: return .resized
            case SIGCONT: return .continued
            case SIGTSTP: return .suspended
            case SIGINT: return .interrupted
            default: continue
            }
        }
    }

    /// What came before nobody has asked for.
    private static func drain() {
        var byte: UInt8 = 0
        while Glibc.read(ends.reader, &byte, 1) == 1 {}
    }

    private static let ends: (reader: Int32, writer: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return (ends[0], ends[1])
    }()
}
