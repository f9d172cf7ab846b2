import Checks

extension RunReport {
    /// A row a verdict.
    func verdictTable() -> String {
        let heading = [
            "student", "group", "step", "check", "machine", "verdict", "title", "cause", "certainty", "because", "fix", "waits_for",
            "reason", "collected",
            "collected_at", "complete", "class",
        ]
        let rows = students.flatMap { student in
            student.verdicts.map { verdict -> [String] in
                let cause = verdict.causes.first
                return [
                    student.student, student.group ?? "", verdict.step, verdict.check, verdict.machine ?? "", verdict.verdict.rawValue,
                    verdict.title,
                    cause?.cause ?? "", cause?.certainty.rawValue ?? "", cause?.because ?? "",
                    cause.map {
                        ($0.fix.map { "\($0.place): \($0.run)\($0.lost.map { "\n\($0)" } ?? "")" } + [$0.withheld].compactMap(\.self))
                            .joined(separator: "\n")
                    } ?? "",
                    verdict.blockedBy?.description ?? "",
                    verdict.reasons.map { "\($0.machine), \($0.fact): \($0.reason)" }.joined(separator: "\n"),
                    student.collected.kind.rawValue,
                    student.collected.at.ISO8601Format(), String(isComplete), className ?? "",
                ]
            }
        }
        return CSVTable.text([heading] + rows, key: 0)
    }
}
