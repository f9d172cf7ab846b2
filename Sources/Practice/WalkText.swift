import Checks
import Display
import Foundation
import Walk

/// A walk of the program by itself as its reader sees it: what goes on, and what was proved as a table.
package enum WalkText {
    /// What is going on, clean for a terminal; nil for what is not worth a line.
    package static func line(_ progress: WalkProgress) -> String? {
        let line: String
        switch progress {
        case .ran, .judged: return nil
        case .step(let step, let number, let total): line = "\n[\(number)/\(total)] \(step.name)"
        case .task(let call):
            let first = call.command.split(separator: "\n").first ?? ""
            line = "  task \(call.number) at \(call.place): \(first) \(call.command.contains("\n") ? "…" : "")"
        case .output(let bytes): line = String(decoding: bytes.suffix(4000), as: UTF8.self)
        case .judging(let after): line = after ? "  checks, which must pass now" : "  checks, which must still fail"
        case .proved(let proof): line = text(proof)
        }
        // What machines have printed is in it.
        return Cleaner.text(line)
    }

    private static func text(_ proof: StepProof) -> String {
        let seconds = proof.seconds.formatted(.number.precision(.fractionLength(1)))
        let head = "  \(proof.isProved ? "proved" : "NOT PROVED") in \(seconds) s"
        return ([head] + faults(of: proof).map { "    " + $0.replacing("\n", with: "\n    ") }).joined(separator: "\n")
    }

    /// What keeps a step from being proved. Machines have printed some of it: it is not cleaned.
    static func faults(of proof: StepProof) -> [String] {
        proof.notRed.map { "was \($0.verdict.word) before the step: \($0.subject)\(why($0))" }
            + proof.notGreen.map { "is \($0.verdict.word) after the step: \($0.subject)\(why($0))" }
            + (proof.failed.map { ["task \($0.call.number) at \($0.call.place) failed with status \($0.statusText)"] } ?? [])
    }

    private static func why(_ judgement: Judgement) -> String {
        switch judgement.verdict {
        case .failed(let diagnosis):
            diagnosis.causes.map { "\n  \($0.name): \($0.because)" }.joined()
                + (diagnosis.evidence.map { "\n  saw \($0.rows.map { $0.map(\.description) })" } ?? "")
        case .unknown(let facts): facts.map { "\n  \($0.fact) of \($0.machine): \($0.reason)" }.joined()
        case .blocked(let root): "\n  waits for \(root)"
        case .passed: ""
        }
    }

    /// One row for each step. Scripts read it by its columns, so it is never folded.
    package static func table(_ proofs: [StepProof]) -> String {
        let rows = proofs.map { proof in
            [
                proof.step, "\(proof.tasks)", proof.seconds.formatted(.number.precision(.fractionLength(1))),
                "\(proof.red)/\(proof.red + proof.notRed.count)",
                "\(proof.already)", "\(proof.green)/\(proof.green + proof.notGreen.count)", proof.isProved ? "yes" : "NO",
            ]
        }
        let heading = ["step", "tasks", "seconds", "red before", "held already", "green after", "proved"]
        return "\n" + Layout.table(rows, heading: heading, width: 200, right: Set(1..<heading.count)).joined(separator: "\n")
    }
}
