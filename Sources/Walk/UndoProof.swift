import Course

extension Student {
    /// Takes back what steps did, the last one first, by their undo tasks. Each is done twice, since a student may type it
    /// twice: that has to do no harm.
    /// - Returns: the task that failed, if one did, with its step.
    package func takeBack(_ steps: ArraySlice<Step>, progress: @escaping @Sendable (WalkProgress) -> Void) async throws -> (
        step: Step, failure: TaskFailure
    )? {
        for (index, step) in steps.reversed().enumerated() {
            progress(.step(step, number: index + 1, of: steps.count))
            let calls = situation.calls(of: step.undo)
            for _ in 1...2 {
                if let failed = try await runAll(calls, progress: progress) { return (step, failed) }
            }
        }
        return nil
    }
}
