import ArgumentParser
import Checks
import Course
import DataFiles
import Display
import Facts
import Foundation

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Find what is wrong in labs and checks, before a student does.",
        discussion: """
            Reads every file, tries every query against the declared tables, and looks up
            every name and value that a text quotes. Each complaint is one line:
            file:line:column: what; expected what. What keeps nothing from working is a
            warning: a term before the step that explains it, a hint that gives all away, a
            text that 'lab new' began. Warnings alone leave the exit status 0.

            EXAMPLES
              lab lint
              lab lint --labs ~/course/labs --checks ~/course/checks
              lab lint --fixtures Tests/Fixtures
              lab lint --destroying
              lab lint --unproved           warn of repairs that no drill proves
              lab lint --format github      complaints beside the lines, in GitHub Actions
              lab lint --format sarif > lint.sarif
            """)

    @OptionGroup var course: CourseOptions
    @Option(help: "Also judge the fixtures of this folder, and report which causes have none.", completion: .directory)
    var fixtures: String?

    @Flag(help: "Also list every repair that destroys something: what is lost, and where it is printed.") var destroying = false

    @Flag(help: "Also warn of causes whose repair no drill proves.") var unproved = false

    @Option(help: "For people, or for the program that shows the complaints.") var format = LintFormat.pretty

    func validate() throws {
        if destroying, format != .pretty { throw ValidationError("--destroying is a list for people; it has no other format.") }
    }

    func run() async throws {
        let reading = try course.lint(warningOfUnproved: unproved)
        var complaints = reading.complaints
        if let fixtures, complaints.allSatisfy(\.isWarning) {
            for one in reading.chosen {
                let (all, found) = try reading.fixtures(of: one, in: URL(filePath: fixtures))
                (format == .pretty ? Screen.tell : Screen.remark)("\(all.count) fixtures judged.")
                complaints += found
            }
        }
        if destroying { for (_, catalog) in reading.chosen { Screen.tell(list(catalog.destroyingRepairs)) } }
        if format != .pretty { Screen.write(try format.text(of: complaints.inFileOrder)) }
        let errors = complaints.filter { !$0.isWarning }.count
        let warnings = complaints.count - errors
        if errors == 0, format == .pretty {
            for one in reading.chosen { Screen.tell("\(LabsRead.told(one)): nothing to complain about.") }
        }
        if format == .pretty { for complaint in complaints.inFileOrder { Screen.tell(Cleaner.text(complaint.description)) } }
        let counted = [(errors, "complaint"), (warnings, "warning")].filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }
        if !counted.isEmpty { Screen.remark(counted.joined(separator: ", ")) }
        if errors > 0 { throw ExitCode(2) }
    }
}

extension LintCommand {
    /// Each repair that destroys, as it is in the data.
    private func list(_ repairs: [(check: String, cause: String, fix: Fix)]) -> String {
        let parts = repairs.map { check, cause, fix in
            """
            \(cause) (\(check)), at \(fix.at.source)\(fix.account.map { " as \($0.name)" } ?? "")
              \(fix.run.source.string.split(separator: "\n").joined(separator: "\n  "))
              costs \(fix.lost?.source.string ?? "")
              where \(fix.safe?.string.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? "")
            """
        }
        return (parts + ["\(repairs.count) repairs destroy something."]).joined(separator: "\n\n")
    }
}

extension [Complaint] {
    fileprivate var inFileOrder: [Complaint] {
        sorted { ($0.place.file, $0.place.line, $0.place.column) < ($1.place.file, $1.place.line, $1.place.column) }
    }
}
