import ArgumentParser
import Display
import Foundation
import Reports

struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Join the parts of a class that were judged separately.",
        discussion: """
            Reads files that lab verify --shard K/N --format json has written, and writes
            one report.

            EXAMPLES
              lab merge part-*.json
              lab merge part-*.json --format json --output class.json
              parallel lab verify --class class.yaml --shard {}/8 \\
                --format json --output part-{}.json ::: {1..8}

            Exit status: as for lab verify. A report with missing parts is not complete,
            and ends with at least 3.
            """)

    @OptionGroup var course: CourseOptions
    @Argument(help: "Files that lab verify --format json has written.", completion: .file()) var files: [String]
    @OptionGroup var writing: ReportWriting

    func run() async throws {
        let reports = try files.map { try RunReport(reading: URL(filePath: $0)) }
        let (report, missing) = try RunReport.merging(reports, marks: try course.identityMarks(of: reports.first?.lab ?? ""))
        if !missing.isEmpty {
            Screen.remark("Missing: \(missing.count > 8 ? "\(missing.count) parts" : "part " + missing.joined(separator: ", ")).")
        }
        for (file, part) in zip(files, reports) where !part.isComplete { Screen.remark("\(file) is from a run that was stopped.") }
        try writing.write(report, steps: try course.reportSteps(of: report.lab))
        try report.end(isKept: true, as: writing.format)
    }
}
