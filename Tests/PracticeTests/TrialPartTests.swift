import Checks
import Course
import DataFiles
import Foundation
import Reports
import TestSupport
import Testing
@testable import Walk

@testable import Practice

/// What came of the parts of a trial, as its report has them.
@Suite struct TrialPartTests {
    private let course: Lab

    init() throws { course = try ShippedCourse.lab }

    @Test func stepsAfterTheOneThatIsNotProvedAreNotTried() {
        let steps = course.steps[0..<3]
        let failed = Judgement(
            subject: .init(check: "hostname-set", machine: "pg1"), step: "names", title: "", why: "", verdict: .unknown([]))
        let proofs = [
            StepProof(step: steps[0].name, tasks: 0, seconds: 2, notRed: [], red: 1, already: 0, notGreen: [], green: 1),
            StepProof(step: steps[1].name, tasks: 0, seconds: 3, notRed: [failed], red: 0, already: 0, notGreen: [], green: 0),
        ]
        let part = TrialReport.Part(walk: proofs, of: Array(steps), started: Date())
        #expect(part.cases.map(\.name) == steps.map(\.name))
        #expect(part.cases[0].outcome == .proved)
        #expect(part.cases[1].outcome == .failed(["was unknown before the step: hostname-set at pg1"]))
        #expect(part.cases[2].outcome == .notTried("an earlier step is not proved"))
        #expect(!part.isProved)
    }

    @Test func aDrillIsProvedOnlyWithItsRepair() {
        let drills = Array(course.drills.prefix(3))
        var right = DrillProof(drill: drills[0].name)
        right.outcome = .first
        right.repair = RepairProof(
            cause: .init(cause: "a", machine: nil), subject: .init(check: "c", machine: nil), outcome: .mended)
        var unmended = right
        unmended.drill = drills[1].name
        unmended.repair?.outcome = .didNotMend
        let part = TrialReport.Part(drills: [right, unmended], of: drills, started: Date())
        #expect(part.cases[0].outcome == .proved)
        #expect(part.cases[1].outcome == .failed(["right cause first", "the printed repair of a on the cluster: DID NOT MEND"]))
        #expect(part.cases[2].outcome == .notTried("an earlier drill left something behind"))
        #expect(!TrialReport.Part(drills: [], of: [], started: Date()).isProved)
    }

    @Test func aComplaintIsACaseAndNoneIsOneThatPassed() {
        let place = Place(file: "labs/x/lab.yaml", line: 3, column: 1)
        let part = TrialReport.Part(lint: [Complaint(place, "no"), Complaint(place, "nor that")], fine: "x", started: Date())
        #expect(part.cases.map(\.outcome) == [.failed(["labs/x/lab.yaml:3:1: no"]), .failed(["labs/x/lab.yaml:3:1: nor that"])])
        #expect(TrialReport.Part(lint: [], fine: "x: 2 steps", started: Date()).cases == [.init("x: 2 steps", .proved)])
    }
}
