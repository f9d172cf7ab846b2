import Checks
import Course
import DataFiles
import Foundation
import Reports
import Walk

/// What came of a lab's parts, as its author's report has it.
extension TrialReport.Part {
    /// What is wrong with the files of a lab; `fine` says what was read if nothing is.
    package init(lint complaints: [Complaint], fine: String, started: Date) {
        let cases = complaints.map { TrialReport.Case("\($0.place)", .failed([$0.description])) }
        self.init("lint", started: started, seconds: -started.timeIntervalSinceNow, cases: cases.isEmpty ? [.init(fine, .proved)] : cases)
    }

    /// Fixtures that show what they say, those that do not, and causes without one.
    /// - Parameter fixtures: all that there are.
    package init(fixtures: [Fixture], _ complaints: [Complaint], started: Date) {
        let places = Set(fixtures.map { $0.place })
        let tried = fixtures.map { fixture in
            let own = complaints.filter { $0.place == fixture.place }.map(\.description)
            return TrialReport.Case("\(fixture.place): \(fixture.name)", own.isEmpty ? .proved : .failed(own))
        }
        let others = complaints.filter { !places.contains($0.place) }.map { TrialReport.Case("\($0.place)", .failed([$0.description])) }
        let none = tried.isEmpty && others.isEmpty ? [TrialReport.Case("fixtures", .notTried("there are none"))] : []
        self.init("fixtures", started: started, seconds: -started.timeIntervalSinceNow, cases: tried + others + none)
    }

    /// Steps that the automatic walk proved; it ends with the first that it does not.
    /// - Parameter steps: all that were to be walked.
    package init(walk proofs: [StepProof], of steps: [Step], started: Date) {
        let cases = steps.map { step -> TrialReport.Case in
            guard let proof = proofs.first(where: { $0.step == step.name }) else {
                return .init(step.name, .notTried("an earlier step is not proved"))
            }
            return .init(step.name, seconds: proof.seconds, proof.isProved ? .proved : .failed(WalkText.faults(of: proof)))
        }
        self.init("walk", started: started, seconds: -started.timeIntervalSinceNow, cases: cases)
    }

    /// Drills whose cause was named first, and whose printed repair fixed it.
    /// - Parameter drills: all that were to be tried.
    package init(drills proofs: [DrillProof], of drills: [Drill], started: Date) {
        let cases = drills.map { drill -> TrialReport.Case in
            guard let proof = proofs.first(where: { $0.drill == drill.name }) else {
                return .init(drill.name, .notTried("an earlier drill left something behind"))
            }
            let told = [DrillTrialText.told(proof)] + DrillTrialText.seen(proof)
            return .init(drill.name, seconds: proof.seconds, proof.isProved ? .proved : .failed(told))
        }
        let none = drills.isEmpty ? [TrialReport.Case("drills", .notTried("the lab has none for these machines"))] : []
        self.init("drills", started: started, seconds: -started.timeIntervalSinceNow, cases: cases + none)
    }

    /// A part that was not begun, or that an error ended.
    package init(_ name: String, _ outcome: TrialReport.Outcome, started: Date) {
        self.init(name, started: started, seconds: -started.timeIntervalSinceNow, cases: [.init(name, outcome)])
    }
}
