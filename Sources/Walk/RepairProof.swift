import Checks
import Course
import Machines

/// What came of a repair that was typed as it was printed.
package struct RepairProof: Sendable, Hashable {
    /// The cause whose repair this is, with the machine to fix (nil: the cluster).
    package var cause: Named
    /// The check that named it, and where.
    package var subject: Judgement.Subject
    package var outcome: Outcome
    /// The further causes whose repairs were typed until everything passed, in their order.
    package var then: [Named] = []

    /// A cause at a place.
    package struct Named: Sendable, Hashable, CustomStringConvertible {
        package var cause: String
        package var machine: String?
        package var description: String { "\(cause) on \(machine ?? "the cluster")" }
    }

    package enum Outcome: Sendable, Hashable {
        /// Everything passed afterwards, with the further repairs that were named then.
        case mended
        /// The repair says what a person has to decide.
        case decision
        case didNotMend
        case notTried(why: String)
    }

    /// How many repairs are typed one after the other before it counts as not mended.
    package static let mostRounds = 3

    /// Whether the repair did what it promises.
    package var isProved: Bool { outcome == .mended || outcome == .decision }

    /// In words, for a table.
    package var words: String {
        switch outcome {
        case .mended where then.isEmpty: "mended at once"
        case .mended: "mended in \(then.count + 1) rounds, then \(then.map(\.description).joined(separator: ", "))"
        case .decision: "a decision for a person"
        case .didNotMend: "DID NOT MEND" + (then.isEmpty ? "" : ", nor did \(then.map(\.description).joined(separator: ", "))")
        case .notTried(let why): "NOT TRIED: \(why)"
        }
    }
}

/// Types repairs as they are printed, as a student who understands nothing would: each line at the machine and as the account
/// that is named.
struct RepairTyping: Sendable {
    let student: Student
    /// Types at a machine's console, as root; for machines that ssh does not reach.
    let console: Console?
    let seconds: Int
    let progress: @Sendable (WalkProgress) -> Void

    typealias Console = @Sendable (_ machine: String, _ command: String) async throws -> Void

    /// Types the repair of the first cause, looks again, types that of the next, until everything passes or there is nothing new to type.
    /// - Returns: a proof for the first cause, nil if none was named; and what does not pass at the end.
    /// - Parameter faults: how many there are: each further one may take one repair more.
    func mend(_ judgements: [Judgement], faults: Int) async throws -> (proof: RepairProof?, left: [Judgement]) {
        var left = judgements.filter { $0.verdict != .passed }
        var proof: RepairProof?
        // By what is typed: one cause may hold several times, each with a repair of its own.
        var typed: [[FoundFix]] = []
        for _ in 1...(RepairProof.mostRounds + faults - 1) {
            guard let (subject, cause, named) = next(in: left, after: typed) else { break }
            if !typed.isEmpty { proof?.then.append(named) }
            typed.append(cause.fix)
            var trial = proof ?? RepairProof(cause: named, subject: subject, outcome: .didNotMend)
            if cause.fix.isEmpty {
                trial.outcome = .notTried(why: "no command is printed. \(cause.withheld ?? "")")
                return (trial, left)
            }
            if cause.fix.contains(where: { $0.decide != nil }) {
                trial.outcome = .decision
                return (trial, left)
            }
            if let why = try await type(cause.fix, on: named.machine) {
                trial.outcome = .notTried(why: why)
                return (trial, left)
            }
            progress(.judging(after: true))
            left = try await settled(after: typed)
            trial.outcome = left.isEmpty ? .mended : .didNotMend
            proof = trial
            if left.isEmpty { break }
        }
        return (proof, left)
    }

    /// What does not pass; looks until everything does, until a cause that was not fixed yet has been there for a while, or until
    /// the time is over.
    private func settled(after typed: [[FoundFix]], within limit: Duration = .seconds(60), standing: Duration = .seconds(12)) async throws
        -> [Judgement]
    {
        let start = ContinuousClock.now
        var since: (cause: RepairProof.Named, time: ContinuousClock.Instant)?
        while true {
            let left = try await student.stragglers(within: .zero, seconds: seconds)
            let now = ContinuousClock.now
            let named = next(in: left, after: typed)?.2
            if named != since?.cause { since = named.map { ($0, now) } }
            if left.isEmpty || now - start > limit || since.map({ now - $0.time > standing }) ?? false { return left }
            try await Task.sleep(for: .seconds(2))
        }
    }

    /// The first cause whose repair was not typed yet, as it is reported: the first of each failed check, and only then what is
    /// named beside it.
    private func next(in judgements: [Judgement], after typed: [[FoundFix]]) -> (Judgement.Subject, FoundCause, RepairProof.Named)? {
        let failed = judgements.compactMap { judgement -> (subject: Judgement.Subject, causes: [FoundCause])? in
            if case .failed(let diagnosis) = judgement.verdict { (judgement.subject, diagnosis.causes) } else { nil }
        }
        let first = failed.flatMap { one in one.causes.prefix(1).map { (one.subject, $0) } }
        let others = failed.flatMap { one in one.causes.dropFirst().map { (one.subject, $0) } }
        for (subject, cause) in first + others {
            if !typed.contains(cause.fix) { return (subject, cause, .init(cause: cause.name, machine: cause.machine)) }
        }
        return nil
    }

    /// - Returns: why it was not typed; nil if it was, whatever came of it.
    private func type(_ fixes: [FoundFix], on machine: String?) async throws -> String? {
        for fix in fixes {
            // What has an account is meant for a machine, whatever name a query has found for it.
            if fix.at.isWorkstation, fix.account == nil {
                if let why = Self.isPersonal(fix.run) { return why }
                let outcome = try await student.run(call(fix, at: Target.workstation.description), live: { progress(.output($0)) })
                progress(.ran(call(fix, at: Target.workstation.description), outcome))
                continue
            }
            let places = Target(fix.at).machines(of: student.machines).map(\.name)
            guard !places.isEmpty else { return "'\(fix.at)' is not a machine" }
            for place in places {
                let call = call(fix, at: place)
                progress(.task(call))
                do {
                    let outcome = try await student.run(call, seconds: 240, live: { progress(.output($0)) })
                    progress(.ran(call, outcome))
                } catch let error as ConnectionError {
                    guard let console, fix.account == .root else { return "\(place) is not reached: \(error)" }
                    try await console(place, call.command)
                }
            }
        }
        return nil
    }

    /// A person at a keyboard goes on after a command that failed.
    private func call(_ fix: FoundFix, at place: String) -> TaskCall {
        TaskCall(number: 1, place: place, account: fix.account, why: fix.why ?? "", command: "set +e\n\(fix.run)", prints: nil)
    }

    /// What is typed on a person's own computer and changes something there, or asks, is not typed by a proof.
    private static func isPersonal(_ run: String) -> String? {
        let words = ["ssh-keygen", "ssh-copy-id", "ssh-add"]
        return words.first { run.hasPrefix($0) }.map { "\($0) is typed on a person's own computer" }
    }
}
