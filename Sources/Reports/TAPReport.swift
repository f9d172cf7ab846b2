import Checks
import Display
import Foundation

/// The report as the Test Anything Protocol, version 14: a test point a student, with the verdicts as a subtest.
struct TAPReport {
    private let view: ClassView

    init(_ report: RunReport, _ options: ReportOptions) { view = ClassView(report, options) }

    func text() throws -> String {
        var lines = ["TAP version 14", "1..\(view.rows.count)", "# \(Cleaner.line(view.report.subject))"]
        for (index, row) in view.rows.enumerated() {
            let student = row.student
            let name = Self.description(student.student)
            lines.append("# Subtest: \(name)")
            lines.append("    1..\(student.verdicts.count)\(student.verdicts.isEmpty ? " # SKIP nothing could be judged" : "")")
            lines.append("    # \(Cleaner.line(student.collected.sentence))")
            lines += student.warnings.map { "    # warning: \(Cleaner.line($0))" }
            for (number, verdict) in student.verdicts.enumerated() {
                let passed = verdict.verdict == .passed
                let title = Self.description("\(verdict.step)/\(verdict.subject): \(verdict.title)")
                lines.append("    \(passed ? "ok" : "not ok") \(number + 1) - \(title)")
                if !passed { lines += try diagnostics(verdict).map { "      " + $0 } }
            }
            let passed = !student.verdicts.isEmpty && student.verdicts.allSatisfy { $0.verdict == .passed }
            lines.append("\(passed ? "ok" : "not ok") \(index + 1) - \(name)")
        }
        if !view.report.isComplete { lines.append("Bail out! The run was stopped before everything was judged.") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// YAML, of which JSON's strings are a part.
    private func diagnostics(_ verdict: VerdictRecord) throws -> [String] {
        var lines = ["---", "verdict: \(verdict.verdict)", "message: \(try Self.quoted(verdict.brief))"]
        lines.append("at: \(try Self.quoted(verdict.machine ?? "cluster"))")
        if !verdict.causes.isEmpty {
            lines.append("causes: [\(try verdict.causes.map { try Self.quoted($0.cause) }.joined(separator: ", "))]")
        }
        lines.append("explanation:")
        lines += try verdict.explanation.map { "  - \(try Self.quoted($0))" }
        return lines + ["..."]
    }

    private static func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Cleaner.line(text, limit: 2000)), as: UTF8.self)
    }

    /// A description: `#` begins a directive, unless it is escaped.
    private static func description(_ text: String) -> String {
        Cleaner.line(text).replacing("\\", with: "\\\\").replacing("#", with: "\\#")
    }
}
