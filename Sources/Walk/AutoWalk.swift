import Checks
import Course

/// What the automatic walk saw of one step.
package struct StepProof: Sendable, Hashable {
    package var step: String
    package var tasks: Int
    package var seconds: Double
    /// Verdicts that had to be red before the step and were not.
    package var notRed: [Judgement]
    /// How many verdicts were seen red before.
    package var red: Int
    /// How many were left out of that, since the step's file says that they may hold already.
    package var already: Int
    /// What did not pass after the step.
    package var notGreen: [Judgement]
    package var green: Int
    /// The task that failed, if one did.
    package var failed: TaskFailure?

    package var isProved: Bool { notRed.isEmpty && notGreen.isEmpty && failed == nil }

    package static func == (left: StepProof, right: StepProof) -> Bool { left.step == right.step && left.isProved == right.isProved }
    package func hash(into hasher: inout Hasher) { hasher.combine(step) }
}

/// What the automatic walk is doing.
package enum WalkProgress: Sendable {
    case step(Step, number: Int, of: Int)
    case task(TaskCall)
    case output([UInt8])
    case ran(TaskCall, TaskOutcome)
    case judging(after: Bool)
    /// A round, and its verdicts as a student would see them.
    case judged(Round, [Judgement])
    case proved(StepProof)
}

extension Student {
    /// Goes through steps as a student who types everything right would, and proves each: its checks are red before its
    /// tasks, and green after them. A task that is for several machines runs on all of them at once.
    /// - Throws: what connecting or judging throws; a task that fails is in the proof.
    /// - Parameter proving: without it only the tasks are run, and the checks after them: the way to a later step.
    package func walk(_ steps: ArraySlice<Step>, proving: Bool = true, progress: @escaping @Sendable (WalkProgress) -> Void) async throws
        -> [StepProof]
    {
        var proofs: [StepProof] = []
        for (index, step) in steps.enumerated() {
            progress(.step(step, number: index + 1, of: steps.count))
            let proof = try await prove(step, before: proving, progress: progress)
            proofs.append(proof)
            progress(.proved(proof))
            if !proof.isProved { break }
        }
        return proofs
    }

    private func prove(_ step: Step, before: Bool, progress: @escaping @Sendable (WalkProgress) -> Void) async throws -> StepProof {
        let start = ContinuousClock.now
        let wanted = step.asked
        let already = Set(step.checks.filter(\.already).map(\.name.string))
        var proof = StepProof(step: step.name, tasks: 0, seconds: 0, notRed: [], red: 0, already: 0, notGreen: [], green: 0)
        if before, !wanted.isEmpty {
            progress(.judging(after: false))
            let round = try await check(wanted, settle: false, ignoringNeeds: true)
            let shown = try judge.judge(wanted, store: round.store)
            progress(.judged(round, shown))
            // A condition that cannot be seen yet is red if what it needs has failed.
            let blocked = Set(shown.filter { if case .blocked = $0.verdict { true } else { false } }.map(\.subject))
            for judgement in round.judgements {
                if already.contains(judgement.subject.check) {
                    proof.already += 1
                    continue
                }
                switch judgement.verdict {
                case .failed: proof.red += 1
                case .unknown where blocked.contains(judgement.subject): proof.red += 1
                default: proof.notRed.append(judgement)
                }
            }
        }
        let calls = situation.calls(of: step)
        proof.tasks = calls.count
        proof.failed = try await runAll(calls, progress: progress)
        if !wanted.isEmpty, proof.failed == nil {
            progress(.judging(after: true))
            let round = try await check(wanted, besides: tablesOfWhy(at: step))
            progress(.judged(round, round.judgements))
            for judgement in round.judgements {
                if judgement.verdict == .passed { proof.green += 1 } else { proof.notGreen.append(judgement) }
            }
        }
        proof.seconds = (ContinuousClock.now - start) / .seconds(1)
        return proof
    }

    /// Runs tasks in their order, one after the other, each on all its machines at once; the first that fails ends it.
    package func runAll(_ calls: [TaskCall], progress: @escaping @Sendable (WalkProgress) -> Void) async throws -> TaskFailure? {
        for number in Set(calls.map(\.number)).sorted() {
            if let failed = try await runTogether(calls.filter { $0.number == number }, progress: progress) { return failed }
        }
        return nil
    }

    /// Runs one task on all its machines at once; the first that fails, in the order of the machines.
    private func runTogether(_ calls: [TaskCall], progress: @escaping @Sendable (WalkProgress) -> Void) async throws -> TaskFailure? {
        for call in calls { progress(.task(call)) }
        let outcomes = try await withThrowingTaskGroup(of: (Int, TaskOutcome).self) { group in
            for (index, call) in calls.enumerated() {
                group.addTask { (index, try await run(call, live: { _ in })) }
            }
            return try await group.reduce(into: [Int: TaskOutcome]()) { $0[$1.0] = $1.1 }
        }
        for (index, call) in calls.enumerated() {
            guard let outcome = outcomes[index] else { continue }
            progress(.ran(call, outcome))
            if !outcome.succeeded {
                progress(.output(outcome.output))
                return TaskFailure(call: call, status: outcome.status)
            }
        }
        return nil
    }
}

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
