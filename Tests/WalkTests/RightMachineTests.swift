import Facts
import Foundation
import Testing
import TestSupport

@testable import Checks

/// The door and the room: which machines are certainly what they are taken for, and what is wrong about the ways.
@Suite struct RightMachineTests {
    let walk: RecordedWalk

    init() throws { walk = try RecordedWalk("trust-done", upTo: "trust") }

    /// The facts with values of one machine's tables changed.
    private func changed(_ changes: [(machine: String, table: String, column: Int, value: FactValue)]) -> [MachineFacts] {
        var all = walk.recorded.machines
        for change in changes {
            for index in all.indices where all[index].machine == change.machine {
                guard case .rows(var rows)? = all[index].tables[change.table], !rows.isEmpty else { continue }
                rows[0][change.column] = change.value
                all[index].tables[change.table] = .rows(rows)
            }
        }
        return all
    }

    private func machines(_ view: String, _ facts: [MachineFacts]) throws -> [String] {
        let store = try walk.judge.emptyStore()
        for one in facts { try store.load(one) }
        let query = try store.query("SELECT machine FROM \(view) ORDER BY machine")
        return try store.rows(query, this: nil).rows.compactMap { $0.first?.description }
    }

    private func behind(_ door: String, is other: String) throws -> [MachineFacts] {
        // All that the machine behind the door says of itself is what the other one says.
        var all = walk.recorded.machines
        let tables = try #require(all.first { $0.machine == other }).tables
        for index in all.indices where all[index].machine == door { all[index].tables = tables }
        return all
    }

    @Test func healthyMachinesAreCertain() throws {
        #expect(try machines("certain_machine", walk.recorded.machines) == ["pg1", "pg2", "pg3", "pg_witness"])
        #expect(try machines("wrong_door", walk.recorded.machines).isEmpty)
    }

    @Test func twoDoorsToOneMachineMakeNeitherCertain() throws {
        let facts = try behind("pg2", is: "pg1")
        #expect(try machines("certain_machine", facts) == ["pg3", "pg_witness"])
        #expect(try machines("wrong_door", facts) == ["pg2"])
    }

    @Test func exchangedDoorsAreWrongWhateverTheMachinesAreCalled() throws {
        var facts = try behind("pg2", is: "pg1")
        let tables = try #require(walk.recorded.machines.first { $0.machine == "pg2" }).tables
        for index in facts.indices where facts[index].machine == "pg1" { facts[index].tables = tables }
        #expect(try machines("wrong_door", facts) == ["pg1", "pg2"])
        #expect(try machines("certain_machine", facts) == ["pg3", "pg_witness"])
        // As clones that all have one name.
        for index in facts.indices { facts[index].tables["hostname"] = .rows([[.text("golden"), .text("golden"), .text("")]]) }
        #expect(try machines("wrong_door", facts) == ["pg1", "pg2"])
    }

    /// The repair of a wrong name is for a machine that is known by its address, and not where two have exchanged all there is.
    @Test func aWrongNameAloneLeavesAMachineCertain() throws {
        #expect(try machines("certain_machine", changed([("pg3", "hostname", 1, .text("pg2"))])).count == 4)
    }

    /// Without the evidence nothing is claimed and nothing is certain.
    @Test(arguments: ["door", "address", "hostname"])
    func withoutEvidenceThereIsNoClaimAndNoCertainty(table: String) throws {
        for base in [walk.recorded.machines, try behind("pg2", is: "pg1")] {
            let wrong = try machines("wrong_door", base)
            for machine in base.map(\.machine) {
                var facts = base
                for index in facts.indices where facts[index].machine == machine {
                    facts[index].tables[table] = .unknown(reason: "no answer in 5 s")
                }
                #expect(try machines("certain_machine", facts).isEmpty, "\(table) of \(machine)")
                #expect(Set(try machines("wrong_door", facts)).isSubset(of: wrong), "\(table) of \(machine)")
            }
        }
    }
}
