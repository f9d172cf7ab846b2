import ArgumentParser
import Checks
import Course
import DataFiles
import Display
import Foundation
import Journal
import Walk

struct WalkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "walk",
        abstract: "Run the course by itself: every command, and every check before and after.",
        discussion: """
            Proves each step: its checks fail before its tasks and pass after them. This
            is how the course is tested. It changes the machines, so it runs only with
            --auto.

            EXAMPLES
              lab walk --auto
              lab walk --auto --from names --to install
              lab walk --auto --journal walk.jsonl
                                      then look at it: lab replay walk.jsonl
              lab walk --auto --undo --from \(Examples.early) --to \(Examples.middle)
                                      first take these steps back, the last one first
            """)

    @OptionGroup var options: StudentOptions
    @Flag(help: "Really run every command of the course on the machines.") var auto = false
    @Option(help: "The first step.") var from: String?
    @Option(help: "The last step.") var to: String?
    @Flag(help: "First take back what the steps did, the last one first, each by its undo tasks, typed twice.") var undo = false
    @Flag(help: "Also on machines that are not a sandbox.") var onOwnMachines = false
    @Option(help: "Write the walk into this new file, for lab replay.") var journal: String?

    func validate() throws {
        guard auto else { throw ValidationError("This runs every command of the course on your machines. If you mean it, add --auto.") }
    }

    func run() async throws {
        let student = try options.student()
        guard student.situation.environment == .sandbox || onOwnMachines else {
            throw ValidationError("These machines are not a sandbox. To run the course on them anyway, add --on-own-machines.")
        }
        let steps = try range(of: student.lab)
        if undo { try await takeBack(steps, student) }
        let recorder = try journal.map { try WalkRecorder(.new(at: $0), of: student) }
        let proofs = try await student.walk(steps) {
            Self.tell($0)
            recorder?.take($0)
        }
        await student.fleet.close()
        try recorder?.finish()
        Screen.say(table(proofs))
        let isProved = proofs.allSatisfy(\.isProved) && proofs.count == steps.count
        Screen.say(isProved ? "Every step is proved." : "Not proved.")
        if !isProved { throw ExitCode(1) }
    }

    private func takeBack(_ steps: ArraySlice<Step>, _ student: Student) async throws {
        if let step = steps.first(where: { student.situation.calls(of: $0.undo).isEmpty }) {
            throw ValidationError("The step \(step.name) has no undo tasks for these machines, so it cannot be taken back.")
        }
        guard let (step, failed) = try await student.takeBack(steps, progress: { Self.tell($0) }) else { return }
        await student.fleet.close()
        Screen.say(
            "Not taken back: undo task \(failed.call.number) of step \(step.name) failed at \(failed.call.place) "
                + "with status \(failed.statusText).")
        throw ExitCode(1)
    }

    private func range(of lab: Lab) throws -> ArraySlice<Step> {
        func position(_ name: String?, default fallback: Int) throws -> Int {
            guard let name else { return fallback }
            guard let position = lab.position(of: name) else {
                let near = didYouMean(name, among: lab.steps.map(\.name))
                throw ValidationError("There is no step '\(name)' in \(lab.name).\(near)")
            }
            return position
        }
        let first = try position(from, default: 0)
        let last = try position(to, default: lab.steps.count - 1)
        guard first <= last else { throw ValidationError("The step '\(to ?? "")' comes before '\(from ?? "")'.") }
        return lab.steps[first...last]
    }

    private static func tell(_ progress: WalkProgress) {
        let line: String
        switch progress {
        case .ran, .judged: return
        case .step(let step, let number, let total): line = "\n[\(number)/\(total)] \(step.name)"
        case .task(let call):
            let first = call.command.split(separator: "\n").first ?? ""
            line = "  task \(call.number) at \(call.place): \(first) \(call.command.contains("\n") ? "…" : "")"
        case .output(let bytes): line = String(decoding: bytes.suffix(4000), as: UTF8.self)
        case .judging(let after): line = after ? "  checks, which must pass now" : "  checks, which must still fail"
        case .proved(let proof):
            var text =
                "  \(proof.isProved ? "proved" : "NOT PROVED") in \(proof.seconds.formatted(.number.precision(.fractionLength(1)))) s"
            for judgement in proof.notRed {
                text += "\n    was \(judgement.verdict.word) before the step: \(judgement.subject)\(Self.why(judgement))"
            }
            for judgement in proof.notGreen {
                text += "\n    is \(judgement.verdict.word) after the step: \(judgement.subject)\(Self.why(judgement))"
            }
            if let failed = proof.failed {
                text += "\n    task \(failed.call.number) at \(failed.call.place) failed with status \(failed.statusText)"
            }
            line = text
        }
        // What machines have printed is in it.
        Screen.remark(Cleaner.text(line))
    }

    private static func why(_ judgement: Judgement) -> String {
        switch judgement.verdict {
        case .failed(let diagnosis):
            diagnosis.causes.map { "\n      \($0.name): \($0.because)" }.joined()
                + (diagnosis.evidence.map { "\n      saw \($0.rows.map { $0.map(\.description) })" } ?? "")
        case .unknown(let facts): facts.map { "\n      \($0.fact) of \($0.machine): \($0.reason)" }.joined()
        case .blocked(let root): "\n      waits for \(root)"
        case .passed: ""
        }
    }

    private func table(_ proofs: [StepProof]) -> String {
        let rows = proofs.map { proof in
            [
                proof.step, "\(proof.tasks)", proof.seconds.formatted(.number.precision(.fractionLength(1))),
                "\(proof.red)/\(proof.red + proof.notRed.count)",
                "\(proof.already)", "\(proof.green)/\(proof.green + proof.notGreen.count)", proof.isProved ? "yes" : "NO",
            ]
        }
        let heading = ["step", "tasks", "seconds", "red before", "held already", "green after", "proved"]
        // Scripts read it by its columns, so it is never folded.
        return "\n" + Layout.table(rows, heading: heading, width: 200, right: Set(1..<heading.count)).joined(separator: "\n")
    }
}

extension Journal {
    /// A journal in a file that is not there yet: a recording must not continue somebody's walk.
    /// - Throws: a `ValidationError`, or `JournalError`.
    static func new(at path: String) throws -> Journal {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw ValidationError("\(path) already exists. Name a new file, or remove that one.")
        }
        return try Journal(URL(filePath: path))
    }
}
