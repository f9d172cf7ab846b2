import Synchronization

/// How many may do something at once. Whoever comes when all turns are taken waits, and is served in the order of coming.
package final class Turns: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Cancelled before they began to wait.
        var gone: Set<Int> = []
    }
    private let state: Mutex<State>

    package init(_ count: Int) { state = Mutex(State(free: max(1, count))) }

    /// Waits for a turn. Each one taken has to be given back.
    /// - Throws: `CancellationError`; then no turn was taken.
    package func take() async throws {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        let taken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.gone.remove(ticket) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    state.gone.insert(ticket)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            waiting?.resume(returning: false)
        }
        // A cancellation that came after the turn was taken left its ticket behind.
        state.withLock { _ = $0.gone.remove(ticket) }
        guard taken else { throw CancellationError() }
    }

    /// Gives a turn back: to the one that waits longest, if any.
    package func give() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
