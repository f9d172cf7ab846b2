import Checks
import Display
import Foundation

/// The report as a plugin for Nagios, Icinga and others prints it, by the Monitoring Plugins' development guidelines: a line with the
/// state and figures for graphs, then a line for each check that does not pass; of a class a line for each student.
struct NagiosReport {
    private let report: RunReport

    /// How many lines follow: a monitor keeps 8 KB at most, and its remote plugins often half of that.
    private static let longest = 20

    init(_ report: RunReport) { self.report = report }

    func text() -> String {
        let counts = report.counts
        let all = counts.passed + counts.failed + counts.blocked + counts.unknown
        let more = report.students.count == 1 ? Self.lines(report.students[0]) : report.students.map(Self.line)
        var lines = ["LAB \(report.monitoringState.word) - \(summary(all)) | \(figures(all))"]
        if !report.isComplete { lines.append("The run was stopped before everything was judged.") }
        lines += more.prefix(Self.longest)
        if more.count > Self.longest { lines.append("and \(more.count - Self.longest) more") }
        lines += report.students.flatMap { student in student.warnings.map { "WARNING: \(student.student): \($0)" } }
        // What follows a '|' would be taken for figures.
        return lines.enumerated().map { $0 == 0 ? $1 : Self.plain($1) }.joined(separator: "\n") + "\n"
    }

    /// What does not pass; what failed comes before what waits for it.
    private static func lines(_ student: StudentReport) -> [String] {
        [Verdict.Word.failed, .unknown, .blocked].flatMap { word in student.verdicts.filter { $0.verdict == word } }.map {
            "\($0.verdict.rawValue.uppercased()): \($0.step)/\($0.subject): \($0.brief)"
        }
    }

    private static func line(_ student: StudentReport) -> String {
        let open = student.verdicts.first { $0.verdict != .passed }
        let at = open.map { ", first \($0.step)/\($0.subject): \($0.brief)" } ?? ""
        return "\(student.student): \(student.counts.passed) of \(student.verdicts.count) passed\(at)"
    }

    private func summary(_ all: Int) -> String {
        let students = report.students.count > 1 ? " of \(report.students.count) students" : ""
        let counts = report.counts
        let parts = [
            (counts.failed, "failed"), (counts.blocked, "waiting for another"), (counts.unknown, "could not be observed"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let group = report.className.map { " (\($0))" } ?? ""
        let first = report.students.count == 1 ? report.students[0].step.map { ", first at step \($0)" } ?? "" : ""
        return Self.plain(
            "\(report.lab)\(group): \(counts.passed) of \(all) checks passed\(students)"
                + (parts.isEmpty ? "" : ", \(parts.joined(separator: ", "))\(first)"))
    }

    /// `'label'=value[UOM];[warn];[crit];[min];[max]`, each with the range in which all is well.
    private func figures(_ all: Int) -> String {
        let counts = report.counts
        let seconds = max(0, report.finished.timeIntervalSince(report.started))
        return [
            "passed=\(counts.passed);;\(all):;0;\(all)", "failed=\(counts.failed);;0;0;\(all)", "blocked=\(counts.blocked);;0;0;\(all)",
            "unknown=\(counts.unknown);;;0;\(all)", "time=\(String(format: "%.3f", seconds))s;;;0;",
        ].joined(separator: " ")
    }

    private static func plain(_ text: String) -> String { Cleaner.line(text, limit: 300).replacing("|", with: "/") }
}

/// The states that a monitoring plugin may end with, and their exit statuses.
package enum MonitoringState: Int32, Sendable, Hashable {
    case ok = 0, warning, critical, unknown

    var word: String {
        switch self {
        case .ok: "OK"
        case .warning: "WARNING"
        case .critical: "CRITICAL"
        case .unknown: "UNKNOWN"
        }
    }
}

extension RunReport {
    /// What a monitor is told: critical if a check fails, unknown if something could not be judged, a warning if all passes and an
    /// instructor should still look.
    package var monitoringState: MonitoringState {
        if counts.failed > 0 || counts.blocked > 0 { return .critical }
        if exitStatus != 0 { return .unknown }
        return students.contains { !$0.warnings.isEmpty } ? .warning : .ok
    }

    /// The exit status of a command that writes this report in a format.
    package func exitStatus(as format: ReportFormat) -> Int32 { format == .nagios ? monitoringState.rawValue : exitStatus }
}
