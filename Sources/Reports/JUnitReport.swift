import Checks
import Display
import Foundation

/// The report as JUnit's XML: a suite a student, a case a verdict. What is written fits the schemas of Ant and of Jenkins.
struct JUnitReport {
    private let view: ClassView

    init(_ report: RunReport, _ options: ReportOptions) { view = ClassView(report, options) }

    func text() -> String {
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites>"]
        for (number, row) in view.rows.enumerated() { lines += suite(row.student, number) }
        if !view.report.isComplete { lines += incomplete(view.rows.count) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func suite(_ student: StudentReport, _ number: Int) -> [String] {
        let counts = VerdictCounts(words: student.verdicts.map(\.verdict))
        // A student for whom nothing could be judged has not passed.
        let isEmpty = student.verdicts.isEmpty
        let seconds = student.machines.map(\.seconds).max() ?? 0
        var lines = [
            open(
                name: student.student, number, tests: isEmpty ? 1 : student.verdicts.count, failures: counts.failed,
                errors: counts.unknown + (isEmpty ? 1 : 0), skipped: counts.blocked, seconds: seconds, at: student.collected.at)
        ]
        lines.append("    <properties>")
        lines.append(property("complete", String(view.report.isComplete)))
        if let name = view.report.className { lines.append(property("class", name)) }
        if let group = student.group { lines.append(property("group", group)) }
        lines.append(property("collected", student.collected.sentence))
        lines.append("    </properties>")
        lines += student.verdicts.flatMap { testCase($0, of: student.student) }
        if isEmpty { lines += error("nothing was judged", in: student.student, "No check could be judged.") }
        lines.append("    <system-out>\(Markup.escaped(output(student)))</system-out>")
        let errors = student.machines.filter { !$0.reached }.map { "\($0.machine): \($0.said ?? "not reached")" } + student.warnings
        lines.append("    <system-err>\(Markup.escaped(errors.map { Cleaner.line($0) }.joined(separator: "\n")))</system-err>")
        lines.append("  </testsuite>")
        return lines
    }

    private func testCase(_ verdict: VerdictRecord, of student: String) -> [String] {
        let names =
            #"name="\#(attribute(verdict.subject.description))" classname="\#(attribute("\(student).\(verdict.step)"))""#
        let head = #"    <testcase \#(names) time="0""#
        let brief = attribute(verdict.brief)
        let text = Markup.escaped(([Cleaner.line(verdict.title)] + verdict.explanation).joined(separator: "\n"))
        switch verdict.verdict {
        case .passed: return [head + "/>"]
        case .failed:
            let kind = attribute(verdict.causes.first?.cause ?? "unexplained")
            return [head + ">", #"      <failure type="\#(kind)" message="\#(brief)">\#(text)</failure>"#, "    </testcase>"]
        case .blocked: return [head + ">", #"      <skipped message="\#(brief)"/>"#, "    </testcase>"]
        case .unknown: return [head + ">", #"      <error type="not-observed" message="\#(brief)">\#(text)</error>"#, "    </testcase>"]
        }
    }

    /// What a person would have seen.
    private func output(_ student: StudentReport) -> String {
        student.verdicts.map { verdict in
            let head = "\(verdict.verdict): \(verdict.subject): \(Cleaner.line(verdict.title))"
            guard verdict.verdict != .passed else { return head }
            return ([head] + verdict.explanation.map { "    " + $0 }).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// A run that was stopped must not look like one that passed.
    private func incomplete(_ number: Int) -> [String] {
        [
            open(name: "the whole run", number, tests: 1, failures: 0, errors: 1, skipped: 0, seconds: 0, at: view.report.finished),
            "    <properties/>",
        ] + error("run complete", in: "run", "The run was stopped before everything was judged.") + [
            "    <system-out/>", "    <system-err/>", "  </testsuite>",
        ]
    }

    private func open(name: String, _ number: Int, tests: Int, failures: Int, errors: Int, skipped: Int, seconds: Double, at: Date)
        -> String
    {
        // The schema has no place for a time zone: this is UTC.
        let timestamp = at.formatted(Date.ISO8601FormatStyle().year().month().day().time(includingFractionalSeconds: false))
        let figures = #"tests="\#(tests)" failures="\#(failures)" errors="\#(errors)" skipped="\#(skipped)" time="\#(seconds)""#
        return #"  <testsuite name="\#(attribute(name))" package="\#(attribute(view.report.lab))" id="\#(number)" "#
            + #"\#(figures) timestamp="\#(timestamp)" hostname="localhost">"#
    }

    private func error(_ name: String, in place: String, _ message: String) -> [String] {
        [
            #"    <testcase name="\#(attribute(name))" classname="\#(attribute(place))" time="0">"#,
            #"      <error type="not-observed" message="\#(attribute(message))"/>"#, "    </testcase>",
        ]
    }

    private func property(_ name: String, _ value: String) -> String {
        #"      <property name="\#(name)" value="\#(attribute(value))"/>"#
    }

    private func attribute(_ text: String) -> String { Markup.escaped(Cleaner.line(text)) }
}
