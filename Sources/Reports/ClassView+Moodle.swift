extension ClassView {
    /// A row a student, for the import of grades into Moodle: who it is, points by step, the total, percent, and feedback.
    ///
    /// Moodle finds the student by the first column: by e-mail address if all students have one for a name, else by user
    /// name. Warnings are not in the feedback, since the student reads it.
    func moodleTable() -> String {
        let rows = rows
        let byAddress = !rows.isEmpty && rows.allSatisfy { $0.student.student.contains("@") }
        let lab = report.lab
        let heading =
            [byAddress ? "Email address" : "Username", "Group"] + steps.map { "\(lab): \($0.step.name) (points)" }
            + ["\(lab): total (points)", "\(lab): total (percent)", "\(lab): feedback"]
        return CSVTable.text(
            [heading]
                + rows.map { row in
                    [row.student.student, row.student.group ?? ""] + row.cells.map { Points.written($0.points.earned) }
                        + [
                            Points.written(row.points.earned), Points.written(row.points.percent),
                            Self.feedback(row, isComplete: report.isComplete),
                        ]
                }, key: 0)
    }

    private static func feedback(_ row: Row, isComplete: Bool) -> String {
        let student = row.student
        var lines: [String] = []
        if !isComplete { lines.append("This run was stopped before everything was judged.") }
        if student.verdicts.isEmpty { lines.append("Nothing could be judged.") } else if row.isDone { lines.append("All checks passed.") }
        if let step = student.step { lines.append("You are at step \(step).") }
        for verdict in student.verdicts where verdict.verdict == .failed || verdict.verdict == .unknown {
            lines.append("\(verdict.verdict == .failed ? "Failed" : "Not observed"): \(verdict.title)")
            if !verdict.causes.isEmpty || verdict.verdict == .unknown { lines.append("  \(verdict.brief)") }
        }
        return lines.map(Markup.prose).joined(separator: "\n")
    }
}
