import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Ctrl-C: stops what is running, and never the program.
public enum Interrupts {
    private static let signalled = Atomic(false)
    private static let cancel = Mutex<(@Sendable () -> Void)?>(nil)

    /// Whether Ctrl-C was pressed since the current command, or wait for a line, began.
    public static var wasSignalled: Bool { signalled.load(ordering: .acquiring) }

    /// Runs an operation, and cancels it at Ctrl-C.
    /// - Throws: `CancellationError` after Ctrl-C, and what the operation throws.
    public static func running<Result: Sendable>(_ operation: @escaping @Sendable () async throws -> Result) async throws -> Result {
        signalled.store(false, ordering: .releasing)
        let task = Task.detached(operation: operation)
        cancel.withLock { $0 = { task.cancel() } }
        install()
        defer {
            signal(SIGINT, SIG_DFL)
            cancel.withLock { $0 = nil }
        }
        do {
            let result = try await task.value
            if wasSignalled { throw CancellationError() }
            return result
        } catch {
            throw wasSignalled ? CancellationError() : error
        }
    }

    /// Leaves Ctrl-C to a program that has the terminal for itself.
    static func leaving<Result: Sendable>(_ operation: @escaping @Sendable () async throws -> Result) async throws -> Result {
        signal(SIGINT, SIG_IGN)
        defer { signal(SIGINT, SIG_DFL) }
        return try await operation()
    }

    /// While a plain line is read: the signal only wakes the reader up.
    static func catchSignal() {
        signalled.store(false, ordering: .releasing)
        install()
    }

    static func releaseSignal() { signal(SIGINT, SIG_DFL) }

    /// A signal handler may do next to nothing: it sets the flag and writes a byte, and a thread does the rest.
    private static func install() {
        _ = watcher
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Interrupts.note() }
        sigaction(SIGINT, &action, nil)
    }

    private static func note() {
        signalled.store(true, ordering: .releasing)
        var byte: UInt8 = 1
        _ = Glibc.write(pipeEnds.writer, &byte, 1)
    }

    private static let pipeEnds: (reader: Int32, writer: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }()

    /// Waits for the handler's bytes, and cancels what is running then.
    private static let watcher: Void = {
        let reader = pipeEnds.reader
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = Glibc.read(reader, &byte, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return }
                cancel.withLock { $0 }?()
            }
        }
    }()
}
