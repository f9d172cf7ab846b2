import ArgumentParser
import Course
import Display
import Foundation
import Reports

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make any report from what lab verify has written.",
        discussion: """
            Reads files that lab verify --format json has written, and looks at no machine.

            EXAMPLES
              lab report class.json
              lab report class.json --format html --output class.html
              lab report class.json --format moodle --no-causes > grades.csv

            Exit status: as of lab verify, for what the report tells: 0 all passed,
            1 something failed, 2 bad usage or bad files, 3 something could not be observed.
            """)

    @OptionGroup var course: CourseOptions
    @Argument(help: "A file that lab verify --format json has written.") var file: String
    @OptionGroup var writing: ReportWriting

    func run() async throws {
        let report = try RunReport(reading: URL(filePath: file))
        try writing.write(report, steps: try course.reportSteps(of: report.lab))
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }
}

extension ReportFormat: ExpressibleByArgument {}

extension CourseOptions {
    /// The steps of a lab as reports need them. Without that lab here, a report still tells what is in it, with a point a step.
    func reportSteps(of name: String) throws -> [ReportStep] {
        guard let shelf = try? shelf(), shelf.labNames.contains(name) else { return [] }
        return try Lab.load(shelf.labs.appending(path: name)).reportSteps
    }
}
