import Checks
import Course
import Facts
import Sandbox
import Synchronization
import Walk

/// Tries drills on a finished cluster, one after the other: is what was broken named, and does the printed repair fix it?
package struct DrillTrial: Sendable {
    package let student: Student
    let seconds: Int
    let recorder: WalkRecorder?
    let help: Help

    /// What whoever has practice machines, or files to write, does on the way.
    package struct Help: Sendable {
        /// Types at a machine's console, as root, if ssh does not reach it.
        package var console: @Sendable (_ machine: String, _ line: String) async throws -> Void = { _, _ in }
        /// Puts the machines back if a repair left something; nil if nobody can.
        package var putBack: (@Sendable () async throws -> Void)?
        /// Takes what was seen with a fault in.
        package var keep: @Sendable (Drill, Round) async throws -> Void = { _, _ in }
        /// Takes what is proved so far, after each drill: a long trial may be ended before its time.
        package var note: @Sendable ([DrillProof]) throws -> Void = { _ in }

        /// A person goes to the machine's console if ssh does not reach it; so does the trial on practice machines.
        package init(at sandbox: Sandbox) { console = { _ = try await sandbox.console($0, ["bash", "-c", $1]) } }
    }

    /// What goes on.
    package enum Progress: Sendable {
        case lookingBefore
        case drill(Drill, number: Int, of: Int)
        case doing(WalkProgress)
        case proof(DrillProof)
        case puttingBack
    }

    /// A drill begins on a cluster that is in order.
    package struct NotInOrder: Error, CustomStringConvertible {
        /// What does not pass.
        package var left: [Judgement]
        package var description: String { "The cluster has to be in order before a drill. See 'lab verify'." }
    }

    /// - Parameters:
    ///   - seconds: the time limit of each machine in each look.
    ///   - recorder: writes the trial down for a replay. The printed repairs are not typed then: a recording shows the drill's own,
    ///     whose words explain it.
    package init(student: Student, seconds: Int, recorder: WalkRecorder?, help: Help) {
        self.student = student
        self.seconds = seconds
        self.recorder = recorder
        self.help = help
    }

    /// - Returns: a proof for each drill that was tried. If a repair left something and nobody can put the machines back, that
    ///   is the last one.
    /// - Throws: `NotInOrder`, and what connecting, judging or the help throws.
    package func run(_ drills: [Drill], progress: @escaping @Sendable (Progress) -> Void) async throws -> [DrillProof] {
        progress(.lookingBefore)
        let before = try await student.stragglers(within: .seconds(60), seconds: seconds)
        guard before.isEmpty else { throw NotInOrder(left: before) }
        var proofs: [DrillProof] = []
        for (index, drill) in drills.enumerated() {
            progress(.drill(drill, number: index + 1, of: drills.count))
            let proof = try await prove(drill, progress)
            proofs.append(proof)
            progress(.proof(proof))
            try help.note(proofs)
            if proof.left.isEmpty, !drill.moves { continue }
            guard let putBack = help.putBack else { if proof.left.isEmpty { continue } else { break } }
            progress(.puttingBack)
            await student.fleet.close()
            try await putBack()
            guard try await student.stragglers(within: .seconds(120), seconds: seconds).isEmpty else { break }
        }
        return proofs
    }

    private func prove(_ drill: Drill, _ progress: @escaping @Sendable (Progress) -> Void) async throws -> DrillProof {
        recorder?.note(.drill(drill.name, blind: false))
        let isIn = Atomic(false)
        let proof = try await student.prove(drill, seconds: seconds, typingRepair: recorder == nil, console: help.console) { round in
            isIn.store(true, ordering: .releasing)
            recorder?.note(round, round.judgements)
            try await help.keep(drill, round)
        } progress: {
            progress(.doing($0))
            // The fault is what a replay lets people find.
            if case .ran(let call, let outcome) = $0, isIn.load(ordering: .acquiring) {
                recorder?.note(call.ran(outcome, step: drill.name))
            }
        }
        recorder?.note(.drilled(drill.name, repaired: proof.left.isEmpty, seconds: Int(proof.seconds), hints: 0))
        return proof
    }
}
