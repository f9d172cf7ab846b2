import ArgumentParser
import Checks
import Course
import Display
import Facts
import Foundation
import Journal
import Sandbox
import Synchronization
import Walk

/// `lab drill --prove`: tries drills on a sandbox, and tells whether lab names what was broken.
struct DrillProving {
    let command: DrillCommand

    func run() async throws {
        let student = try command.options.student()
        try command.permit(student)
        let drills = try command.chosen(of: student)
        var proofs: [DrillProof] = []
        tell("Looking whether the cluster is in order, before anything is broken")
        let before = try await student.stragglers(within: .seconds(60), seconds: command.looks.seconds)
        guard before.isEmpty else {
            before.forEach { tell("  \($0.subject) \($0.verdict.word)\($0.reason)") }
            throw ValidationError("The cluster has to be in order before a drill. See 'lab verify'.")
        }
        let recorder = try command.journal.map { try WalkRecorder(.new(at: $0), of: student) }
        for (number, drill) in drills.enumerated() {
            recorder?.note(.drill(drill.name, blind: false))
            let isIn = Atomic(false)
            tell("\n[\(number + 1)/\(drills.count)] \(drill.name)")
            let proof = try await student.prove(drill, seconds: command.looks.seconds, typingRepair: command.journal == nil, console: { try await typeAtConsole($0, $1) }) { round in
                isIn.store(true, ordering: .releasing)
                recorder?.note(round, round.judgements)
                try await keep(round, of: drill, student)
            } progress: {
                tell($0)
                // The fault is what a replay lets people find.
                if case .ran(let call, let outcome) = $0, isIn.load(ordering: .acquiring) { recorder?.note(call.ran(outcome, step: drill.name)) }
            }
            recorder?.note(.drilled(drill.name, repaired: proof.left.isEmpty, seconds: Int(proof.seconds), hints: 0))
            proofs.append(proof)
            tell(proof)
            // After each, since a long proof may be ended before its time.
            if let file = command.repairs { try write(proofs, of: student, to: URL(filePath: file)) }
            guard proof.left.isEmpty else {
                guard let state = command.restore else { break }
                tell("  going back to the saved state \(state)")
                await student.fleet.close()
                try await putBack(to: state)
                let after = try await student.stragglers(within: .seconds(120), seconds: command.looks.seconds)
                guard after.isEmpty else { break }
                continue
            }
        }
        await student.fleet.close()
        try recorder?.finish()
        Screen.say(table(proofs, platform: student.situation.platform.name))
        let isProved = proofs.count == drills.count && proofs.allSatisfy(\.isProved)
        if !isProved { throw ExitCode(1) }
    }

    /// A person goes to the machine's console where ssh does not reach it; so does the proof, where there are practice machines.
    private func typeAtConsole(_ machine: String, _ line: String) async throws {
        let folders = Folders()
        let sandbox = Sandbox(state: folders.sandbox, sources: try command.options.course.shelf().sandbox, cache: folders.cache)
        _ = try await sandbox.console(machine, ["bash", "-c", line])
    }

    private func write(_ proofs: [DrillProof], of student: Student, to file: URL) throws {
        var table = RepairsTable(FileManager.default.fileExists(atPath: file.path) ? try String(contentsOf: file, encoding: .utf8) : "")
        table.take(proofs, platform: student.situation.platform.name)
        try Data(table.markdown(student.judge.catalog).utf8).write(to: file, options: .atomic)
    }

    private func putBack(to state: String) async throws {
        let folders = Folders()
        let sandbox = Sandbox(state: folders.sandbox, sources: try command.options.course.shelf().sandbox, cache: folders.cache)
        try await SandboxStates(sandbox: sandbox, course: command.options.course).putBack(to: state) { _ in }
    }

    /// Keeps everything that could be seen while the fault was in.
    private func keep(_ round: Round, of drill: Drill, _ student: Student) async throws {
        guard let folder = command.record else { return }
        let recorded = try await student.record(seconds: command.looks.seconds).masked.facts
        try ResultFile.write(String(decoding: recorded.json(), as: UTF8.self), to: URL(filePath: folder).appending(path: "drill-\(drill.name).json").path, mode: 0o600)
    }

    /// What machines have printed is in it, so it is cleaned.
    private func tell(_ text: String) { Screen.remark(Cleaner.text(text)) }

    private func tell(_ progress: WalkProgress) {
        switch progress {
        case .task(let call): tell("  at \(call.place): \(call.command.split(separator: "\n").first ?? "") \(call.command.contains("\n") ? "…" : "")")
        case .output(let bytes): tell(String(decoding: bytes.suffix(3000), as: UTF8.self))
        case .judging(let after): tell(after ? "  is everything in order again?" : "  what is seen now?")
        case .step, .ran, .judged, .proved: break
        }
    }

    private func tell(_ proof: DrillProof) {
        for judgement in proof.judgements { if case .failed = judgement.verdict { tell("    failed: \(judgement.subject)\(judgement.reason)") } }
        for judgement in proof.judgements { if case .unknown = judgement.verdict { tell("    unknown: \(judgement.subject)\(judgement.reason)") } }
        if let failed = proof.failed { tell("    a task at \(failed.call.place) ended with status \(failed.status.map(String.init) ?? "unknown"): \(failed.call.command)") }
        if proof.counts.failed > DrillProof.mostFailed { tell("    TOO MANY FAILED: at most \(DrillProof.mostFailed) may for one fault; let the others wait (needs)") }
        for wrong in proof.wrong { tell("    WRONG CAUSE: \(wrong)") }
        if let repair = proof.repair { tell("    the printed repair of \(repair.cause): \(repair.words)") }
        for judgement in proof.unmended { tell("    after the printed repair: \(judgement.subject) \(judgement.verdict.word)\(judgement.reason)") }
        for judgement in proof.left { tell("    after the repair: \(judgement.subject) \(judgement.verdict.word)\(judgement.reason)") }
        let seconds = proof.seconds.formatted(.number.precision(.fractionLength(0)))
        tell("  \(proof.isProved ? "proved" : "NOT PROVED"): \(proof.outcome?.rawValue ?? "not put in"), \(proof.counts.failed) failed, \(proof.counts.blocked) waiting, \(seconds) s")
    }

    private func table(_ proofs: [DrillProof], platform: String) -> String {
        let rows = proofs.map { proof in
            [
                proof.drill, proof.outcome?.rawValue ?? "not put in", "\(proof.wrong.count)", "\(proof.counts.failed)", "\(proof.counts.blocked)",
                proof.left.isEmpty ? "yes" : "NO",
            ]
        }
        let heading = ["drill", "told", "wrong", "failed", "waiting", "clean after"]
        var lines = [""] + Layout.table(rows, heading: heading, width: 200, right: Set(2..<heading.count))
        func count(_ outcome: DrillProof.Outcome) -> Int { proofs.count { $0.outcome == outcome } }
        lines += [
            "",
            "\(proofs.count) drills: \(count(.first)) right cause first, \(count(.also)) right cause named as also, \(count(.notRecognised)) not recognised, "
                + "\(proofs.count { !$0.wrong.isEmpty }) with a wrong cause. At most \(proofs.map(\.counts.failed).max() ?? 0) failed for one fault.",
        ]
        return (lines + (command.journal == nil ? repairs(proofs, platform: platform) : [])).joined(separator: "\n")
    }

    /// What came of the printed repairs, by cause.
    private func repairs(_ proofs: [DrillProof], platform: String) -> [String] {
        let rows = proofs.sorted { ($0.repair?.cause.cause ?? "~") < ($1.repair?.cause.cause ?? "~") }.map { proof in
            [
                proof.repair?.cause.cause ?? "-", proof.drill, platform, proof.repair.map { $0.outcome == .mended ? "\($0.then.count + 1)" : "-" } ?? "-",
                proof.repair?.words ?? "no cause was named, so nothing was typed",
            ]
        }
        func count(_ holds: (RepairProof) -> Bool) -> Int { proofs.count { $0.repair.map(holds) ?? false } }
        let atOnce = count { $0.outcome == .mended && $0.then.isEmpty }
        let later = count { $0.outcome == .mended && !$0.then.isEmpty }
        let decisions = count { $0.outcome == .decision }
        return [""] + Layout.table(rows, heading: ["cause", "drill", "platform", "rounds", "the printed repair"], width: 200, right: [3]) + [
            "",
            "\(proofs.count) repairs as printed: \(atOnce) mended at once, \(later) in two or three rounds, \(decisions) are a decision for a person, "
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
