import Checks
import Display
import Foundation

/// The report as JUnit's XML: a suite a student, a case a verdict.
struct JUnitReport {
    private let view: ClassView

    init(_ report: RunReport, _ options: ReportOptions) { view = ClassView(report, options) }

    func text() -> String { JUnitText.document(view.rows.map { suite($0.student) } + (view.report.isComplete ? [] : [incomplete])) }

    private func suite(_ student: StudentReport) -> JUnitText.Suite {
        var suite = JUnitText.Suite(
            name: student.student, package: view.report.lab, seconds: student.machines.map(\.seconds).max() ?? 0,
            date: student.collected.at, cases: student.verdicts.map { testCase($0, of: student.student) })
        suite.properties = [("complete", String(view.report.isComplete))]
        if let name = view.report.className { suite.properties.append(("class", name)) }
        if let group = student.group { suite.properties.append(("group", group)) }
        suite.properties.append(("collected", student.collected.sentence))
        // A student for whom nothing could be judged has not passed.
        if suite.cases.isEmpty {
            suite.cases = [notObserved("nothing was judged", in: student.student, "No check could be judged.")]
        }
        suite.out = output(student)
        let errors = student.machines.filter { !$0.reached }.map { "\($0.machine): \($0.said ?? "not reached")" } + student.warnings
        suite.err = errors.map { Cleaner.line($0) }.joined(separator: "\n")
        return suite
    }

    private func testCase(_ verdict: VerdictRecord, of student: String) -> JUnitText.Case {
        let text = ([Cleaner.line(verdict.title)] + verdict.explanation).joined(separator: "\n")
        let outcome: JUnitText.Outcome =
            switch verdict.verdict {
            case .passed: .passed
            case .failed: .failed(kind: verdict.causes.first?.cause ?? "unexplained", brief: verdict.brief, text: text)
            case .blocked: .skipped(brief: verdict.brief)
            case .unknown: .error(kind: Self.notObserved, brief: verdict.brief, text: text)
            }
        return .init(name: verdict.subject.description, group: "\(student).\(verdict.step)", outcome: outcome)
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
    private var incomplete: JUnitText.Suite {
        .init(
            name: "the whole run", package: view.report.lab, seconds: 0, date: view.report.finished,
            cases: [notObserved("run complete", in: "run", "The run was stopped before everything was judged.")])
    }

    private static let notObserved = "not-observed"

    private func notObserved(_ name: String, in group: String, _ brief: String) -> JUnitText.Case {
        .init(name: name, group: group, outcome: .error(kind: Self.notObserved, brief: brief, text: nil))
    }
}
