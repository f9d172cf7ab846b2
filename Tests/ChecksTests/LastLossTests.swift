import Foundation
import TestSupport
import Testing

@testable import Checks

/// What `why` tells from recorded facts, where it is no cause that decides.
@Suite struct LastLossTests {
    /// What pg3's daemon wrote in the switchover that ends step partitions (Debian 13, repmgr 5.5.0), and repmgr's event of it.
    private let switchover = """
        format: 1
        base: acceptance-debian13
        upto: acceptance
        fixtures:
        - cause: primary-came-back
          check: loss-answered
          mend: pg2
          changes:
          - machine: pg3
            table: repmgrd_moment
            rows:
            - {number: 1, at: 1796039934, kind: lost, node: 2}
            - {number: 2, at: 1796039934, kind: attempt, node: 2, value: 1 of 3}
            - {number: 3, at: 1796039937, kind: attempt, node: 2, value: 2 of 3}
            - {number: 4, at: 1796039937, kind: reconnected, node: 2, value: "3"}
          - {machine: pg1, table: repmgrd_moment, rows: []}
          - {machine: pg2, table: repmgrd_moment, rows: []}
          - {machine: pg_witness, table: repmgrd_moment, rows: []}
          - machine: pg1
            table: repmgr_event
            add: [{number: 900, node: NODE, event: standby_switchover, is_successful: true, at: "2026-11-30 11:58:SECOND", details: ""}]
        """

    private func told(node: Int, second: String) throws -> ToldChronicle {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try switchover.replacing("NODE", with: "\(node)").replacing("SECOND", with: second).write(
            to: file, atomically: true, encoding: .utf8)
        var trial = try ShippedCourse.trial
        let one = try trial.prepare(try #require(try Fixture.load(file).first))
        return try #require(try one.judge.chronicle(of: "loss-answered", in: one.judgements(), store: one.store()))
    }

    @Test func aSwitchoverIsNoLoss() throws {
        let told = try told(node: 1, second: "56")
        #expect(told.judgement.verdict == .passed)
        #expect(told.decided == "nobody had to decide. It was a switchover: somebody gave the role of pg2 to pg1.")
        #expect(
            told.moments.map(\.said) == [
                "loses sight of pg2", "tries to reach pg2: 1 of 3", "tries to reach pg2: 2 of 3", "sees the primary again, after 3 s",
            ])
    }

    /// Neither one to the machine that was lost, which comes after the loss, nor one of another time.
    @Test(arguments: [(2, "56"), (1, "05")])
    func anotherSwitchoverDoesNotExplainIt(node: Int, second: String) throws {
        guard case .failed(let diagnosis) = try told(node: node, second: second).judgement.verdict else {
            Issue.record("it passes")
            return
        }
        #expect(diagnosis.causes.map(\.name) == ["primary-came-back"])
    }
}
