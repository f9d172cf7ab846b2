#if canImport(Glibc)
    import Glibc
#endif

/// Standard output, written at once and in order: what libedit, questions and progress write must not overtake it.
public enum Screen {
    /// Writes a line.
    public static func say(_ text: String) { write(text + "\n") }

    /// Writes a text as it is. When nobody reads any more, it goes nowhere.
    public static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
