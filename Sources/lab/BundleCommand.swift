import ArgumentParser
import Classroom
import Course
import Display
import Facts
import Foundation
import Machines
import Terminal
import Walk

struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Hand in: write what can be observed on your machines to one file.",
        discussion: """
            For an instructor who cannot reach your machines. The file holds facts:
            names, addresses, settings, public keys, states, lines of logs. Passwords
            and private keys are masked. lab says what goes into it before it writes, and
            what would be missing in it if a machine did not answer.

            The instructor judges it with: lab verify --bundle FILE…

            EXAMPLES
              lab bundle --student "Ada Lovelace"
              lab bundle --student ada --output ada.labbundle --rows
              lab bundle --student ada --timeout 60     machines that answer slowly

            Exit status: 0 written; 3 a machine did not answer to the end: nothing is
            written then unless you agree, or say so with --incomplete.
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @Option(name: .customLong("student"), help: "Your name, as your instructor knows you.") var student: String?
    @Option(help: "The file to write. Default: NAME.labbundle in this folder.", completion: .file()) var output: String?
    @Flag(help: "List every row that goes into the file, not only how many.") var rows = false
    @Flag(name: [.short, .long], help: "Write without asking, if all machines have answered.") var yes = false
    @Flag(help: "Write also what lacks a machine.") var incomplete = false

    func run() async throws {
        let name = student ?? NSUserName()
        guard ClassStudent.isName(name) else { throw ValidationError("'\(name)' is not a valid name: \(ClassStudent.nameRule)") }
        let student = try options.student(onlyLooking: true)
        let lines = ProgressLines(student.machines.map(\.name), terminal: .standardError(), isQuiet: true)
        let collected = Date()
        let (facts, masked) = try await Interrupts.running { [seconds = looks.seconds] in
            try await student.record(seconds: seconds) { machine, progress in
                switch progress {
                case .looking: lines.set(machine, "waiting for its answer", counting: true)
                case .done(let reached, let said, _): lines.set(machine, reached ? "has answered" : said ?? "not reached")
                }
            }
        }
        lines.finish()
        await student.fleet.close()
        let bundle = FactBundle(
            student: name, collected: collected,
            variables: student.fleet.inventory.variables.mapValues(\.string).merging(student.lab.variant?.values ?? [:]) { own, _ in own },
            variant: student.lab.variant?.name, users: student.situation.contacts.mapValues(\.user), facts: facts)
        let handIn = try HandIn(bundle, of: student, masked: masked.reduce(0) { $0 + $1.count })
        Screen.tell("This goes into the file, as \(name): \(handIn.summary)")
        if let own = LabValues(of: student.lab) { Screen.tell("Your values go with it: \(own.words).") }
        if rows { bundle.facts.machines.forEach(listRows) }
        for sentence in handIn.lacks { Screen.tell(Cleaner.line(sentence, limit: 400)) }
        let file = output ?? "\(name.replacing(",", with: "").replacing(" ", with: "-")).\(FactBundle.fileExtension)"
        guard try agrees(to: handIn, file) else { return }
        try ResultFile.write(String(decoding: bundle.json(), as: UTF8.self), to: file, mode: 0o600)
        Screen.tell("Written: \(file). Nothing in it proves that it is true: your instructor's lab marks it as self-reported.")
        if !handIn.isWhole { throw ExitCode(3) }
    }

    /// Whether this is to be written. What lacks something is written only if somebody says so.
    private func agrees(to handIn: HandIn, _ file: String) throws -> Bool {
        let asks = Terminal.standardOutput().isTerminal && isatty(STDIN_FILENO) == 1
        if !handIn.isWhole, !incomplete {
            let advice = "Wait a moment and try again, or give the machines more time with --timeout \(min(600, looks.seconds * 3))."
            guard asks, !yes else {
                Screen.tell("Nothing was written. \(advice) --incomplete hands it in as it is.")
                throw ExitCode(3)
            }
            Screen.tell(advice)
            if Question.yes("Write it to \(file) all the same?") { return true }
            Screen.tell("Nothing was written.")
            throw ExitCode(3)
        }
        guard !yes, asks, !Question.yes("Write this to \(file)?") else { return true }
        Screen.tell("Nothing was written.")
        return false
    }

    private func listRows(_ machine: MachineFacts) {
        for (name, observation) in machine.tables.sorted(by: { $0.key < $1.key }) {
            guard case .rows(let rows) = observation else { continue }
            for row in rows { Screen.tell("    \(name): \(Cleaner.line(row.map(\.description).joined(separator: " | "), limit: 1000))") }
        }
    }
}
