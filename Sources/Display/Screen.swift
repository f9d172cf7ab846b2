#if canImport(Glibc)
    import Glibc
#endif

/// Standard output, written at once and in order: what libedit, questions and progress write must not overtake it.
public enum Screen {
    /// Writes a line.
    public static func say(_ text: String) { write(text + "\n") }

    /// Writes a text as it is. When nobody reads any more, it goes nowhere.
    public static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes a line to standard error: what is no result.
    public static func remark(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    package static func write(_ text: String, to file: Int32) {
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
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
