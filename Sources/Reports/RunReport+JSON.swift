import Checks

extension RunReport {
    /// The report as JSON, with stable order of keys and a line break at the end.
    package func json() throws -> String { try JSONText.lines(self) }

    /// One verdict a line, each with whose it is.
    func jsonLines() throws -> String {
        var lines = ""
        for student in students {
            for verdict in student.verdicts {
                let line = VerdictLine(lab: lab, className: className, isComplete: isComplete, student: student, verdict: verdict)
                lines += try JSONText.line(line)
            }
        }
        return lines
    }
}

/// A line of `jsonl`: the keys of the verdict, and beside them whose it is.
private struct VerdictLine: Encodable {
    var lab: String
    var className: String?
    var isComplete: Bool
    var student: StudentReport
    var verdict: VerdictRecord

    private enum CodingKeys: String, CodingKey {
        case lab, student, group, collected
        case className = "class"
        case isComplete = "complete"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lab, forKey: .lab)
        try container.encode(className, forKey: .className)
        try container.encode(isComplete, forKey: .isComplete)
        try container.encode(student.student, forKey: .student)
        try container.encode(student.group, forKey: .group)
        try container.encode(student.collected, forKey: .collected)
        try verdict.encode(to: encoder)
    }
}
