import Foundation
import Glibc
import Synchronization

/// Standard output, written at once and in order: what libedit, questions and progress write must not overtake it.
package enum Screen {
    /// Why standard output could not be written to; 0 as long as it could.
    private static let failure = Atomic<Int32>(0)

    /// Writes a line.
    package static func say(_ text: String) { write(text + "\n") }

    /// Writes a sentence, or several lines of them: on a terminal no word of it is broken at the edge.
    package static func tell(_ text: String) { say(fitted(text, .standardOutput())) }

    private static func fitted(_ text: String, _ terminal: Terminal) -> String {
        terminal.isTerminal ? Layout.narrow(text, width: terminal.width) : text
    }

    /// Writes a text as it is. When nobody reads any more, it goes nowhere. When it cannot be written, that is reported once, nothing
    /// more is written, and ``end(status:)`` makes it the program's status.
    package static func write(_ text: String) {
        guard failure.load(ordering: .acquiring) == 0 else { return }
        let error = write(text, to: STDOUT_FILENO)
        if error != 0, error != EPIPE { note(error) }
    }

    /// Writes sentences to standard error: what is not a result. If that cannot be done, there is nobody to tell.
    package static func remark(_ text: String) { write(fitted(text, .standardError()) + "\n", to: STDERR_FILENO) }

    /// - Returns: 0, or the number of the error.
    @discardableResult
    package static func write(_ text: String, to file: Int32) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever shares the terminal with us may have made it non-blocking.
                var polls = [pollfd(fd: file, events: Int16(POLLOUT), revents: 0)]
                _ = poll(&polls, 1, 1000)
                continue
            }
            guard count > 0 else { return count < 0 ? errno : EIO }
            rest = rest.dropFirst(count)
        }
        return 0
    }

    // MARK: Beginning and end of the program

    /// Takes the places of standard files that are closed. Else the next file that is opened would get one of them, and what is
    /// said would be written into it.
    package static func holdStandardFiles() {
        for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(file, F_GETFD) == -1 {
            // For reading only: what is written there has to fail.
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// The status to end with: 2 if not everything that was said could be written.
    package static func end(status: Int32) -> Int32 {
        if fflush(nil) != 0, errno != EPIPE { note(errno) }
        return failure.load(ordering: .acquiring) == 0 ? status : 2
    }

    private static func note(_ error: Int32) {
        guard failure.compareExchange(expected: 0, desired: error, ordering: .acquiringAndReleasing).exchanged else { return }
        remark("The output is not complete: standard output could not be written (\(String(cString: strerror(error)))).")
    }
}
