import Glibc

/// SIGPIPE, which ends a program that writes where nobody reads any more. libssh writes to machines without guarding against it, and a
/// machine may hang up at any moment.
enum PipeSignal {
    /// Runs something on this thread with the signal held back: writing then fails as anything else does.
    static func held<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = set(SIG_BLOCK)
        defer { restore(before) }
        return try body()
    }

    /// Runs something that is not libssh's within ``held(_:)``, as on any other thread.
    static func released<Result>(_ body: () throws -> Result) rethrows -> Result {
        forget()
        let before = set(SIG_UNBLOCK)
        defer { restore(before) }
        return try body()
    }

    private static var signals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        return signals
    }

    private static func set(_ how: Int32) -> sigset_t {
        var (signals, before) = (signals, sigset_t())
        pthread_sigmask(how, &signals, &before)
        return before
    }

    private static func restore(_ before: sigset_t) {
        var before = before
        // One that came meanwhile would come now.
        if sigismember(&before, SIGPIPE) == 0 { forget() }
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }

    private static func forget() {
        var signals = signals
        var none = timespec()
        while sigtimedwait(&signals, nil, &none) > 0 {}
    }
}
