import Checks
import Testing

extension Dictionary where Key == String, Value == Verdict {
    /// What was found where a check failed. A verdict of another kind ends the test, which says what it was.
    func diagnosis(_ subject: String, at location: SourceLocation = #_sourceLocation) throws -> Diagnosis {
        let verdict = self[subject]
        var found: Diagnosis?
        if case .failed(let diagnosis)? = verdict { found = diagnosis }
        let instead = verdict.map { "\($0)" } ?? "it was not judged"
        return try #require(found, "\(subject) did not fail: \(instead)", sourceLocation: location)
    }
}
