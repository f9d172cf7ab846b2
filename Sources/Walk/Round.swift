import Checks
import Course
import Facts
import Machines

/// What a round of checks found.
public struct Round: Sendable {
    public var judgements: [Judgement]
    /// What each machine told in the first look, in the order of the lab.
    public var looks: [MachineFacts]
    /// All facts of the round, for queries.
    public var store: FactStore

    public var counts: VerdictCounts { VerdictCounts(judgements) }
}

/// What a round is doing, for whoever waits.
public enum RoundProgress: Sendable, Hashable {
    case machine(String, LookProgress)
    /// A second look, for the causes.
    case diagnosing
    /// Some checks do not hold yet and may settle; looking again for at most so many seconds more.
    case settling(checks: [String], seconds: Int)
}

extension Student {
    /// Looks at the machines and judges: one look for everything, a second where something failed, and again while a
    /// failed check may still settle.
    /// - Parameter seconds: the time limit of each machine in each look.
    /// - Throws: `CancellationError`; `QueryError` or `DatabaseError` for an error of ours.
    public func check(
        _ wanted: [(step: String, check: String)], seconds: Int = 20, settle: Bool = true, ignoringNeeds: Bool = false,
        progress: @escaping @Sendable (RoundProgress) -> Void = { _ in }
    ) async throws -> Round {
        let start = ContinuousClock.now
        let names = wanted.map(\.check)
        var round = try await look(names, wanted, seconds, ignoringNeeds, progress)
        while settle {
            let waiting = failing(round).filter { judge.catalog[$0]?.settle ?? 0 > 0 }
            let longest = waiting.compactMap { judge.catalog[$0]?.settle }.max() ?? 0
            let left = Double(longest) - (ContinuousClock.now - start) / .seconds(1)
            guard left > 0 else { break }
            progress(.settling(checks: waiting, seconds: Int(left.rounded(.up))))
            try await Task.sleep(for: .milliseconds(700))
            round = try await look(names, wanted, seconds, ignoringNeeds, progress)
        }
        let deeper = judge.diagnosingTables(for: round.judgements)
        if !deeper.isEmpty {
            progress(.diagnosing)
            let reached = machines.filter { machine in round.looks.contains { $0.machine == machine.name && $0.reached } }
            for facts in try await fleet.look(at: deeper, on: reached, seconds: seconds) {
                // A machine that went away between the looks keeps what it told in the first.
                try round.store.load(facts.reached ? facts : MachineFacts(machine: facts.machine, reached: true, tables: facts.tables))
            }
            round.judgements = try judge.judge(wanted, store: round.store, ignoringNeeds: ignoringNeeds)
        }
        return round
    }

    private func look(
        _ names: [String], _ wanted: [(step: String, check: String)], _ seconds: Int, _ ignoringNeeds: Bool,
        _ progress: @escaping @Sendable (RoundProgress) -> Void
    ) async throws -> Round {
        let store = try judge.emptyStore()
        let looks = try await fleet.look(at: judge.tables(for: names), on: machines, seconds: seconds) {
            progress(.machine($0, $1))
        }
        for facts in looks { try store.load(facts) }
        return Round(judgements: try judge.judge(wanted, store: store, ignoringNeeds: ignoringNeeds), looks: looks, store: store)
    }

    private func failing(_ round: Round) -> [String] {
        var names: [String] = []
        for judgement in round.judgements {
            if case .failed = judgement.verdict, !names.contains(judgement.subject.check) { names.append(judgement.subject.check) }
        }
        return names
    }
}
