import Checks

/// What differs in a student's verdicts from those of the round before.
package struct StudentChange: Sendable, Hashable {
    package var student: String
    /// Verdicts that became `passed`.
    package var passing: [VerdictRecord]
    /// Verdicts that were `passed`.
    package var failing: [VerdictRecord]
    /// The first step that was not done before, and the first that is not done now; nil: all done.
    package var stepBefore: String?
    package var stepNow: String?

    /// Nil if no verdict passes that did not, or the other way round.
    package init?(from before: StudentReport, to now: StudentReport) {
        let passed = Set(before.verdicts.filter { $0.verdict == .passed }.map(\.subject))
        let known = Set(before.verdicts.map(\.subject))
        student = now.student
        passing = now.verdicts.filter { verdict in
            verdict.verdict == .passed && known.contains(verdict.subject) && !passed.contains(verdict.subject)
        }
        failing = now.verdicts.filter { $0.verdict != .passed && passed.contains($0.subject) }
        stepBefore = before.step
        stepNow = now.step
        if passing.isEmpty, failing.isEmpty { return nil }
    }

    /// In one line.
    /// - Parameter withCauses: whether it says why something no longer passes.
    package func line(withCauses: Bool) -> String {
        var parts: [String] = []
        if stepBefore != stepNow { parts.append("\(stepBefore ?? "done") → \(stepNow ?? "done")") }
        if !passing.isEmpty { parts.append("\(passing.count) more pass\(passing.count == 1 ? "es" : "")") }
        if let first = failing.first {
            parts.append("no longer: \(first.subject)" + (failing.count > 1 ? " and \(failing.count - 1) more" : ""))
            if withCauses, let because = first.causes.first?.because { parts.append(because) }
        }
        return "\(student): " + parts.joined(separator: "; ")
    }
}

extension RunReport {
    /// What differs from an earlier round over the same students, in the order of this one.
    package func changes(since before: RunReport) -> [StudentChange] {
        let old = Dictionary(before.students.map { ($0.student, $0) }) { first, _ in first }
        return students.compactMap { student in old[student.student].flatMap { StudentChange(from: $0, to: student) } }
    }
}
