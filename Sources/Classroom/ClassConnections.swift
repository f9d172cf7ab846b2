import Foundation
import Glibc
import Machines
import Synchronization

/// The connections to the machines of a class. Where more rounds are to come they are kept from one to the next: a round after
/// the first exchanges no keys and logs in nowhere.
package final class ClassConnections: Sendable {
    private struct Kept {
        var fleets: [String: Fleet] = [:]
        /// For how many machines more there are file descriptors.
        var room: Int
    }
    private let jumps = JumpHosts()
    private let turns: Turns
    private let kept: Mutex<Kept>

    /// A connection's socket, or the two pipes to a program that connects, with what is needed for a moment.
    private static let descriptorsEach = 3
    /// What lab has open besides.
    private static let otherDescriptors = 256

    /// - Parameters:
    ///   - jobs: how many machines are looked at at once.
    ///   - machines: of how many machines the connections are to be kept; 0 ends each as soon as its student is judged. It is as many
    ///     as the limit of open files allows, which is raised for that as far as it goes.
    package init(jobs: Int, keeping machines: Int) {
        turns = Turns(jobs)
        kept = Mutex(Kept(room: machines == 0 ? 0 : min(machines, Self.descriptors(for: machines) / Self.descriptorsEach)))
    }

    /// Lets this process open as many files as so many machines need, as far as it may.
    private static func descriptors(for machines: Int) -> Int {
        var limit = rlimit()
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(files, &limit) == 0 else { return 0 }
        let wanted = rlim_t(machines * descriptorsEach + otherDescriptors)
        if limit.rlim_cur < wanted {
            var more = limit
            more.rlim_cur = min(wanted, limit.rlim_max)
            if setrlimit(files, &more) == 0 { limit = more }
        }
        return Int(clamping: limit.rlim_cur) - otherDescriptors
    }

    /// Does something with the connections to a student's machines.
    func with<Result: Sendable>(_ student: ClassStudent, _ work: (Fleet) async throws -> Result) async throws -> Result {
        let inventory = try await jumps.through(student.inventory)
        let fleet = try await fleet(of: student.name, inventory)
        do {
            let result = try await work(fleet)
            await leave(fleet, of: student.name)
            return result
        } catch {
            await leave(fleet, of: student.name)
            throw error
        }
    }

    private func fleet(of student: String, _ inventory: Inventory) async throws -> Fleet {
        let old = kept.withLock { $0.fleets[student] }
        if let old, old.inventory == inventory { return old }
        // The way through a jump host is another one since that was opened again.
        if let old {
            kept.withLock { kept in
                if kept.fleets.removeValue(forKey: student) != nil { kept.room += old.inventory.machines.count }
            }
            await old.close()
        }
        return Fleet(inventory: inventory, turns: turns, workstation: .ofAnother)
    }

    private func leave(_ fleet: Fleet, of student: String) async {
        let stays = kept.withLock { kept in
            if kept.fleets[student] != nil { return true }
            guard kept.room >= fleet.inventory.machines.count else { return false }
            kept.room -= fleet.inventory.machines.count
            kept.fleets[student] = fleet
            return true
        }
        if !stays { await fleet.close() }
    }

    /// Ends all connections.
    package func close() async {
        let fleets = kept.withLock { kept in
            defer { kept = Kept(room: 0) }
            return kept.fleets.values.map { $0 }
        }
        await withTaskGroup { group in
            for fleet in fleets { group.addTask { await fleet.close() } }
        }
        await jumps.close()
    }
}
