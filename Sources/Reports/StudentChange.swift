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

    /// Nil where no verdict passes that did not, or the other way round.
    package init?(from before: StudentReport, to now: StudentReport) {
        struct Place: Hashable {
            var check: String
            var machine: String?
        }
        let passed = Set(before.verdicts.filter { $0.verdict == "passed" }.map { Place(check: $0.check, machine: $0.machine) })
        let known = Set(before.verdicts.map { Place(check: $0.check, machine: $0.machine) })
        student = now.student
        passing = now.verdicts.filter { verdict in
            let place = Place(check: verdict.check, machine: verdict.machine)
            return verdict.verdict == "passed" && known.contains(place) && !passed.contains(place)
        }
        failing = now.verdicts.filter { $0.verdict != "passed" && passed.contains(Place(check: $0.check, machine: $0.machine)) }
        stepBefore = before.step
        stepNow = now.step
        if passing.isEmpty, failing.isEmpty { return nil }
    }

    /// In one line.
    /// - Parameter withCauses: whether it says why something does not hold any longer.
    package func line(withCauses: Bool) -> String {
        var parts: [String] = []
        if stepBefore != stepNow { parts.append("\(stepBefore ?? "done") → \(stepNow ?? "done")") }
        if !passing.isEmpty { parts.append("\(passing.count) more hold\(passing.count == 1 ? "s" : "")") }
        if let first = failing.first {
            let place = first.machine.map { "\(first.check) at \($0)" } ?? first.check
            parts.append("no longer: \(place)" + (failing.count > 1 ? " and \(failing.count - 1) more" : ""))
            if withCauses, let because = first.causes.first?.because { parts.append(because) }
        }
        return "\(student): " + parts.joined(separator: "; ")
    }
}
