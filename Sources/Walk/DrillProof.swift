import Checks
import Course

/// What came of a drill that was put in, judged and taken out again.
package struct DrillProof: Sendable {
    package var drill: String
    /// How the expected cause was reported; nil if the proof did not come that far.
    package var outcome: Outcome?
    /// Causes that were named and are not those of the fault, with the verdict that named each.
    package var wrong: [String] = []
    /// Failed verdicts that no cause explained.
    package var unexplained: [Judgement.Subject] = []
    package var counts = VerdictCounts([])
    /// What was judged while the fault was in.
    package var judgements: [Judgement] = []
    /// What came of the printed repair; nil if no cause was named.
    package var repair: RepairProof?
    /// Whether the printed repair is typed at all. A recording shows the drill's own repair instead, whose words explain it.
    package var typesRepair = true
    /// What did not pass after the printed repairs.
    package var unmended: [Judgement] = []
    /// What did not pass after the repairs, the drill's own among them.
    package var left: [Judgement] = []
    /// The task that failed, if one did.
    package var failed: TaskFailure?
    package var seconds: Double = 0

    /// How the cause of a fault was reported.
    package enum Outcome: String, Sendable, CaseIterable {
        case first = "right cause first"
        case also = "right cause as also"
        case notRecognised = "not recognised"
    }

    /// How many checks may fail for one fault; the rest has to wait for them. Each further fault may fail one more.
    package var mostFailed: Int { 2 + faults }
    /// How many faults the drill has.
    package var faults = 1

    package var isProved: Bool {
        outcome == .first && wrong.isEmpty && unexplained.isEmpty && counts.failed <= mostFailed && left.isEmpty && failed == nil
            && (!typesRepair || repair?.isProved ?? false)
    }
}

extension Drill {
    /// Compares what was reported with what the drill expects.
    package func compare(_ judgements: [Judgement]) -> (outcome: DrillProof.Outcome, wrong: [String], unexplained: [Judgement.Subject]) {
        let failed = judgements.compactMap { judgement -> (subject: Judgement.Subject, causes: [FoundCause])? in
            if case .failed(let diagnosis) = judgement.verdict { (judgement.subject, diagnosis.causes) } else { nil }
        }
        var outcome = DrillProof.Outcome.first
        for expected in expect {
            func isIt(_ cause: FoundCause) -> Bool { cause.name == expected.cause.string && cause.machine == expected.mend?.string }
            let own = failed.filter { $0.subject.check == expected.check.string }
            if own.contains(where: { $0.causes.first.map(isIt) ?? false }) { continue }
            let isAlso = failed.contains { $0.causes.contains(where: isIt) }
            outcome = isAlso && outcome != .notRecognised ? .also : .notRecognised
        }
        let allowed = Set(also.map(\.string))
        let wrong = failed.flatMap { subject, causes in
            causes.filter { cause in
                !allowed.contains(cause.name) && !expect.contains { $0.cause.string == cause.name && $0.mend?.string == cause.machine }
            }.map { "\($0.name) on \($0.machine ?? "the cluster") (\(subject))" }
        }
        return (outcome, wrong, failed.filter { $0.causes.isEmpty }.map(\.subject))
    }
}

extension Student {
    /// The checks of a finished cluster.
    package var checksOfAll: [Asked] { lab.asked() }

    /// Puts a drill's fault in, judges the whole cluster, types the repair that is printed, looks again and types what is printed
    /// then. Only if something is left after that does the drill's own repair take the fault out.
    /// - Parameters:
    ///   - typingRepair: whether what is printed is typed.
    ///   - console: types at a machine's console, as root, if ssh does not reach it.
    ///   - seen: gets the round with the fault in, for whoever keeps its facts.
    /// - Throws: what connecting or judging throws; a task that fails is in the proof.
    package func prove(
        _ drill: Drill, seconds: Int = 20, typingRepair: Bool = true,
        console: (@Sendable (_ machine: String, _ command: String) async throws -> Void)? = nil,
        seen: @Sendable (Round) async throws -> Void = { _ in }, progress: @escaping @Sendable (WalkProgress) -> Void
    ) async throws -> DrillProof {
        let start = ContinuousClock.now
        var proof = DrillProof(drill: drill.name)
        proof.typesRepair = typingRepair
        proof.faults = drill.faults
        proof.failed = try await runAll(situation.calls(of: drill.inject), progress: progress)
        if proof.failed == nil {
            if drill.shows > 0 { try await Task.sleep(for: .seconds(drill.shows)) }
            progress(.judging(after: false))
            let round = try await check(checksOfAll, seconds: seconds)
            (proof.outcome, proof.wrong, proof.unexplained) = drill.compare(round.judgements)
            proof.judgements = round.judgements
            proof.counts = round.counts
            try await seen(round)
            if typingRepair {
                let typing = RepairTyping(student: self, console: console, seconds: seconds, progress: progress)
                (proof.repair, proof.left) = try await typing.mend(round.judgements, faults: proof.faults)
                proof.unmended = proof.left
            }
            if proof.repair?.outcome == .mended {
                proof.seconds = (ContinuousClock.now - start) / .seconds(1)
                return proof
            }
        }
        if let failed = try await runAll(situation.calls(of: drill.repair), progress: progress) { proof.failed = proof.failed ?? failed }
        progress(.judging(after: true))
        proof.left = try await stragglers(within: .seconds(90), seconds: seconds)
        proof.seconds = (ContinuousClock.now - start) / .seconds(1)
        return proof
    }

    /// What does not pass on a finished cluster; looks again until everything does, or the time is over.
    package func stragglers(within limit: Duration, seconds: Int = 20) async throws -> [Judgement] {
        let start = ContinuousClock.now
        while true {
            let left = try await check(checksOfAll, seconds: seconds).judgements.filter { $0.verdict != .passed }
            if left.isEmpty || ContinuousClock.now - start > limit { return left }
            try await Task.sleep(for: .seconds(2))
        }
    }
}
