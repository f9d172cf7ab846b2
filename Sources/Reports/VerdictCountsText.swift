import Checks

/// Counts of verdicts in words.
enum VerdictCountsText {
    static func sentence(_ counts: VerdictCounts) -> String {
        let parts = [
            (counts.passed, "passed"), (counts.failed, "failed"), (counts.blocked, "waiting for another"),
            (counts.unknown, "could not be observed"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty ? "Nothing was judged." : "Checks: \(parts.joined(separator: ", "))."
    }
}
