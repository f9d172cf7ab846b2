import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Ctrl-C: stops what is running, and never the program.
public enum Interrupts {
    private static let signalled = Atomic(false)

    /// Whether Ctrl-C was pressed since the current command, or wait for a line, began.
    public static var wasSignalled: Bool { signalled.load(ordering: .acquiring) }

    /// Runs an operation, and cancels it at Ctrl-C.
    /// - Throws: `CancellationError` after Ctrl-C, and what the operation throws.
    public static func running<Result: Sendable>(_ operation: @escaping @Sendable () async throws -> Result) async throws -> Result {
        signalled.store(false, ordering: .releasing)
        let task = Task.detached(operation: operation)
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInteractive))
        source.setEventHandler {
            signalled.store(true, ordering: .releasing)
            task.cancel()
        }
        source.resume()
        defer {
            source.cancel()
            signal(SIGINT, SIG_DFL)
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
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Interrupts.noteSignal() }
        sigaction(SIGINT, &action, nil)
    }

    static func releaseSignal() { signal(SIGINT, SIG_DFL) }

    private static func noteSignal() { signalled.store(true, ordering: .releasing) }
}
