import Checks
import Display
import Foundation
import Mustache

/// The report as one file for a browser. It needs no network and runs no script; its style has a fingerprint in the file's
/// own security policy, so that nothing a machine has sent could bring in another.
struct HTMLReport {
    private let view: ClassView
    private let options: ReportOptions

    init(_ report: RunReport, _ options: ReportOptions) {
        view = ClassView(report, options)
        self.options = options
    }

    func text() throws -> String {
        MustacheContentTypes.register(EscapedMarkup(), named: "MARKUP")
        return try MustacheTemplate(string: "{{% CONTENT_TYPE:MARKUP}}\n" + Self.template).render(page)
    }

    /// Escapes by Unicode scalars. swift-mustache's own escaping goes by `Character`, and leaves a quotation mark with a
    /// combining mark as it is.
    private struct EscapedMarkup: MustacheContentType {
        func escapeText(_ text: String) -> String { Markup.escaped(text) }
    }

    // MARK: What the template shows

    private struct Page {
        var subject: String
        var started: String
        var finished: String
        var summary: String
        var counts: String
        var cautions: [String]
        var style: String
        var styleFingerprint: String
        var hasGroups: Bool
        var groups: [GroupChoice]
        var steps: [StepHead]
        var hasStudents: Bool
        var rows: [Row]
        var passedByStep: [StepFoot]
        var legend: [OutcomeView]
        var possible: String
        var hasWarnings: Bool
        var warnings: [Warning]
        var hasCauses: Bool
        var causes: [Cause]
        var causesHeading: String
        var students: [Student]
    }

    private struct GroupChoice { var number: Int; var name: String; var count: Int }
    private struct StepHead { var number: Int; var name: String; var title: String }
    private struct StepFoot { var count: Int; var share: Int; var sentence: String }
    private struct OutcomeView { var kind: String; var sign: String; var meaning: String }
    private struct Row {
        var id: Int; var group: Int; var name: String; var flag: String; var flagMeaning: String; var isDone: Bool;
        var cells: [OutcomeView]; var points: String; var place: String
    }
    private struct Warning { var student: String; var text: String }
    private struct Cause { var count: Int; var share: Int; var name: String; var step: String; var example: String; var students: [Link] }
    private struct Link { var id: Int; var group: Int; var name: String }
    private struct Student {
        var id: Int; var group: Int; var name: String; var groupName: String?; var isDone: Bool; var state: String; var counts: String
        var collected: String; var warnings: [String]; var unreached: [Unreached]; var steps: [StudentStep]; var waiting: String?
        var figure: String?
    }
    private struct Unreached { var machine: String; var said: String }
    private struct StudentStep { var title: String; var verdicts: [Verdict] }
    private struct Verdict {
        var kind: String; var sign: String; var word: String; var title: String; var subject: String; var causes: [FoundCause]
        var reasons: [String]; var evidence: Evidence?; var changed: Changed?
    }
    private struct FoundCause { var lead: String; var name: String; var because: String; var fixes: [Repair]; var withheld: String? }
    private struct Repair { var lead: String; var run: String; var lost: String? }
    private struct Evidence { var columns: [String]; var rows: [EvidenceRow] }
    private struct EvidenceRow { var cells: [String] }
    private struct Changed { var since: String; var what: [String] }

    private var page: Page {
        let rows = view.rows
        let ids = Dictionary(rows.enumerated().map { ($0.element.student.student, $0.offset + 1) }) { first, _ in first }
        let names = view.groups.map(\.name)
        func group(_ student: StudentReport) -> Int {
            min(HTMLReport.mostGroups, (names.firstIndex { $0 == student.group } ?? 0) + 1)
        }
        let groupOf = Dictionary(rows.map { ($0.student.student, group($0.student)) }) { first, _ in first }
        let count = max(1, rows.count)
        return Page(
            subject: clean(view.report.subject), started: Self.time(view.report.started), finished: Self.time(view.report.finished),
            summary: view.summary,
            counts: VerdictCountsText.sentence(view.report.counts), cautions: view.cautions, style: Self.style,
            styleFingerprint: Self.styleFingerprint,
            hasGroups: names.count > 1, groups: choices,
            steps: view.steps.map { StepHead(number: $0.number, name: clean($0.step.name), title: clean($0.step.title)) },
            hasStudents: !rows.isEmpty, rows: rows.enumerated().map { row($0.element, $0.offset + 1, group: group($0.element.student)) },
            passedByStep: view.steps.indices.map { step in
                let passed = rows.count { $0.cells[step].outcome == .passed }
                return StepFoot(
                    count: passed, share: passed * 10 / count, sentence: "of \(rows.count) passed \(clean(view.steps[step].step.name))")
            },
            legend: Outcome.allCases.map(Self.mark), possible: Points.written(rows.first?.points.possible ?? 0),
            hasWarnings: !view.warnings.isEmpty,
            warnings: view.warnings.map { Warning(student: clean($0.student), text: clean($0.warning)) },
            hasCauses: !view.causes.isEmpty,
            causes: view.causes.map { cause in
                Cause(
                    count: cause.students.count, share: max(1, cause.students.count * 20 / count), name: clean(cause.name),
                    step: clean(cause.step),
                    example: clean(cause.example),
                    students: cause.students.map { Link(id: ids[$0] ?? 0, group: groupOf[$0] ?? 0, name: clean($0)) })
            },
            causesHeading: options.withCauses ? "What holds the class back" : "Checks that fail",
            students: rows.enumerated().map { student($0.element, $0.offset + 1, group: group($0.element.student)) })
    }

    private var choices: [GroupChoice] {
        let shown = view.groups.prefix(Self.mostGroups - 1).enumerated().map {
            GroupChoice(number: $0.offset + 1, name: $0.element.name.map { clean($0) } ?? "no group", count: $0.element.rows.count)
        }
        let others = view.groups.dropFirst(Self.mostGroups - 1)
        guard let last = others.first else { return shown }
        let name = others.count == 1 ? last.name.map { clean($0) } ?? "no group" : "\(others.count) other groups"
        return shown + [GroupChoice(number: Self.mostGroups, name: name, count: others.reduce(0) { $0 + $1.rows.count })]
    }

    private func row(_ row: ClassView.Row, _ id: Int, group: Int) -> Row {
        let student = row.student
        let isBundle = student.collected.kind == .bundle
        let flags = [isBundle ? ("*", "self-reported") : nil, student.warnings.isEmpty ? nil : ("!", "to be looked at")].compactMap(\.self)
        return Row(
            id: id, group: group, name: clean(student.student), flag: flags.map(\.0).joined(),
            flagMeaning: flags.map(\.1).joined(separator: ", "),
            isDone: row.isDone,
            cells: row.cells.map { cell in
                var mark = Self.mark(cell.outcome)
                if cell.outcome != .passed, cell.outcome != .none {
                    mark.meaning += ", \(cell.verdicts.count { $0.verdict == .passed }) of \(cell.verdicts.count) passed"
                }
                return mark
            }, points: Points.tenths(row.points.earned), place: row.place.text { clean($0) })
    }

    private func student(_ row: ClassView.Row, _ id: Int, group: Int) -> Student {
        let student = row.student
        let counts = VerdictCounts(words: student.verdicts.map(\.verdict))
        let steps = zip(view.steps, row.cells).compactMap { step, cell -> StudentStep? in
            let told = cell.verdicts.filter { $0.verdict == .failed || $0.verdict == .unknown }
            return told.isEmpty ? nil : StudentStep(title: "Step \(step.number): \(clean(step.step.title))", verdicts: told.map(verdict))
        }
        return Student(
            id: id, group: group, name: clean(student.student), groupName: student.group.map { clean($0) }, isDone: row.isDone,
            state: row.place.text { "at \(clean($0))" }, counts: VerdictCountsText.sentence(counts),
            collected: student.collected.sentence, warnings: student.warnings.map { clean($0) },
            unreached: row.unreached.map { Unreached(machine: clean($0.machine), said: clean($0.said ?? "no reason is known")) },
            steps: steps,
            waiting: counts.blocked > 0 ? "\(counts.blocked) more checks wait for \(steps.isEmpty ? "another" : "these")." : nil,
            figure: row.student.chronicle.map { ChronicleFigure($0, machines: row.student.machines.map(\.machine)).html })
    }

    private func verdict(_ verdict: VerdictRecord) -> Verdict {
        let mark = Self.mark(Outcome([verdict]))
        return Verdict(
            kind: mark.kind, sign: mark.sign, word: mark.meaning, title: clean(verdict.title), subject: clean(verdict.subject.description),
            causes: verdict.causes.enumerated().map { index, cause in
                FoundCause(
                    lead: Explained.lead(ofCause: index, cause.certainty), name: clean(cause.cause), because: clean(cause.because),
                    fixes: cause.fix.map {
                        Repair(
                            lead: clean([$0.decide.map { "\(Fix.decision) \($0)" }, $0.lead].compactMap(\.self).joined(separator: " ")),
                            run: Cleaner.text($0.run, limit: 20_000), lost: $0.lost.map { clean($0) })
                    },
                    withheld: cause.withheld.map { clean($0) })
            },
            reasons: verdict.reasons.map { clean("\($0.machine): \($0.reason)") },
            evidence: verdict.evidence.map { evidence in
                Evidence(
                    columns: evidence.columns.map { clean($0) },
                    rows: evidence.rows.prefix(20).map { EvidenceRow(cells: $0.map { clean($0) }) })
            },
            changed: verdict.changed.flatMap { $0.what.isEmpty ? nil : Changed(since: clean($0.since), what: $0.what.map { clean($0) }) })
    }

    private static func mark(_ outcome: Outcome) -> OutcomeView {
        OutcomeView(kind: outcome.rawValue, sign: outcome.mark.sign, meaning: outcome.meaning)
    }

    private static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(includingFractionalSeconds: false))
            + " UTC"
    }

    private func clean(_ text: String) -> String { Cleaner.line(text, limit: 1000) }
}
