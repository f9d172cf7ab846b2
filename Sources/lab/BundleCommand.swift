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
            and private keys are masked. lab lists what goes into it before it writes.

            The instructor judges it with: lab verify --bundle FILE…

            EXAMPLES
              lab bundle --student "Ada Lovelace"
              lab bundle --student ada --output ada.labbundle --rows
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @Option(name: .customLong("student"), help: "Your name, as your instructor knows you.") var student: String?
    @Option(help: "The file to write. Default: NAME.labbundle in this folder.", completion: .file()) var output: String?
    @Flag(help: "List every row that goes into the file, not only how many.") var rows = false
    @Flag(name: [.short, .long], help: "Write without asking.") var yes = false

    func run() async throws {
        let name = student ?? NSUserName()
        guard ClassStudent.isName(name) else { throw ValidationError("'\(name)' is not a valid name: \(ClassStudent.nameRule)") }
        let student = try options.student(onlyLooking: true)
        let lines = ProgressLines(student.machines.map(\.name), terminal: .standardError(), isQuiet: true)
        let collected = Date()
        let (facts, masked) = try await Interrupts.running { [seconds = looks.seconds] in
            try await student.record(seconds: seconds) { machine, progress in
                switch progress {
                case .looking: lines.set(machine, "looking", counting: true)
                case .done(let reached, let said, _): lines.set(machine, reached ? "has answered" : said ?? "not reached")
                }
            }
        }
        lines.finish()
        await student.fleet.close()
        let bundle = FactBundle(
            student: name, collected: collected, variables: student.fleet.inventory.variables.mapValues(\.string),
            users: student.situation.contacts.mapValues(\.user), facts: facts)
        list(bundle, masked)
        let file = output ?? "\(name.replacing(",", with: "").replacing(" ", with: "-")).\(FactBundle.fileExtension)"
        let terminal = Terminal.standardOutput()
        if !yes, terminal.isTerminal, isatty(STDIN_FILENO) == 1, !Question.yes("Write this to \(file)?") {
            Screen.say("Nothing was written.")
            return
        }
        try ResultFile.write(String(decoding: bundle.json(), as: UTF8.self), to: file, mode: 0o600)
        Screen.say("Written: \(file). Nothing in it proves that it is true: your instructor's lab marks it as self-reported.")
        if bundle.facts.machines.contains(where: { !$0.reached }) { throw ExitCode(3) }
    }

    private func list(_ bundle: FactBundle, _ masked: [(machine: String, table: String, count: Int)]) {
        Screen.say("This goes into the file, as \(bundle.student):")
        for machine in bundle.facts.machines {
            guard machine.reached else {
                Screen.say("  \(machine.machine): not reached (\(Cleaner.line(machine.said ?? "", limit: 160)))")
                continue
            }
            var seen: [String] = []
            var unknown = 0
            for (name, observation) in machine.tables.sorted(by: { $0.key < $1.key }) {
                if case .rows(let rows) = observation { seen.append("\(name) \(rows.count)") } else { unknown += 1 }
            }
            Screen.say("  \(machine.machine): rows of \(seen.joined(separator: ", ")); \(unknown) tables could not be observed")
            if rows { listRows(machine) }
        }
        let count = masked.reduce(0) { $0 + $1.count }
        Screen.say(
            count == 0
                ? "No secrets were found in it."
                : "Masked: \(masked.map { "\($0.count) in \($0.table) of \($0.machine)" }.joined(separator: ", ")).")
    }

    private func listRows(_ machine: MachineFacts) {
        for (name, observation) in machine.tables.sorted(by: { $0.key < $1.key }) {
            guard case .rows(let rows) = observation else { continue }
            for row in rows { Screen.say("    \(name): \(Cleaner.line(row.map(\.description).joined(separator: " | "), limit: 1000))") }
        }
    }
}
