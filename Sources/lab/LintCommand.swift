import ArgumentParser
import Checks
import Course
import DataFiles
import Facts
import Foundation

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Find what is wrong in labs and checks, before a student does.",
        discussion: """
            Reads every file, tries every query against the declared tables, and looks up every name and value that a
            text quotes. Each complaint is one line: file:line:column: what; expected what.

            EXAMPLES
              lab lint
              lab lint --labs ~/course/labs --checks ~/course/checks
            """)

    @OptionGroup var course: CourseOptions

    func run() async throws {
        let shelf = try course.shelf()
        var complaints: [Complaint] = []
        var labs: [Lab] = []
        for name in shelf.labNames where course.labName == nil || course.labName == name {
            do {
                labs.append(try Lab.load(shelf.labs.appending(path: name)))
            } catch {
                complaints += error.all
            }
        }
        if labs.isEmpty, complaints.isEmpty { throw ValidationError("There is no lab in \(shelf.labs.path).") }
        do {
            let catalog = try CheckCatalog.load(shelf.checks)
            for lab in labs { complaints += try catalog.lint(lab) }
            if complaints.isEmpty {
                print(
                    "\(labs.count) \(labs.count == 1 ? "lab" : "labs"), \(labs.map(\.steps.count).reduce(0, +)) steps, "
                        + "\(catalog.checks.count) checks, \(catalog.checks.map(\.causes.count).reduce(0, +)) causes, "
                        + "\(catalog.facts.tables.count) fact tables: nothing to complain about.")
            }
        } catch let found as Complaints {
            complaints += found.all
        }
        for complaint in complaints.inFileOrder { print(complaint) }
        if !complaints.isEmpty {
            FileHandle.standardError.write(Data("\(complaints.count) complaints\n".utf8))
            throw ExitCode(2)
        }
    }
}

extension [Complaint] {
    fileprivate var inFileOrder: [Complaint] {
        sorted { ($0.place.file, $0.place.line, $0.place.column) < ($1.place.file, $1.place.line, $1.place.column) }
    }
}
