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
        var lines = ["# \(Self.escaped(view.report.lab))", "", Self.escaped("\(view.summary). \(VerdictCountsText.sentence(view.report.counts))")]
        for caution in view.cautions { lines += ["", "**\(Self.escaped(caution))**"] }
        if !view.rows.isEmpty { lines += ["", "## Students and steps", ""] + matrix() }
        if !view.warnings.isEmpty {
            lines += ["", "## To be looked at", ""] + view.warnings.map { "- \(Self.escaped($0.student)): \(Self.escaped($0.warning))" }
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
            let name = Self.escaped(row.student.student) + (row.student.collected.kind == .bundle ? " \\*" : "")
            let place = row.place.text(Self.escaped)
            lines.append(
                Self.row(
                    [name] + (hasGroups ? [Self.escaped(row.student.group ?? "")] : []) + row.cells.map { Self.mark($0.outcome) }
                        + ["\(Points.written(row.points.earned))/\(Points.written(row.points.possible))", place]))
        }
        lines += ["", Outcome.allCases.map { "\(Self.mark($0)) \($0.meaning)" }.joined(separator: " · "), ""]
        lines += view.steps.map { "- \($0.number): \(Self.escaped($0.step.name)): \(Self.escaped($0.step.title))" }
        return lines
    }

    private func causes() -> [String] {
        [Self.row(["students", options.withCauses ? "cause" : "check", "step", options.withCauses ? "for example" : "expected", "who"]), Self.row(["--:", "---", "---", "---", "---"])]
            + view.causes.map { cause in
                Self.row(
                    [String(cause.students.count)]
                        + [cause.name, cause.step, cause.example, cause.students.joined(separator: ", ")].map { Self.escaped($0) })
            }
    }

    private func student(_ row: ClassView.Row) -> [String] {
        let student = row.student
        var lines = ["", "### \(Self.escaped(student.student))", "", Self.escaped("Facts: \(student.collected.sentence).")]
        for machine in row.unreached { lines += ["", Self.escaped("\(machine.machine) was not reached: \(machine.said ?? "no reason is known")")] }
        for verdict in student.verdicts where verdict.verdict == "failed" || verdict.verdict == "unknown" {
            lines += ["", "- **\(Self.escaped(verdict.verdict))** \(Self.escaped("\(verdict.step): \(verdict.title)"))  ", "  \(Self.escaped(verdict.brief))"]
            for fix in verdict.causes.first?.fix ?? [] {
                lines += ["", "  \(Self.escaped("Mend it \(fix.place):"))", ""] + Self.code(fix.run).map { "  " + $0 }
            }
        }
        let waiting = student.verdicts.count { $0.verdict == "blocked" }
        if waiting > 0 { lines += ["", "\(waiting) more wait for these."] }
        return lines
    }

    // MARK: Escaping

    private static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    private static func mark(_ outcome: Outcome) -> String {
        switch outcome {
        case .passed: "✓"
        case .failed: "✗"
        case .unknown: "?"
        case .blocked: "…"
        case .none: "·"
        }
    }

    /// A text of one line that stays text: no markup, no HTML, no links, and nobody on GitHub is mentioned.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in Cleaner.line(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "!", "~", "{", "}", "$", "^": result += "\\" + String(scalar)
            // GitHub makes mentions and references of the finished page's text; a comment cuts that text in two.
            case "@", "#": result += String(scalar) + "<!-- -->"
            // A bare address would become a link.
            case ":": result += "&#58;"
            case "w" where result.hasSuffix("ww"): result += "&#119;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result.replacing("&#58; ", with: ": ")
    }

    /// Commands, in a fence that is longer than any inside them.
    private static func code(_ text: String) -> [String] {
        let lines = Cleaner.text(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let longest = lines.map { $0.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0 }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + "sh"] + lines + [fence]
    }
}
