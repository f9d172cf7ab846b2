/// How a report is written.
package enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    /// For people at a terminal: a class as a matrix of students and steps.
    case pretty
    /// One object, as `RunReport.schema` says.
    case json
    /// One verdict a line.
    case jsonl
    /// For what reads the results of tests: a suite a student, a case a verdict.
    case junit
    /// The Test Anything Protocol, version 14.
    case tap
    /// A row a verdict, as RFC 4180 writes it.
    case csv
    /// GitHub's tables.
    case markdown
    /// One file for a browser.
    case html
    /// A row a student, with points, for the import of grades into Moodle.
    case moodle
    /// A plugin's output for a monitor, such as Nagios or Icinga.
    case nagios
}

extension RunReport {
    /// The report in a format, with a line break at the end.
    package func rendered(as format: ReportFormat, options: ReportOptions = ReportOptions()) throws -> String {
        let report = options.withCauses ? self : withoutCauses
        switch format {
        case .json: return try report.json()
        case .jsonl: return try report.jsonLines()
        case .pretty: return ClassMatrix(report, options).text()
        case .junit: return JUnitReport(report, options).text()
        case .tap: return try TAPReport(report, options).text()
        case .csv: return report.verdictTable()
        case .moodle: return ClassView(report, options).moodleTable()
        case .markdown: return MarkdownReport(report, options).text()
        case .html: return try HTMLReport(report, options).text()
        case .nagios: return NagiosReport(report).text()
        }
    }

    /// The report as an exam shows it: what passes and fails, but not why.
    var withoutCauses: RunReport {
        var report = self
        for student in report.students.indices {
            for verdict in report.students[student].verdicts.indices {
                report.students[student].verdicts[verdict].causes = []
                report.students[student].verdicts[verdict].evidence = nil
                report.students[student].verdicts[verdict].changed = nil
            }
        }
        return report
    }
}
