import CSSH
import Dispatch
import Foundation
import Racing
import Synchronization

/// The one thread that a libssh session lives on. Jobs run on it one after the other; nothing else touches the session.
final class SessionThread: Sendable {
    private let jobs = JobQueue()

    init(name: String) {
        Self.memory
        let thread = Thread { [jobs] in
            while let job = jobs.next() { PipeSignal.held(job) }
        }
        thread.name = name
        thread.start()
    }

    deinit { jobs.close() }

    /// A look at four machines was a thousand calls of mprotect.
    private static let memory: Void = lab_grow_memory_in_steps_of(1 << 20)

    /// Runs a job on the thread. When the Swift task is cancelled, this returns at once, and the job is told to stop.
    func run<Result: Sendable>(_ job: @escaping @Sendable (Cancellation) throws -> Result) async throws -> Result {
        let cancellation = Cancellation()
        let race = Race<Result>()
        jobs.add {
            guard !cancellation.isCancelled else { return race.settle(.failure(CancellationError())) }
            race.settle(Swift.Result { try job(cancellation) })
        }
        return try await withTaskCancellationHandler {
            try await race.outcome().get()
        } onCancel: {
            cancellation.cancel()
            race.settle(.failure(CancellationError()))
        }
    }
}

/// Jobs that wait for a thread.
private final class JobQueue: Sendable {
    private let state = Mutex<(waiting: [@Sendable () -> Void], isClosed: Bool)>(([], false))
    private let signal = DispatchSemaphore(value: 0)

    func add(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.waiting.append(job) }
        signal.signal()
    }

    /// No more jobs will come.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }

    /// Waits for the next job; nil when there will be none.
    func next() -> (@Sendable () -> Void)? {
        while true {
            signal.wait()
            let (job, isClosed) = state.withLock { ($0.waiting.isEmpty ? nil : $0.waiting.removeFirst(), $0.isClosed) }
            if let job { return job }
            if isClosed { return nil }
        }
    }
}
