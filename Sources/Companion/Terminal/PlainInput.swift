import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Lines from standard input without an editor: from a pipe, or from a terminal that can do no more.
@MainActor
final class PlainInput {
    private var buffer: [UInt8] = []
    private var isAtEnd = false
    /// A line longer than this is cut.
    private static let limit = 64 << 10

    func show(_ prompt: String) {
        Screen.write(prompt)
    }

    /// The next line. A signal while waiting gives up the line.
    func line() -> LineInput {
        Interrupts.catchSignal()
        defer { Interrupts.releaseSignal() }
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end].prefix(Self.limit), as: UTF8.self)
                buffer.removeFirst(end + 1)
                return .line(line.trimmingCharacters(in: ["\r"]))
            }
            if isAtEnd {
                guard !buffer.isEmpty else { return .end }
                defer { buffer = [] }
                return .line(String(decoding: buffer, as: UTF8.self))
            }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(STDIN_FILENO, &bytes, bytes.count)
            if count > 0 { buffer += bytes.prefix(count) }
            if count == 0 { isAtEnd = true }
            if count < 0 {
                if errno == EINTR, Interrupts.wasSignalled {
                    buffer = []
                    Screen.say("")
                    return .interrupted
                }
                if errno != EINTR { isAtEnd = true }
            }
            if buffer.count > Self.limit, !buffer.contains(UInt8(ascii: "\n")) { buffer = Array(buffer.prefix(Self.limit)) }
        }
    }
}
