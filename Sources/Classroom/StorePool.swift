import Checks
import Course
import Facts
import Machines
import Synchronization

/// Stores that are used again: making one costs more than judging in it. There are never more than judge at once, so the
/// memory of a class does not grow with its students.
final class StorePool: Sendable {
    private let free = Mutex<[FactStore]>([])

    /// Judges facts in a store that holds nothing but these.
    func judge(
        _ wanted: [Asked], by judge: Judge, facts: [MachineFacts]
    ) throws -> [Judgement] {
        let store = try free.withLock { $0.popLast() } ?? judge.emptyStore()
        try store.reset(for: judge.situation)
        for one in facts { try store.load(one) }
        let judgements = try judge.judge(wanted, store: store)
        // Only a store that did its work is used again.
        free.withLock { $0.append(store) }
        return judgements
    }
}
