import Checks
import Facts
import Foundation
import Testing
import TestSupport

@testable import Course

/// The shipped checks of the first part, judged from facts that were recorded after step trust.
@Suite struct ShippedCourseTests {
    let walk: RecordedWalk
    var lab: Lab { walk.lab }
    var judge: Judge { walk.judge }
    var recorded: RecordedFacts { walk.recorded }

    init() throws { walk = try RecordedWalk("trust-done", upTo: "trust") }

    private func judgements(_ machines: [MachineFacts]) throws -> [Judgement] { try walk.judgements(machines) }

    private func changed(_ machine: String, _ table: String, _ column: String, to value: FactValue) throws -> [MachineFacts] {
        try walk.changed(machine, table, column, to: value)
    }

    @Test func healthyMachinesPassEverything() throws {
        let judgements = try judgements(recorded.machines)
        #expect(judgements.count >= 96)
        for judgement in judgements { #expect(judgement.verdict == .passed, "\(judgement.subject)") }
    }

    /// The conditions that hold before their step has begun are seen to fail here, and to be explained.
    @Test(arguments: [
        ("pg3", "os", "architecture", FactValue.text("aarch64"), "same-system", "other-architecture"),
        ("pg3", "os", "major", .text("11"), "same-system", "other-system"),
        ("pg2", "space", "free_mb", .int(120), "enough-space", "disk-full"),
        ("pg2", "address", "address", .text("10.81.0.13"), "address-as-listed", "address-of-another"),
        ("pg2", "address", "address", .text("192.0.2.7"), "address-as-listed", "other-address"),
        ("pg1", "machine_id", "has_journal", .bool(false), "journal-follows-id", "journald-on-old-id"),
        ("pg3", "clock", "now", .real(1000), "clocks-agree", "clock-service-stopped"),
    ])
    func conditionsThatHoldAlreadyCanFail(machine: String, table: String, column: String, value: FactValue, check: String, cause: String)
        throws
    {
        let judgements = try judgements(changed(machine, table, column, to: value))
        let judgement = try #require(judgements.first { $0.subject == .init(check: check, machine: machine) })
        let diagnosis = try judgement.diagnosis()
        #expect(diagnosis.causes.first?.name == cause)
        let others = judgements.filter { $0.subject.check == check && $0.subject.machine != machine }
        if check != "address-as-listed" { for other in others { #expect(other.verdict == .passed, "\(other.subject)") } }
    }

    /// One fault on two machines: one tells it, and the other waits for that one.
    @Test func aHardwareAddressThatWasClonedIsFoundOnBothMachines() throws {
        let twin = try #require(recorded.machines.first { $0.machine == "pg1" }?.tables["address"])
        guard case .rows(let rows) = twin, case .text(let mac) = rows[0][2] else {
            Issue.record("no hardware address was recorded: \(twin)")
            return
        }
        let judgements = try judgements(changed("pg2", "address", "mac", to: .text(mac)))
        let told = judgements.filter { $0.subject.check == "mac-unique" && $0.verdict != .passed }
        #expect(Set(told.map(\.subject.machine)) == ["pg1", "pg2"])
        let failed = judgements.filter { if case .failed = $0.verdict { true } else { false } }.map(\.subject)
        #expect(failed.count == 1)
        #expect(told.contains { $0.verdict == failed.first.map { .blocked(by: $0) } })
    }

    /// Any fact replaced by *unknown* may make a verdict unknown; it never makes one fail.
    @Test func anUnknownFactNeverMakesACheckFail() throws {
        for table in recorded.machines[0].tables.keys.sorted() {
            for machine in recorded.machines.map(\.machine) {
                let facts = recorded.machines.map { facts -> MachineFacts in
                    guard facts.machine == machine else { return facts }
                    var facts = facts
                    facts.tables[table] = .unknown(reason: "no answer in 5 s")
                    return facts
                }
                for judgement in try judgements(facts) {
                    if case .failed = judgement.verdict { Issue.record("\(judgement.subject) failed for \(table) of \(machine)") }
                    if case .blocked = judgement.verdict { Issue.record("\(judgement.subject) blocked for \(table) of \(machine)") }
                }
            }
        }
    }

    /// Any table without a row must not crash, and every cause that holds is a cause of a check that failed.
    @Test func anEmptyTableIsJudgedWithoutAnError() throws {
        for table in judge.catalog.facts.tables.map(\.name) {
            let facts = recorded.machines.map { facts -> MachineFacts in
                var facts = facts
                facts.tables[table] = .rows([])
                return facts
            }
            _ = try judgements(facts)
        }
    }

    @Test func everyStepReadsWellOnEveryPlatformAndEverywhere() throws {
        for situation in lab.exampleSituations {
            for step in lab.steps {
                #expect(!step.teach.render(situation.values).contains("{{"))
                #expect(!situation.calls(of: step).contains { $0.why.isEmpty })
            }
        }
    }
}
