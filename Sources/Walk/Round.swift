import Checks
import Course
import DataFiles
import Facts
import Machines

/// What a round of checks found.
package struct Round: Sendable {
    package var judgements: [Judgement]
    /// What each machine reported in the first look, in the order of the lab.
    package var looks: [MachineFacts]
    /// What was reported in the second look, for the causes, if there was one.
    package var closer: [MachineFacts] = []
    /// All facts of the round, for queries.
    package var store: FactStore

    package var counts: VerdictCounts { VerdictCounts(judgements) }
}

/// What a round is doing, for whoever waits.
package enum RoundProgress: Sendable, Hashable {
    case machine(String, LookProgress)
    /// A second look, for the causes.
    case diagnosing
    /// Some checks do not hold yet and may settle; looking again for at most this many seconds more.
    case settling(checks: [String], seconds: Int)
}

extension Student {
    /// Looks at the machines and judges: one look for everything, a second if something failed, and again while a
    /// failed check may still settle.
    /// - Parameters:
    ///   - seconds: the time limit of each machine in each look.
    ///   - besides: tables that are wanted for something else.
    /// - Throws: `CancellationError`; `QueryError` or `DatabaseError` for an error of ours.
    package func check(
        _ wanted: [Asked], seconds: Int = 20, settle: Bool = true, ignoringNeeds: Bool = false, besides: [FactTable] = [],
        progress: @escaping @Sendable (RoundProgress) -> Void = { _ in }
    ) async throws -> Round {
        var store = try judge.emptyStore()
        var closer: [MachineFacts] = []
        let (judgements, looks) = try await look(wanted, seconds: seconds, settle: settle, besides: besides, progress: progress) {
            first, second in
            closer = second
            if second.isEmpty { store = try judge.emptyStore() }
            for facts in second.isEmpty ? first : second { try store.load(facts) }
            return try judge.judge(wanted, store: store, ignoringNeeds: ignoringNeeds)
        }
        return Round(judgements: judgements, looks: looks, closer: closer, store: store)
    }

    /// The looks of a round, with a `pause` between those of checks that settle. What they brought goes to `judging`, the first look
    /// and with it the second if there is one: without the secrets in it, so that nothing that is judged, kept or sent has them.
    package func look(
        _ wanted: [Asked], seconds: Int, settle: Bool, pause: Duration = .milliseconds(700),
        besides: [FactTable] = [],
        progress: @escaping @Sendable (RoundProgress) -> Void,
        judging: (_ first: [MachineFacts], _ second: [MachineFacts]) throws -> [Judgement]
    ) async throws -> (judgements: [Judgement], looks: [MachineFacts]) {
        let start = ContinuousClock.now
        let needed = judge.tables(for: wanted.map(\.check))
        let tables = needed + besides.filter { table in !needed.contains { $0.name == table.name } }
        func first() async throws -> (judgements: [Judgement], looks: [MachineFacts]) {
            let looks = try await fleet.look(at: tables, on: machines, in: situation, seconds: seconds) { progress(.machine($0, $1)) }.map(
                \.masked.facts)
            return (try Trace.timed("judge") { try judging(looks, []) }, looks)
        }
        var (judgements, looks) = try await first()
        while settle {
            let waiting = judgements.failing.filter { judge.catalog[$0]?.settle ?? 0 > 0 }
            let longest = waiting.compactMap { judge.catalog[$0]?.settle }.max() ?? 0
            let left = Double(longest) - (ContinuousClock.now - start) / .seconds(1)
            guard left > 0 else { break }
            progress(.settling(checks: waiting, seconds: Int(left.rounded(.up))))
            try await Task.sleep(for: pause)
            (judgements, looks) = try await first()
        }
        let deeper = judge.diagnosingTables(for: judgements)
        if !deeper.isEmpty {
            progress(.diagnosing)
            Trace.note("second look, for the causes of \(judgements.failing.joined(separator: ", "))")
            let reached = machines.filter { machine in looks.contains { $0.machine == machine.name && $0.reached } }
            var second = try await fleet.look(at: deeper, on: reached, in: situation, seconds: seconds).map(\.masked.facts).map { facts in
                // A machine that went away between the looks keeps what it reported in the first.
                facts.reached ? facts : MachineFacts(machine: facts.machine, reached: true, tables: facts.tables)
            }
            second += await fleet.known(at: deeper, of: looks.filter { !$0.reached }, in: situation).map(\.masked.facts)
            if !second.isEmpty { judgements = try Trace.timed("judge again") { try judging(looks, second) } }
        }
        return (judgements, looks)
    }
}

extension [Judgement] {
    /// The checks that fail, each once.
    package var failing: [String] {
        var names: [String] = []
        for judgement in self {
            if case .failed = judgement.verdict, !names.contains(judgement.subject.check) { names.append(judgement.subject.check) }
        }
        return names
    }
}

extension Student {
    /// What a check of a step looks at besides, so that a replay can tell what `why` would have told then.
    package func tablesOfWhy(at step: Step) -> [FactTable] {
        guard let why = lab.why, let begins = lab.position(of: why.from.string), let here = lab.position(of: step.name), here >= begins
        else { return [] }
        return (judge.tables(for: [why.check.string]) + judge.chronicleTables(of: why.check.string)).uniqued
    }

    /// What `why` tells of a round that looked at what it needs: ``tablesOfWhy(at:)``. Nil if the lab has nothing to tell, or nothing has happened yet.
    /// - Throws: a `Complaint` about a query that does not run.
    package func chronicle(in round: Round) throws -> ToldChronicle? {
        guard let check = lab.why?.check.string else { return nil }
        return try judge.chronicle(of: check, store: round.store).flatMap { $0.moments.isEmpty ? nil : $0 }
    }

    /// Everything that can be observed on the machines now, without secrets.
    /// - Returns: and how many secrets were taken out, by machine and table.
    /// - Throws: `CancellationError`.
    package func record(
        seconds: Int, progress: @escaping @Sendable (String, LookProgress) -> Void = { _, _ in }
    ) async throws -> (facts: RecordedFacts, masked: [(machine: String, table: String, count: Int)]) {
        let (machines, taken) = try await fleet.look(
            at: judge.catalog.facts.seen, on: machines, in: situation, seconds: seconds, progress: progress
        ).masked
        let facts = RecordedFacts(
            lab: lab.name, platform: situation.platform.name, environment: situation.environment.rawValue,
            addresses: situation.contacts.mapValues(\.address), machines: machines)
        return (facts, taken)
    }
}
