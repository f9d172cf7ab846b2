import Course
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Checks
@testable import Facts

/// The shipped checks on a finished cluster, and what a student can do to them.
@Suite struct ShippedChecksTests {
    private let lab: Lab
    private let catalog: CheckCatalog
    private let facts: RecordedFacts
    private let situation: Situation

    init() throws {
        lab = try ShippedCourse.lab
        catalog = try ShippedCourse.catalog
        facts = try RecordedFacts.load(ShippedCourse.root.appending(path: "Tests/Fixtures/facts/acceptance-debian12.json"))
        situation = try #require(ShippedCourse.trial.situation(of: facts))
    }

    private func judged(_ machines: [MachineFacts]) throws -> (judgements: [Judgement], spent: Int) {
        let judge = try Judge(catalog: catalog, situation: situation)
        let store = try judge.emptyStore()
        for machine in machines { try store.load(machine) }
        let judgements = try judge.judge(lab.asked(upTo: "acceptance"), store: store)
        return (judgements, store.effort.spent)
    }

    @Test func aFinishedClusterWantsLittleOfTheEffort() throws {
        let (judgements, spent) = try judged(facts.machines)
        #expect(judgements.allSatisfy { $0.verdict == .passed })
        #expect(spent > 0, "\(spent) steps")
        #expect(spent < Effort.most / 50, "\(spent) steps")
    }

    /// A root student can say whatever they like, as long as it is. The others of the class must not wait for that.
    @Test func moreRowsThanCanBeComparedAreToldAndDoNotHoldUp() throws {
        let machines = facts.machines.map { machine in
            var machine = machine
            if case .rows(let rows)? = machine.tables["clock"] { machine.tables["clock"] = .rows(Array(repeating: rows[0], count: 1000)) }
            return machine
        }
        let clocks = try judged(machines).judgements.filter { $0.subject.check == "clocks-agree" }
        #expect(!clocks.isEmpty)
        for judgement in clocks {
            guard case .unknown(let reasons) = judgement.verdict else {
                Issue.record("\(judgement.subject) is not unknown: \(judgement.verdict)")
                continue
            }
            #expect(reasons.first?.fact == "clock")
            #expect(reasons.first?.reason == "1000 rows came, too many to compare")
        }
    }

    @Test func aStepWhoseCheckIsNotThereIsNotJudged() throws {
        let less = CheckCatalog(checks: catalog.checks.filter { $0.name != "clocks-agree" }, facts: catalog.facts)
        let error = #expect(throws: Complaint.self) { try Judge(catalog: less, situation: situation) }
        #expect(error?.what == "there is no check 'clocks-agree'")
    }
}
