import Checks
import Course
import Foundation
import TestSupport
import Testing
@testable import Walk

@testable import Practice

/// The list of proved repairs is kept from one trial to the next.
@Suite struct RepairsTableTests {
    private let catalog: CheckCatalog
    private let check: Check
    private let cause: Cause

    init() throws {
        catalog = try ShippedCourse.catalog
        check = try #require(catalog.checks.first { $0.causes.contains { $0.fix.allSatisfy { $0.decide == nil } } })
        cause = try #require(check.causes.first { $0.fix.allSatisfy { $0.decide == nil } })
    }

    private func proof(_ outcome: RepairProof.Outcome, drill: String) -> DrillProof {
        var proof = DrillProof(drill: drill)
        proof.repair = RepairProof(
            cause: .init(cause: cause.name, machine: nil), subject: .init(check: check.name, machine: nil), outcome: outcome)
        return proof
    }

    private func row(_ table: RepairsTable) throws -> String {
        let lines = table.markdown(catalog).split(separator: "\n")
        return String(try #require(lines.first { $0.hasPrefix("| \(check.name) | \(cause.name) |") }))
    }

    @Test func whatWasNotTriedSaysSo() throws { #expect(try row(RepairsTable("")).hasSuffix("| not proved |")) }

    @Test func theWorstOfSeveralProofsCounts() throws {
        var table = RepairsTable("")
        table.take([proof(.mended, drill: "good"), proof(.didNotMend, drill: "bad")], platform: "debian12")
        #expect(try row(table).hasSuffix("| DID NOT MEND (bad, debian12) |"))
    }

    @Test func whatWasKnownStaysUntilItIsTriedAgain() throws {
        var first = RepairsTable("")
        first.take([proof(.mended, drill: "good")], platform: "debian12")
        var second = RepairsTable(first.markdown(catalog))
        #expect(try row(second).hasSuffix("| mended at once (good, debian12) |"))
        second.take([proof(.didNotMend, drill: "again")], platform: "rocky9")
        #expect(try row(second).hasSuffix("| DID NOT MEND (again, rocky9) |"))
    }

    @Test func theTrialsTablesCountWhatTheySay() {
        var good = proof(.mended, drill: "good")
        good.outcome = .first
        let text = DrillTrialText(platform: "debian12", typesRepairs: true).table([good, proof(.didNotMend, drill: "bad")])
        #expect(text.contains("2 drills: 1 right cause first, 0 right cause named as also, 0 not recognised"))
        #expect(
            text.contains("2 repairs as printed: 1 mended at once, 0 in two or three rounds, 0 are a decision for a person, 1 did not mend")
        )
    }
}
