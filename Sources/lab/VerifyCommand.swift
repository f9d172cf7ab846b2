import ArgumentParser
import Checks
import Companion
import Course
import Display
import Foundation
import Reports
import Walk

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge machines once, without a dialogue.",
        discussion: """
            Looks at the machines, changes nothing, and tells what holds, what does not, and why.

            EXAMPLES
              lab verify
              lab verify --step names
              lab verify --format json --output result.json

            Exit status: 0 all passed, 1 something failed, 2 bad usage or bad files,
            3 something could not be observed.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case pretty, json }

    @OptionGroup var options: StudentOptions
    @Option(help: "Judge only up to this step.") var step: String?
    @Option(help: "pretty or json.") var format = Format.pretty
    @Flag(name: .customLong("no-color"), help: "No colours.") var noColour = false
    @Option(help: "Write the result to this file instead of standard output.") var output: String?

    func run() async throws {
        let started = Date()
        let student = try options.student()
        guard let last = step ?? student.lab.steps.last?.name, student.lab.step(named: last) != nil else {
            throw ValidationError("There is no step '\(step ?? "")'. The steps: \(student.lab.steps.map(\.name).joined(separator: ", ")).")
        }
        let wanted = student.lab.checksInForce(at: last).map { ($0.step.name, $0.check.name.string) }
        let round = try await student.check(wanted, seconds: options.seconds)
        await student.fleet.close()
        let file = PassMemory.file(beside: options.journalFile(student))
        var memory = PassMemory(reading: file)
        let changes = memory.changes(in: round, student.judge)
        memory.note(round, student.judge)
        // What cannot be kept is missed the next time, and no reason to fail now.
        try? memory.write(file)
        let text: String
        switch format {
        case .json:
            text = try RunReport(
                lab: student.lab.name, started: started, finished: Date(),
                students: [StudentReport(student: student.name, looks: round.looks, judgements: round.judgements, changes: changes.mapValues { .init(since: $0.passed, what: $0.differences.map(\.description)) })], counts: round.counts
            ).json()
        case .pretty: text = pretty(round, student, changes)
        }
        if let output {
            try Data(text.utf8).write(to: URL(filePath: output), options: .atomic)
        } else {
            Screen.write(text)
        }
        if round.counts.exitStatus != 0 { throw ExitCode(round.counts.exitStatus) }
    }

    private func pretty(_ round: Round, _ student: Student, _ changes: [Judgement.Subject: PassMemory.Change]) -> String {
        let terminal = output == nil ? Terminal.standardOutput(noColour: noColour) : Terminal(isTerminal: false, hasColour: false, width: 80)
        let text = VerdictText(terminal)
        var lines = round.looks.filter { !$0.reached }.map { "\($0.machine) was not reached: \(Cleaner.line($0.said ?? ""))" }
        for step in student.lab.steps {
            let own = round.judgements.filter { $0.step == step.name }
            guard !own.isEmpty else { continue }
            lines += ["", Palette(terminal).paint(step.name, .heading), text.list(own, changes: changes)]
        }
        lines += ["", text.summary(round.counts)]
        return lines.joined(separator: "\n") + "\n"
    }
}
