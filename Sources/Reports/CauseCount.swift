import Checks

/// A reason why students do not get on, and how many it holds up. Identical causes are one, whatever machine or sentence.
struct CauseCount: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case cause(String)
        /// The check failed, and none of its causes fits.
        case unexplained
        /// The check failed, and why must not be shown.
        case withheld
        /// It could not be observed.
        case unobserved(String)
    }

    var kind: Kind
    var step: String
    var check: String
    /// The first student's sentence.
    var example: String
    /// In the order of the report.
    var students: [String]

    /// What it is called.
    var name: String {
        switch kind {
        case .cause(let name): name
        case .unexplained: "\(check): cause unknown"
        case .withheld: check
        case .unobserved: "not observed"
        }
    }

    private struct Key: Hashable {
        var kind: Kind
        var check: String?
    }

    /// The causes of all students at the step where each of them is, the most frequent first; of equals, the one that comes first
    /// in the course. What fails in later steps holds nobody back yet: of a student at step names no backup is expected.
    /// - Parameter isWithheld: whether the report keeps its causes to itself.
    static func count(_ report: RunReport, isWithheld: Bool = false) -> [CauseCount] {
        var order: [Key] = []
        var counts: [Key: CauseCount] = [:]
        func note(_ kind: Kind, _ verdict: VerdictRecord, _ example: String, _ student: StudentReport) {
            // A cause or a reason is the same in whatever check it is found; what has neither goes by its check.
            var key = Key(kind: kind, check: verdict.check)
            switch kind {
            case .cause, .unobserved: key.check = nil
            case .unexplained, .withheld: break
            }
            if counts[key] == nil {
                order.append(key)
                counts[key] = CauseCount(kind: kind, step: verdict.step, check: verdict.check, example: example, students: [])
            }
            if counts[key]?.students.last != student.student { counts[key]?.students.append(student.student) }
        }
        for student in report.students {
            for verdict in student.verdicts where verdict.step == student.step {
                switch verdict.verdict {
                case .failed:
                    // The first cause is the cause; the others are "also".
                    if let cause = verdict.causes.first {
                        note(.cause(cause.cause), verdict, cause.because, student)
                    } else {
                        note(isWithheld ? .withheld : .unexplained, verdict, verdict.title, student)
                    }
                case .unknown:
                    let reason = verdict.reasons.first?.reason ?? "no reason is known"
                    note(.unobserved(reason), verdict, reason, student)
                case .passed, .blocked: break
                }
            }
        }
        return folded(order.compactMap { counts[$0] }).enumerated()
            .sorted { ($1.element.students.count, $0.offset) < ($0.element.students.count, $1.offset) }.map(\.element)
    }

    /// Those that would read alike as one: what could not be observed of one student has a reason for each machine.
    private static func folded(_ counts: [CauseCount]) -> [CauseCount] {
        counts.reduce(into: []) { result, count in
            let place = result.firstIndex { $0.name == count.name && $0.step == count.step && $0.students == count.students }
            if let place { result[place].example += "; \(count.example)" } else { result.append(count) }
        }
    }
}
