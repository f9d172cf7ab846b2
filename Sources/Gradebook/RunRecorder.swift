import Foundation
import Reports

/// Puts a run into a gradebook while it goes on. Students' results may come from anywhere, without waiting.
package final class RunRecorder: Sendable {
    private let gradebook: Gradebook
    private let students: AsyncStream<(Int, StudentReport)>.Continuation
    private let recording: Task<Void, any Error>

    /// Begins the run: from here on the gradebook knows it, marked incomplete.
    /// - Throws: `GradebookError.cannotKeep`.
    package init(
        _ gradebook: Gradebook, lab: String, className: String? = nil, started: Date, shard: String? = nil, steps: [ReportStep]
    ) async throws {
        self.gradebook = gradebook
        try await gradebook.begin(lab: lab, className: className, started: started, shard: shard, steps: steps)
        let (stream, continuation) = AsyncStream.makeStream(of: (Int, StudentReport).self)
        students = continuation
        recording = Task { for await (position, student) in stream { try await gradebook.record(student, at: position) } }
    }

    /// Takes a student's result.
    /// - Parameter position: the student's place in the report.
    package func take(_ student: StudentReport, at position: Int) { students.yield((position, student)) }

    /// Ends the run. Students whose result has changed since it was taken, since who shares a machine with whom is known only
    /// at the end, are recorded again.
    /// - Throws: `GradebookError.cannotKeep`.
    package func finish(_ report: RunReport) async throws -> Gradebook.Delivery {
        for (position, student) in report.students.enumerated() where !student.warnings.isEmpty { take(student, at: position) }
        students.finish()
        try await recording.value
        return try await gradebook.finish(at: report.finished, isComplete: report.isComplete)
    }
}
