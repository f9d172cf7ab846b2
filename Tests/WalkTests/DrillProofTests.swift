import Checks
import Course
import Facts
import Testing
import TestSupport

@testable import Walk

/// What makes a drill proved, judged from recorded facts.
@Suite struct DrillProofTests {
    let walk: RecordedWalk
    let drill: Drill

    init() throws {
        walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        drill = try #require(walk.lab.drill(named: "pgpass-open"))
    }

    private static let repair = RepairProof(
        cause: .init(cause: "password-file-open", machine: "pg2"), subject: .init(check: "password-file", machine: "pg2"), outcome: .mended)

    private func judgements(modeOn machine: String) throws -> [Judgement] {
        try walk.judgements(walk.changed(machine, "password_file", "mode", to: .text("644")))
    }

    @Test func theExpectedCauseIsFoundWhereItIsExpected() throws {
        let told = drill.compare(try judgements(modeOn: "pg2"))
        #expect(told.outcome == .first)
        #expect(told.wrong.isEmpty)
        #expect(told.unexplained.isEmpty)
    }

    @Test func theRightCauseOnAnotherMachineIsWrong() throws {
        let told = drill.compare(try judgements(modeOn: "pg3"))
        #expect(told.outcome == .notRecognised)
        #expect(told.wrong.count == 1)
        #expect(told.wrong.first?.hasPrefix("password-file-open on pg3") == true)
    }

    @Test func nothingToldIsNotRecognised() throws {
        let told = drill.compare(try walk.judgements(walk.recorded.machines))
        #expect(told.outcome == .notRecognised)
        #expect(told.wrong.isEmpty)
    }

    @Test func aProofAllowsThreeFailedChecks() {
        var proof = DrillProof(drill: "x", outcome: .first, repair: Self.repair)
        for failed in 1...3 {
            proof.counts.failed = failed
            #expect(proof.isProved)
        }
        proof.counts.failed = 4
        #expect(!proof.isProved)
    }

    @Test func aProofAllowsNothingWrongUnexplainedOrLeft() throws {
        let proof = DrillProof(drill: "x", outcome: .first, repair: Self.repair)
        #expect(proof.isProved)
        var other = proof
        other.outcome = .also
        #expect(!other.isProved)
        other = proof
        other.wrong = ["clock-off on pg1"]
        #expect(!other.isProved)
        other = proof
        other.unexplained = [.init(check: "lag-small", machine: "pg2")]
        #expect(!other.isProved)
        other = proof
        other.left = [try #require(try judgements(modeOn: "pg2").first)]
        #expect(!other.isProved)
    }

    @Test func thePrintedRepairHasToMendOrToBeADecision() {
        var proof = DrillProof(drill: "x", outcome: .first)
        #expect(!proof.isProved, "nothing was typed")
        for (outcome, isProved) in [
            (RepairProof.Outcome.mended, true), (.decision, true), (.didNotMend, false), (.notTried(why: "x"), false),
        ] {
            proof.repair = Self.repair
            proof.repair?.outcome = outcome
            #expect(proof.isProved == isProved)
        }
    }

    @Test func whatCameOfARepairIsSaidInWords() {
        var repair = Self.repair
        #expect(repair.words == "mended at once")
        repair.then = [.init(cause: "server-stopped", machine: "pg2")]
        #expect(repair.words == "mended in 2 rounds, then server-stopped on pg2")
        repair.outcome = .notTried(why: "pg2 is not reached")
        #expect(repair.words == "NOT TRIED: pg2 is not reached")
    }
}
