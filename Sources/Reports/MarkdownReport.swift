import Checks
import Display

/// The report as Markdown with GitHub's tables.
struct MarkdownReport {
    private let view: ClassView
    private let options: ReportOptions

    init(_ report: RunReport, _ options: ReportOptions) {
        view = ClassView(report, options)
        self.options = options
    }

    func text() -> String {
        var lines = [
            "# \(Markup.markdown(view.report.subject))", "",
            Markup.markdown("\(view.summary). \(VerdictCountsText.sentence(view.report.counts))"),
        ]
        for caution in view.cautions { lines += ["", "**\(Markup.markdown(caution))**"] }
        if !view.rows.isEmpty { lines += ["", "## Students and steps", ""] + matrix() }
        if !view.warnings.isEmpty {
            lines +=
                ["", "## To be looked at", ""] + view.warnings.map { "- \(Markup.markdown($0.student)): \(Markup.markdown($0.warning))" }
        }
        if !view.causes.isEmpty { lines += ["", "## What holds the class back", ""] + causes() }
        let open = view.rows.filter { !$0.isDone }
        if !open.isEmpty { lines += ["", "## Student by student"] + open.flatMap(student) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func matrix() -> [String] {
        let hasGroups = view.groups.contains { $0.name != nil }
        let lead = ["student"] + (hasGroups ? ["group"] : [])
        var lines = [Self.row(lead + view.steps.map { String($0.number) } + ["points", "is at"])]
        lines.append(Self.row(lead.map { _ in "---" } + view.steps.map { _ in ":-:" } + ["--:", "---"]))
        for row in view.rows {
            let name = Markup.markdown(row.student.student) + (row.student.collected.kind == .bundle ? " \\*" : "")
            let place = row.place.text(Markup.markdown)
            lines.append(
                Self.row(
                    [name] + (hasGroups ? [Markup.markdown(row.student.group ?? "")] : []) + row.cells.map { $0.outcome.mark.sign }
                        + ["\(Points.written(row.points.earned))/\(Points.written(row.points.possible))", place]))
        }
        lines += ["", Outcome.allCases.map { "\($0.mark.sign) \($0.meaning)" }.joined(separator: " · "), ""]
        lines += view.steps.map { "- \($0.number): \(Markup.markdown($0.step.name)): \(Markup.markdown($0.step.title))" }
        return lines
    }

    private func causes() -> [String] {
        [
            Self.row(["students", options.withCauses ? "cause" : "check", "step", options.withCauses ? "for example" : "expected", "who"]),
            Self.row(["--:", "---", "---", "---", "---"]),
        ]
            + view.causes.map { cause in
                Self.row(
                    [String(cause.students.count)]
                        + [cause.name, cause.step, cause.example, cause.students.joined(separator: ", ")].map { Markup.markdown($0) })
            }
    }

    private func student(_ row: ClassView.Row) -> [String] {
        let student = row.student
        var lines = ["", "### \(Markup.markdown(student.student))", "", Markup.markdown("Facts: \(student.collected.sentence).")]
        for machine in row.unreached {
            lines += ["", Markup.markdown("\(machine.machine) was not reached: \(machine.said ?? "no reason is known")")]
        }
        for verdict in student.verdicts where verdict.verdict == .failed || verdict.verdict == .unknown {
            lines += [
                "", "- **\(Markup.markdown(verdict.verdict.rawValue))** \(Markup.markdown("\(verdict.step): \(verdict.title)"))  ",
                "  \(Markup.markdown(verdict.brief))",
            ]
            for fix in verdict.causes.first?.fix ?? [] {
                if let decide = fix.decide { lines += ["", "  \(Markup.markdown("\(Fix.decision) \(decide)"))"] }
                lines += ["", "  \(Markup.markdown(fix.lead))", ""] + Markup.fence(fix.run).map { "  " + $0 }
                if let lost = fix.lost { lines += ["", "  \(Markup.markdown(lost))"] }
            }
            if let withheld = verdict.causes.first?.withheld { lines += ["", "  \(Markup.markdown(withheld))"] }
        }
        let waiting = student.verdicts.count { $0.verdict == .blocked }
        if waiting > 0 { lines += ["", "\(waiting) more wait for these."] }
        return lines
    }

    // MARK: Escaping

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
