import GRDB
import GRDBSQLite
import Synchronization

/// How much work SQLite may still do for one student's facts. Machines decide how many rows there are, and a query that compares
/// each with each would never end: it is stopped instead. Steps are counted and not seconds, so that the same facts get the same
/// verdicts on any computer.
final class Effort: Sendable {
    /// In steps of SQLite's virtual machine: some seconds of work. All checks of a finished cluster want less than a fiftieth of it.
    static let most = 50_000_000
    /// After how many steps SQLite asks whether it may go on.
    private static let grain: Int32 = 1_000

    private let left = Atomic(Effort.most)
    /// Only queries are counted: what loads facts and says what is unknown must always succeed.
    private let isCounting = Atomic(false)

    var isSpent: Bool { left.load(ordering: .relaxed) <= 0 }
    var spent: Int { Self.most - left.load(ordering: .relaxed) }

    func refill() { left.store(Self.most, ordering: .relaxed) }

    /// Lets SQLite ask. It does so for as long as the connection lives, which has to keep the effort alive.
    func limit(_ db: Database) {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            db.sqliteConnection, Self.grain,
            { pointer in
                guard let pointer else { return 0 }
                return Unmanaged<Effort>.fromOpaque(pointer).takeUnretainedValue().mayGoOn() ? 0 : 1
            }, pointer)
    }

    func counting<Result>(_ body: () throws -> Result) rethrows -> Result {
        isCounting.store(true, ordering: .relaxed)
        defer { isCounting.store(false, ordering: .relaxed) }
        return try body()
    }

    private func mayGoOn() -> Bool {
        guard isCounting.load(ordering: .relaxed) else { return true }
        return left.subtract(Int(Self.grain), ordering: .relaxed).newValue > 0
    }
}
