import Checks
import Display
import Foundation
import Walk

/// A trial of drills as its reader sees it: what goes on, and what came of it as tables.
package struct DrillTrialText {
    let platform: String
    /// Whether the printed repairs were typed.
    let typesRepairs: Bool

    package init(platform: String, typesRepairs: Bool) {
        self.platform = platform
        self.typesRepairs = typesRepairs
    }

    /// What is going on, line by line. Machines have printed some of it: it is not cleaned.
    package func lines(_ progress: DrillTrial.Progress) -> [String] {
        switch progress {
        case .lookingBefore: ["Checking whether the cluster is in order, before anything is broken"]
        case .drill(let drill, let number, let count): ["", "[\(number)/\(count)] \(drill.name)"]
        case .doing(let progress): lines(progress)
        case .proof(let proof): lines(proof)
        case .puttingBack: ["  going back to the saved state"]
        }
    }

    /// What does not pass before the first drill.
    package func lines(_ error: DrillTrial.NotInOrder) -> [String] { error.left.map { "  \($0.subject) \($0.verdict.word)\($0.reason)" } }

    private func lines(_ progress: WalkProgress) -> [String] {
        switch progress {
        case .task(let call):
            ["  at \(call.place): \(call.command.split(separator: "\n").first ?? "") \(call.command.contains("\n") ? "…" : "")"]
        case .output(let bytes): [String(decoding: bytes.suffix(3000), as: UTF8.self)]
        case .judging(let after): [after ? "  is everything in order again?" : "  what is seen now?"]
        case .step, .ran, .judged, .proved: []
        }
    }

    private func lines(_ proof: DrillProof) -> [String] {
        let seconds = proof.seconds.formatted(.number.precision(.fractionLength(0)))
        let word = "\(proof.isProved ? "proved" : "NOT PROVED"): \(Self.told(proof))"
        return Self.seen(proof).map { "    \($0)" }
            + ["  \(word), \(proof.counts.failed) failed, \(proof.counts.blocked) waiting, \(seconds) s"]
    }

    /// How the fault was reported.
    static func told(_ proof: DrillProof) -> String { proof.outcome?.rawValue ?? "not put in" }

    /// What was seen of a drill, and what is wrong with it. Machines have printed some of it: it is not cleaned.
    static func seen(_ proof: DrillProof) -> [String] {
        var lines: [String] = []
        for judgement in proof.judgements {
            if case .failed = judgement.verdict { lines.append("failed: \(judgement.subject)\(judgement.reason)") }
        }
        for judgement in proof.judgements {
            if case .unknown = judgement.verdict { lines.append("unknown: \(judgement.subject)\(judgement.reason)") }
        }
        if let failed = proof.failed {
            lines.append("a task at \(failed.call.place) ended with status \(failed.statusText): \(failed.call.command)")
        }
        if proof.counts.failed > proof.mostFailed {
            lines.append("TOO MANY FAILED: at most \(proof.mostFailed) may; let the others wait (needs)")
        }
        lines += proof.wrong.map { "WRONG CAUSE: \($0)" }
        if let repair = proof.repair { lines.append("the printed repair of \(repair.cause): \(repair.words)") }
        lines += proof.unmended.map { "after the printed repair: \($0.subject) \($0.verdict.word)\($0.reason)" }
        lines += proof.left.map { "after the repair: \($0.subject) \($0.verdict.word)\($0.reason)" }
        return lines
    }

    /// What came of all drills, as tables.
    package func table(_ proofs: [DrillProof]) -> String {
        let rows = proofs.map { proof in
            [
                proof.drill, Self.told(proof), "\(proof.wrong.count)", "\(proof.counts.failed)",
                "\(proof.counts.blocked)",
                proof.left.isEmpty ? "yes" : "NO",
            ]
        }
        let heading = ["drill", "told", "wrong", "failed", "waiting", "clean after"]
        var lines = [""] + Layout.table(rows, heading: heading, width: 200, right: Set(2..<heading.count))
        func count(_ outcome: DrillProof.Outcome) -> Int { proofs.count { $0.outcome == outcome } }
        lines += [
            "",
            "\(proofs.count) drills: \(count(.first)) right cause first, \(count(.also)) right cause named as also, "
                + "\(count(.notRecognised)) not recognised, \(proofs.count { !$0.wrong.isEmpty }) with a wrong cause. "
                + "At most \(proofs.map(\.counts.failed).max() ?? 0) failed for one fault.",
        ]
        return (lines + (typesRepairs ? repairs(proofs) : [])).joined(separator: "\n")
    }

    /// What came of the printed repairs, by cause.
    private func repairs(_ proofs: [DrillProof]) -> [String] {
        let rows = proofs.sorted { ($0.repair?.cause.cause ?? "~") < ($1.repair?.cause.cause ?? "~") }.map { proof in
            [
                proof.repair?.cause.cause ?? "-", proof.drill, platform,
                proof.repair.map { $0.outcome == .mended ? "\($0.then.count + 1)" : "-" } ?? "-",
                proof.repair?.words ?? "no cause was named, so nothing was typed",
            ]
        }
        func count(_ holds: (RepairProof) -> Bool) -> Int { proofs.count { $0.repair.map(holds) ?? false } }
        let atOnce = count { $0.outcome == .mended && $0.then.isEmpty }
        let later = count { $0.outcome == .mended && !$0.then.isEmpty }
        let decisions = count { $0.outcome == .decision }
        return [""] + Layout.table(rows, heading: ["cause", "drill", "platform", "rounds", "the printed repair"], width: 200, right: [3])
            + [
                "",
                "\(proofs.count) repairs as printed: \(atOnce) mended at once, \(later) in two or three rounds, "
                    + "\(decisions) are a decision for a person, "
                    + "\(proofs.count - atOnce - later - decisions) did not mend or were not tried.",
            ]
    }
}

extension Judgement {
    /// Why it is not passed, for a line after its name.
    fileprivate var reason: String {
        switch verdict {
        case .passed: ""
        case .failed(let diagnosis):
            diagnosis.causes.isEmpty
                ? "\n      unexplained; saw \(diagnosis.evidence.map { $0.rows.map { $0.map(\.description) } } ?? [])"
                : diagnosis.causes.map { "\n      \($0.name) on \($0.machine ?? "the cluster"): \($0.because)" }.joined()
        case .unknown(let facts): facts.prefix(4).map { "\n      \($0.fact) of \($0.machine): \($0.reason)" }.joined()
        case .blocked(let root): " by \(root)"
        }
    }
}
