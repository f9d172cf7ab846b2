import Checks
import Testing

extension Judgement {
    /// What was found where the check failed. A verdict of another kind ends the test, which says what it was.
    func diagnosis(at location: SourceLocation = #_sourceLocation) throws -> Diagnosis {
        var found: Diagnosis?
        if case .failed(let diagnosis) = verdict { found = diagnosis }
        return try #require(found, "\(subject) did not fail: \(verdict)", sourceLocation: location)
    }
}
