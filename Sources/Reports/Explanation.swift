import Checks
import Display

extension VerdictRecord {
    /// The verdict in one line: the cause, the reason, or what it waits for.
    var brief: String {
        switch verdict {
        case .failed: causes.first?.because ?? Explained.unexplained(considered: nil)
        case .blocked: "W\(Explained.waits(for: blockedBy).dropFirst())."
        case .unknown: "Could not be observed: \(reasons.first.map { "\($0.machine): \($0.reason)" } ?? "no reason is known")."
        case .passed: "This check passes."
        }
    }

    /// All that is known of it, as lines of text without control characters: for formats that show a text as it is.
    var explanation: [String] {
        var lines: [String] = []
        switch verdict {
        case .failed:
            for (index, cause) in causes.enumerated() {
                lines.append("\(Explained.lead(ofCause: index, cause.certainty)) [\(cause.cause)]: \(cause.because)")
                for fix in cause.fix {
                    if let decide = fix.decide { lines.append("\(Fix.decision) \(decide)") }
                    lines.append(fix.lead)
                    lines += fix.run.split(separator: "\n").map { "  " + $0 }
                    if let lost = fix.lost { lines.append(lost) }
                }
                if let withheld = cause.withheld { lines.append(withheld) }
            }
            if let evidence {
                lines.append("Seen: " + evidence.columns.joined(separator: " | "))
                lines += evidence.rows.map { "      " + $0.joined(separator: " | ") }
            }
            if let changed, !changed.what.isEmpty {
                lines.append("Changed since it passed at \(changed.since):")
                lines += changed.what.map { "  " + $0 }
            }
            if lines.isEmpty { lines = [brief] }
        case .unknown: lines = [Explained.unobserved] + reasons.map { "\($0.machine), \($0.fact): \($0.reason)" }
        case .passed, .blocked: lines = [brief]
        }
        return lines.map { Cleaner.line($0, limit: 2000) }
    }
}

extension Collected {
    /// When and how, for readers.
    var sentence: String {
        switch kind {
        case .live: "seen on the machines at \(at.ISO8601Format())"
        case .bundle: "handed in by the student, recorded at \(at.ISO8601Format())"
        }
    }
}
