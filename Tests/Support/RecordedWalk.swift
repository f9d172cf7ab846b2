import Checks
import Course
import Facts
import Foundation
import Testing

/// The shipped checks beside facts that were recorded on real machines after the automatic walk up to a step.
package struct RecordedWalk {
    package static let root = ShippedCourse.root
    package let lab: Lab
    package let recorded: RecordedFacts
    package let judge: Judge
    package let wanted: [Asked]

    /// - Parameters:
    ///   - fixture: a file of `Tests/Fixtures/facts`.
    ///   - step: the step that the walk had done last.
    package init(_ fixture: String, upTo step: String) throws {
        let loaded = try ShippedCourse.lab
        recorded = try RecordedFacts.load(Self.root.appending(path: "Tests/Fixtures/facts/\(fixture).json"))
        let platform = try #require(loaded.platform(named: recorded.platform))
        let situation = Situation(
            lab: loaded, platform: platform, environment: .sandbox,
            contacts: recorded.addresses.mapValues { Contact(address: $0, user: "student") })
        lab = situation.lab
        judge = try Judge(catalog: ShippedCourse.catalog, situation: situation)
        wanted = lab.asked(upTo: step)
    }

    package func judgements(_ machines: [MachineFacts]? = nil, ignoringNeeds: Bool = false) throws -> [Judgement] {
        let store = try judge.emptyStore()
        for facts in machines ?? recorded.machines { try store.load(facts) }
        return try judge.judge(wanted, store: store, ignoringNeeds: ignoringNeeds)
    }

    /// The recorded facts with one value of the first row changed, or of the rows where another column has a value.
    package func changed(
        _ machine: String, _ table: String, _ column: String, to value: FactValue, where key: (column: String, value: FactValue)? = nil
    ) throws -> [MachineFacts] {
        let columns = try #require(judge.catalog.facts[table]).columns
        let index = try #require(columns.firstIndex { $0.name == column })
        let keyIndex = try key.map { key in try #require(columns.firstIndex { $0.name == key.column }) }
        return recorded.machines.map { facts in
            guard facts.machine == machine, case .rows(var rows)? = facts.tables[table], !rows.isEmpty else { return facts }
            var facts = facts
            for number in rows.indices {
                let fits = key.map { rows[number][keyIndex ?? 0] == $0.value } ?? (number == 0)
                if fits { rows[number][index] = value }
            }
            facts.tables[table] = .rows(rows)
            return facts
        }
    }

    /// The recorded facts with other rows in one table of one machine.
    package func replaced(_ machine: String, _ table: String, with observation: Observation) -> [MachineFacts] {
        recorded.machines.map { facts in
            guard facts.machine == machine else { return facts }
            var facts = facts
            facts.tables[table] = observation
            return facts
        }
    }
}
