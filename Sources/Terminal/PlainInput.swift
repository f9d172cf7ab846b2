import Display
import Foundation
import Glibc

/// Lines from standard input without an editor: from a pipe, or from a terminal that can do no more.
@MainActor
final class PlainInput {
    private var buffer: [UInt8] = []
    private var isAtEnd = false
    /// The line that is being read became too long, and what follows of it is dropped.
    private var isOverlong = false

    func show(_ prompt: String) {
        Screen.write(prompt.replacing(LineEditor.literalMark, with: ""))
    }

    /// The next line. At Ctrl-C a person gives up the line; a program that feeds us is given up as a whole.
    func line() -> LineInput {
        InterruptSignal.listen()
        InterruptSignal.forget()
        let before = InterruptSignal.replaceAction {}
        defer { _ = InterruptSignal.replaceAction(before) }
        while true {
            if let line = takeLine() { return .line(line) }
            if isAtEnd { return .end }
            switch wait() {
            case .input: fill()
            case .interrupt:
                buffer = []
                Screen.say("")
                return isatty(STDIN_FILENO) == 1 ? .interrupted : .end
            }
        }
    }

    private enum Wake { case input, interrupt }

    private func wait() -> Wake {
        while !InterruptSignal.wasSignalled {
            var polls = [pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)]
            // The limit: a signal may come just before the wait begins, and then it does not end it.
            if poll(&polls, 1, 200) > 0 { return .input }
        }
        return .interrupt
    }

    private func fill() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count > 0 { buffer += bytes.prefix(count) }
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { isAtEnd = true }
        if buffer.count > LineEditor.limit, !buffer.contains(UInt8(ascii: "\n")) {
            buffer = []
            isOverlong = true
        }
    }

    /// The next whole line that has come. A line that is too long is left out: half a command is another command.
    private func takeLine() -> String? {
        while true {
            let end = buffer.firstIndex(of: UInt8(ascii: "\n"))
            guard end != nil || (isAtEnd && (!buffer.isEmpty || isOverlong)) else { return nil }
            let bytes = buffer[..<(end ?? buffer.endIndex)]
            buffer.removeFirst(end.map { $0 + 1 } ?? buffer.count)
            let wasOverlong = isOverlong || bytes.count > LineEditor.limit
            isOverlong = false
            if !wasOverlong { return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: ["\r"]) }
            LineEditor.refuseOverlong()
        }
    }
}
