import Foundation
import Racing

/// Ctrl-C: stops what is running, and never the program.
///
/// From the first use on the program keeps SIGINT for itself, so that a Ctrl-C that comes a moment too late, between two
/// commands, does not end it. While a line is edited, Ctrl-C is a key like any other (``LineEditor``).
package enum Interrupts {
    /// Whether Ctrl-C was pressed since the current command, or wait for a line, began.
    package static var wasSignalled: Bool { InterruptSignal.wasSignalled }

    /// Forgets a signal that came, once somebody has answered it.
    package static func forget() { InterruptSignal.forget() }

    /// Takes SIGTERM and SIGHUP for Ctrl-C from now on.
    package static func listenToTermination() { InterruptSignal.listenToTermination() }

    /// Runs an operation, and cancels it at Ctrl-C. An operation that does not end within `patience` of that is left to
    /// itself: this returns, and what comes of the operation is dropped.
    /// - Parameter forgetting: whether what was pressed before does not count. Of several operations that belong together the later
    ///   ones must not forget: a Ctrl-C between two of them would be lost.
    /// - Throws: `CancellationError` after Ctrl-C, and what the operation throws.
    package static func running<Result: Sendable>(
        patience: Duration = .milliseconds(250), forgetting: Bool = true, isolation: isolated (any Actor)? = #isolation,
        _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        InterruptSignal.listen()
        if forgetting { InterruptSignal.forget() }
        let race = Race<Result>()
        let task = Task.detached {
            do { race.settle(.success(try await operation())) } catch { race.settle(.failure(error)) }
        }
        let stop: @Sendable () -> Void = {
            task.cancel()
            // Not a task: an operation that blocks every thread of Swift's pool must not keep the prompt from coming back.
            DispatchQueue.global(qos: .userInteractive).asyncAfter(deadline: .now() + patience / .seconds(1)) {
                race.settle(.failure(CancellationError()))
            }
        }
        let before = InterruptSignal.replaceAction(stop)
        defer { _ = InterruptSignal.replaceAction(before) }
        // Pressed before there was anybody to hear it.
        if wasSignalled { stop() }
        let outcome = await withTaskCancellationHandler {
            await race.outcome(isolation: isolation)
        } onCancel: {
            task.cancel()
        }
        if wasSignalled { throw CancellationError() }
        return try outcome.get()
    }

    /// Leaves Ctrl-C to a program that has the terminal for itself.
    package static func leaving<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ operation: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        // A handler is reset when the program starts; an ignored signal would stay ignored in it.
        InterruptSignal.listen()
        let before = InterruptSignal.replaceAction { InterruptSignal.forget() }
        defer {
            _ = InterruptSignal.replaceAction(before)
            InterruptSignal.forget()
        }
        return try await operation()
    }
}
