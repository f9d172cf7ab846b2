import ArgumentParser
import Course
import DataFiles
import Display
import Foundation
import Journal
import Practice
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
    @Option(help: "The first step, by name or number.", completion: Candidates.steps) var from: String?
    @Option(help: "The last step, by name or number.", completion: Candidates.steps) var to: String?
    @Flag(help: "First take back what the steps did, the last one first, each by its undo tasks, typed twice.") var undo = false
    @Flag(help: "Also on machines that are not a sandbox.") var onOwnMachines = false
    @Option(help: "Write the walk into this new file, for lab replay.", completion: .file()) var journal: String?

    func validate() throws {
        guard auto else { throw ValidationError("This runs every command of the course on your machines. If you mean it, add --auto.") }
    }

    func run() async throws {
        let student = try options.student()
        guard student.situation.environment == .sandbox || onOwnMachines else {
            throw ValidationError("These machines are not a sandbox. To run the course on them anyway, add --on-own-machines.")
        }
        let steps = try range(of: student.lab)
        let claim = try MachinesClaim(student.fleet.inventory, state: Folders().state, doing: "lab walk --auto")
        defer { withExtendedLifetime(claim) {} }
        if undo { try await takeBack(steps, student) }
        let recorder = try journal.map { try WalkRecorder(.new(at: $0), of: student) }
        let proofs = try await student.walk(steps) {
            if let line = WalkText.line($0) { Screen.remark(line) }
            recorder?.take($0)
        }
        await student.fleet.close()
        try recorder?.finish()
        Screen.tell(WalkText.table(proofs))
        let isProved = proofs.allSatisfy(\.isProved) && proofs.count == steps.count
        Screen.tell(isProved ? "Every step is proved." : "Not proved.")
        if !isProved { throw ExitCode(1) }
    }

    private func takeBack(_ steps: ArraySlice<Step>, _ student: Student) async throws {
        if let step = steps.first(where: { student.situation.calls(of: $0.undo).isEmpty }) {
            throw ValidationError("The step \(step.name) has no undo tasks for these machines, so it cannot be taken back.")
        }
        guard let (step, failed) = try await student.takeBack(steps, progress: { WalkText.line($0).map(Screen.remark) }) else { return }
        await student.fleet.close()
        Screen.tell(
            "Not taken back: undo task \(failed.call.number) of step \(step.name) failed at \(failed.call.place) "
                + "with status \(failed.statusText).")
        throw ExitCode(1)
    }

    private func range(of lab: Lab) throws -> ArraySlice<Step> {
        let first = try from.map(lab.requiredPosition(of:)) ?? 0
        let last = try to.map(lab.requiredPosition(of:)) ?? lab.steps.count - 1
        guard first <= last else { throw ValidationError("The step '\(to ?? "")' comes before '\(from ?? "")'.") }
        return lab.steps[first...last]
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
