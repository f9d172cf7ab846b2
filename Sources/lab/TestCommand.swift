import ArgumentParser
import Course
import DataFiles
import Display
import Foundation
import Machines
import Practice
import Reports
import Sandbox
import Terminal
import Walk

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Try a whole lab, for its author: its files, fixtures, walk and drills, as one report.",
        discussion: """
            lint      nothing is wrong in the files
            fixtures  each shows its cause, and no other
            walk      each step's checks fail before its tasks and pass after them
            drills    each is named, and its printed repair fixes it

            The walk and the drills need fresh practice machines ('lab sandbox up'), and
            change them. After the walk these are saved as 'tested'; machines on which a
            drill leaves something are put back to that.

            EXAMPLES
              lab test --only lint --only fixtures     in seconds, without machines
              lab test \(Examples.lab)
              lab test \(Examples.lab) --reset --format junit --output junit.xml

            Exit status: 0 all is proved, 1 something is not, 2 bad usage or bad files.
            """)

    /// What can be tried of a lab, in this order.
    enum Part: String, ExpressibleByArgument, CaseIterable { case lint, fixtures, walk, drills }
    enum Format: String, ExpressibleByArgument, CaseIterable { case pretty, junit }

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @Argument(help: "The lab. Default: that of the practice machines, else the only one.", completion: Candidates.labs) var lab: String?
    @Option(help: "Only this part; may be given again.") var only: [Part] = []
    @Option(
        help: "The folder with the fixtures. Default: 'fixtures' beside 'labs', or Tests/Fixtures.", completion: .directory)
    var fixtures: String?
    @Flag(help: "First put the practice machines back to fresh clones: what is on them is lost.") var reset = false
    @Option(help: "For people, or for the program that shows test results.") var format = Format.pretty
    @Option(help: "Write the report to this file.", completion: .file()) var output: String?

    func validate() throws {
        if let lab, let named = options.course.labName, named != lab {
            throw ValidationError("Two labs are named: '\(lab)' and '\(named)'. One at a time.")
        }
        if reset, !wants(.walk) { throw ValidationError("--reset is for the walk, and --only leaves that out.") }
    }

    private func wants(_ part: Part) -> Bool { only.isEmpty || only.contains(part) }

    func run() async throws {
        let named = try lab ?? options.course.labName ?? labOfMachines()
        let name = try named ?? options.course.lab(on: options.course.shelf(), drills: false).name
        var options = options
        options.course.labName = name
        let started = Date()
        let read = try options.course.lint()
        var report = TrialReport(lab: name)
        for warning in read.complaints where warning.isWarning { Screen.remark(Cleaner.text(warning.description)) }
        let errors = read.complaints.filter { !$0.isWarning }
        let isSound = errors.isEmpty
        if wants(.lint) || !isSound {
            report.parts.append(.init(lint: errors, fine: read.chosen.first.map(LabsRead.told) ?? name, started: started))
        }
        if isSound {
            if wants(.fixtures) { report.parts.append(try tryFixtures(read, options.course.shelf())) }
            if wants(.walk) || wants(.drills) { report.parts += try await tryMachines(options) }
        }
        try say(report)
        if !report.isProved { throw ExitCode(isSound ? 1 : 2) }
    }

    /// The lab that the machines belong to, if there are machines.
    private func labOfMachines() throws -> String? {
        guard let file = options.inventoryFile() else { return nil }
        let named = try Inventory.load(file).lab
        return try options.course.shelf().allLabNames.contains(named) ? named : nil
    }

    private func tryFixtures(_ read: LabsRead, _ shelf: Shelf) throws -> TrialReport.Part {
        let started = Date()
        let beside = shelf.labs.deletingLastPathComponent()
        let known = ["fixtures", "Tests/Fixtures"].map { beside.appending(path: $0) }
        guard let one = read.chosen.first,
            let folder = fixtures.map({ URL(filePath: $0) }) ?? known.first(where: { FileManager.default.fileExists(atPath: $0.path) })
        else { return .init("fixtures", .notTried("there is no folder \(known[0].path)"), started: started) }
        Screen.remark("Judging the fixtures of \(folder.path) …")
        let (all, complaints) = try read.fixtures(of: one, in: folder)
        return .init(fixtures: all, complaints, started: started)
    }

    /// The parts that need machines.
    private func tryMachines(_ options: StudentOptions) async throws -> [TrialReport.Part] {
        let student = try options.student()
        guard student.situation.environment == .sandbox else {
            throw ValidationError(
                "These machines are not practice machines, and this runs the whole course and every drill on them. See 'lab sandbox up'.")
        }
        let claim = try MachinesClaim(student.fleet.inventory, state: Folders().state, doing: "lab test")
        defer { withExtendedLifetime(claim) {} }
        let sandbox = try options.course.sandbox()
        if reset { try await sandbox.reset(progress: SandboxCommand.Up.tell) }
        var parts: [TrialReport.Part] = []
        if wants(.walk) { parts.append(try await walk(reset ? try options.student() : student)) }
        await student.fleet.close()
        guard wants(.drills) else { return parts }
        guard parts.allSatisfy(\.isProved) else {
            return parts + [.init("drills", .notTried("the walk is not proved"), started: Date())]
        }
        return parts + [try await drills(options, try options.course.states(of: sandbox))]
    }

    private func walk(_ student: Student) async throws -> TrialReport.Part {
        let started = Date()
        let proofs = try await student.walk(student.lab.steps[...]) { if let line = WalkText.line($0) { Screen.remark(line) } }
        await student.fleet.close()
        return .init(walk: proofs, of: student.lab.steps, started: started)
    }

    private func drills(_ options: StudentOptions, _ states: CourseStates) async throws -> TrialReport.Part {
        let started = Date()
        // Ctrl-C must not leave the machines half shut down.
        try await Interrupts.running(patience: .seconds(120)) { try await states.save(as: Self.saved, tell: SandboxCommand.Up.tell) }
        let student = try options.student()
        var help = DrillTrial.Help(at: states.sandbox)
        help.putBack = { try await states.putBack(to: Self.saved, tell: SandboxCommand.Up.tell) }
        let drills = student.situation.drills
        let text = DrillTrialText(platform: student.situation.platform.name, typesRepairs: true)
        let trial = DrillTrial(student: student, seconds: looks.seconds, recorder: nil, help: help)
        do {
            let proofs = try await trial.run(drills) { for line in text.lines($0) { Screen.remark(Cleaner.text(line)) } }
            await student.fleet.close()
            return .init(drills: proofs, of: drills, started: started)
        } catch let error as DrillTrial.NotInOrder {
            return .init("drills", .failed([error.description] + text.lines(error)), started: started)
        }
    }

    /// The name under which the machines are saved once the course is walked.
    private static let saved = "tested"

    private func say(_ report: TrialReport) throws {
        let text = format == .junit ? report.junit() : report.text() + "\n"
        if let output {
            try ResultFile.write(text, to: output)
            Screen.remark("The report is in \(output).")
        } else {
            Screen.write(text)
        }
    }
}
