import ArgumentParser
import Checks
import Course
import DataFiles
import Display
import Foundation
import Pages
import Reports
import Walk

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge machines once, without a dialogue: one student's, or a class's.",
        discussion: """
            Looks at the machines, changes nothing, and reports what passes, what fails,
            and why.

            EXAMPLES
              lab verify
              lab verify --step \(Examples.early)
              lab verify --format json --output result.json
              lab verify --format nagios            for Nagios, Icinga and others
              lab verify --class class.yaml
              lab verify --class class.yaml --format html --output class.html
              lab verify --class class.yaml --group evening --failed-last-time
              lab verify --class class.yaml --store postgresql://grades.example/course
              lab verify --class class.yaml --watch --every 60
              lab verify --class class.yaml --shard 2/5 --format json --output part-2.json
              lab verify --bundle ada.labbundle grace.labbundle
              lab verify --bundle *.labbundle --class class.yaml
                                     with each student's own values

            The smallest class file; docs/classes.md has the rest, and how the host
            keys of a class get into known_hosts, without which no machine is looked at:
              format: 1
              class: autumn
              lab: \(Examples.lab)
              platform: \(Examples.platform)
              defaults: {user: student, identity: keys/class, known_hosts: class_keys}
              machines:
                \(Examples.addresses.joined(separator: "\n    "))
              students: [ada, grace, linus]      # 1, 2, 3: ada has 10.0.1.…

            For 30 students with four machines each, the matrix fits 80 columns. A
            machine that is off, hangs or lies only uses up its own time limit.

            Exit status: 0 all passed, 1 something failed, 2 bad usage or bad files,
            3 something could not be observed, or the run was stopped. With --format
            nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @OptionGroup(title: "A class") var members: ClassOptions
    @Option(
        name: .customLong("bundle"), parsing: .upToNextOption,
        help: "Judge what students have handed in with lab bundle, without machines.", completion: .file(extensions: ["labbundle"]))
    var bundles: [String] = []
    @Option(help: "Judge only up to this step, by name or number.", completion: Candidates.steps) var step: String?
    @OptionGroup var writing: ReportWriting
    @OptionGroup(title: "A gradebook") var store: StoreOptions
    @Flag(help: "Show only the result and errors.") var quiet = false

    func run() async throws {
        if !bundles.isEmpty {
            if let option = members.optionsOfARound.first { throw ValidationError("\(option) and --bundle exclude each other.") }
            return try await verify(bundles: bundles)
        }
        if let file = members.file { return try await ClassVerifying(self, file: file).verify() }
        let started = Date()
        func last(_ lab: Lab) throws -> Step? { try step.map(lab.requiredStep) ?? lab.steps.last }
        let student = try options.student(onlyLooking: true) { $0.asked(upTo: try last($0)?.name) }
        let wanted = student.lab.asked(upTo: try last(student.lab)?.name)
        let isPage = writing.format == .html && !writing.noCauses
        let round = try await student.check(
            wanted, seconds: looks.seconds, besides: isPage ? try last(student.lab).map(student.tablesOfWhy) ?? [] : [])
        await student.fleet.close()
        let file = PassMemory.file(beside: options.journalFile(student))
        var memory = PassMemory(reading: file)
        let changes = memory.changes(in: round, student.judge)
        memory.note(round, student.judge)
        // What cannot be kept is missed the next time, and not a reason to fail now.
        try? memory.write(file)
        var own = StudentReport(
            student: student.name, collected: Collected(kind: .live, at: started), looks: round.looks, judgements: round.judgements,
            changes: changes.mapValues { .init(since: $0.passed, what: $0.differences.map(\.description)) })
        if isPage { own.chronicle = try student.chronicle(in: round) }
        let report = RunReport(lab: student.lab.name, started: started, finished: Date(), students: [own])
        if writing.format == .pretty, !writing.moodle, !writing.noCauses {
            let text = pretty(round, student, changes)
            if let output = writing.output {
                try ResultFile.write(text, to: output)
            } else {
                Screen.write(text)
            }
        } else {
            try writing.write(report, steps: student.lab.reportSteps)
        }
        let isKept = try await store.keep(report, steps: student.lab.reportSteps)
        try report.end(isKept: isKept, as: writing.format)
    }

    private func pretty(_ round: Round, _ student: Student, _ changes: [Judgement.Subject: PassMemory.Change]) -> String {
        let terminal =
            writing.output == nil
            ? Terminal.standardOutput(noColour: writing.noColour) : Terminal(isTerminal: false, hasColour: false, width: 80)
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
