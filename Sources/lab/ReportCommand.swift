import ArgumentParser
import Checks
import Course
import Database
import Display
import Facts
import Foundation
import Gradebook
import Reports

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make any report from what lab verify has written, or from the gradebook.",
        discussion: """
            Reads files that lab verify --format json has written, or the gradebook, and
            looks at no machine.

            EXAMPLES
              lab report class.json
              lab report class.json --format html --output class.html
              lab report class.json --format moodle --no-causes > grades.csv
              lab report --store postgresql://grades.example/course
              lab report --store grades --now --format html --output now.html
              lab report class.json --store grades     put it into the gradebook

            The store is a PostgreSQL database, as libpq takes it: a URL,
            'host=… dbname=…' or the name of a service in ~/.pg_service.conf.
            Passwords come from ~/.pgpass.

            Exit status: 0 the report was made, whatever it shows; 2 bad usage or bad files;
            3 the gradebook did not take everybody. With --gate as for lab verify, for what
            the report shows: 0 all passed, 1 something failed, 3 something could not be
            observed.
            """)

    @OptionGroup var course: CourseOptions
    @Argument(help: "A file that lab verify --format json has written.", completion: .file()) var file: String?
    @OptionGroup var store: StoreOptions
    @Option(help: "From the store: this run instead of the newest.") var run: String?
    @Flag(help: "From the store: every student as last seen, in any run.") var now = false
    @Flag(help: "From the store: list the runs.") var runs = false
    @Flag(help: "End with the exit status that lab verify would have, for scripts that go on only if all passed.") var gate = false
    @OptionGroup var writing: ReportWriting

    func validate() throws {
        if file == nil, store.address == nil { throw ValidationError("Name a file, or a store with --store.") }
        if store.address == nil || file != nil, run != nil || now || runs {
            throw ValidationError("--run, --now and --runs choose from a store: use them with --store and without a file.")
        }
        if [run != nil, now, runs].count(where: { $0 }) > 1 { throw ValidationError("--run, --now and --runs exclude each other.") }
    }

    func run() async throws {
        let (report, steps, isKept) = try await found()
        guard let report else { return }
        try writing.write(report, steps: steps)
        if gate { try report.end(isKept: isKept, as: writing.format) } else if !isKept { throw ExitCode(3) }
    }

    private func found() async throws -> (RunReport?, [ReportStep], isKept: Bool) {
        guard let file else {
            guard let gradebook = try store.gradebook() else { return (nil, [], true) }
            if runs {
                list(try await gradebook.runs())
                return (nil, [], true)
            }
            let (report, steps) = try await gradebook.report(
                run.map { .run($0) } ?? (now ? .everyonesNewest : .newest), lab: course.labName)
            return (report, steps, true)
        }
        let report = try RunReport(reading: URL(filePath: file))
        let steps = try course.reportSteps(of: report.lab)
        return (report, steps, try await store.keep(report, steps: steps))
    }

    private func list(_ runs: [StoredRun]) {
        let terminal = Terminal.standardOutput(noColour: writing.noColour)
        let rows = runs.map { run in
            [
                run.run, Cleaner.line(run.lab), run.started.ISO8601Format(), String(run.students), run.shard.map { Cleaner.line($0) } ?? "",
                run.isComplete ? "complete" : "incomplete",
            ]
        }
        let width = terminal.isTerminal ? terminal.width - 1 : max(terminal.width, 120)
        let lines = Layout.table(rows, heading: ["run", "lab", "started", "students", "part", ""], width: width, right: [3])
        Screen.write(lines.joined(separator: "\n") + "\n")
    }
}

extension ReportFormat: ExpressibleByArgument {}

extension CourseOptions {
    /// What tells machines of a lab apart; only the host key if the lab is not here.
    func identityMarks(of name: String) throws -> [IdentityMark] {
        guard let shelf = try? shelf(holding: name), shelf.labNames.contains(name) else { return [.hostKey] }
        return try CheckCatalog.load(shelf.checks, for: Lab.load(shelf.labs.appending(path: name))).facts.identityMarks
    }

    /// The steps of a lab as reports need them. Without that lab here, a report still shows what is in it, with a point a step.
    func reportSteps(of name: String) throws -> [ReportStep] {
        guard let shelf = try? shelf(holding: name), shelf.labNames.contains(name) else { return [] }
        return try Lab.load(shelf.labs.appending(path: name)).reportSteps
    }
}
