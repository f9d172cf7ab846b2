import Display
import Foundation
import Glibc
import Synchronization

/// Questions to a person in the middle of something else, asked one at a time from any thread. If standard input is not a
/// terminal nothing is asked, and nothing either while a line is edited at the prompt: what was left running after Ctrl-C
/// must not take the keyboard away.
package enum Question {
    private static let turn = Mutex(())
    /// A longer answer does not count.
    private static let limit = 4096

    /// A yes or no. Anything but a clear yes is a no, and so is nobody there.
    package static func yes(_ text: String) -> Bool {
        ["yes", "y"].contains(ask("\(text) (yes/no) ", echo: true)?.lowercased())
    }

    /// A line of text, which may be empty; nil when nobody answers.
    package static func line(_ text: String) -> String? { ask(text, echo: true) }

    /// A secret: what is typed is not shown, and blanks in it count.
    package static func secret(_ text: String) -> String? { ask(text, echo: false) }

    private static func ask(_ text: String, echo: Bool) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        return turn.withLock { _ in
            guard !LineEditor.isReading.load(ordering: .acquiring) else { return nil }
            InterruptSignal.listen()
            guard !Interrupts.wasSignalled else { return nil }
            // Whoever asks may have nothing that Ctrl-C could cancel: then this is what it stops.
            let before = InterruptSignal.replaceAction(nil)
            _ = InterruptSignal.replaceAction(before ?? {})
            defer { _ = InterruptSignal.replaceAction(before) }
            // A question in a file is seen by nobody.
            let screen = isatty(STDOUT_FILENO) == 1 ? STDOUT_FILENO : STDERR_FILENO
            guard let mode = TerminalMode.forAnswers(echo: echo) else { return nil }
            defer { mode.restore() }
            let question = Layout.narrow(text, width: Terminal(isTerminal: true, hasColour: false, file: screen).width)
            Screen.write(question, to: screen)
            let answer = readAnswer()
            // The line break that the person typed was not shown, or there was none.
            if !echo || answer == nil { Screen.write("\n", to: screen) }
            return echo ? answer?.trimmingCharacters(in: .whitespaces) : answer
        }
    }

    /// Waits for a line, and gives up at Ctrl-C.
    private static func readAnswer() -> String? {
        var bytes: [UInt8] = []
        while !Interrupts.wasSignalled {
            var polls = [pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)]
            guard poll(&polls, 1, 100) > 0 else { continue }
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return bytes.count < limit ? String(decoding: bytes, as: UTF8.self) : nil }
            if bytes.count < limit { bytes.append(byte) }
        }
        return nil
    }
}
