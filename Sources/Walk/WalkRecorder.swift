import Checks
import Course
import Display
import Foundation
import Journal
import Synchronization

/// Writes what is done without a REPL into a journal, as if a student had typed it there: the automatic walk, and drills
/// that are proved.
package final class WalkRecorder: Sendable {
    private let journal: Journal
    private let state = Mutex<(step: String, failure: JournalError?)>(("", nil))

    /// - Throws: `JournalError`.
    package init(_ journal: Journal, of student: Student) throws(JournalError) {
        self.journal = journal
        try journal.append(student.opening)
    }

    /// Writes an event down.
    package func note(_ event: Event) {
        let failure: JournalError?
        do {
            try journal.append(event)
            failure = nil
        } catch {
            failure = error
        }
        if let failure { state.withLock { $0.failure = $0.failure ?? failure } }
    }

    /// Writes a round down: what was seen, and the verdicts.
    package func note(_ round: Round, _ judgements: [Judgement]) {
        do {
            try journal.append(looks: round.looks, closer: round.closer)
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
        judgements.events.forEach(note)
    }

    /// Writes down what the automatic walk reports.
    package func take(_ progress: WalkProgress) {
        switch progress {
        case .step(let step, _, _):
            state.withLock { $0.step = step.name }
            note(.step(step.name))
        case .ran(let call, let outcome): note(call.ran(outcome, step: state.withLock { $0.step }))
        case .judged(let round, let judgements): note(round, judgements)
        case .proved(let proof) where proof.isProved && proof.green == 0: note(.passed(step: proof.step))
        case .task, .output, .judging, .proved: break
        }
    }

    /// Ends the journal.
    /// - Throws: the first `JournalError` that there was.
    package func finish() throws(JournalError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}

extension Student {
    /// The event with which a walk of this student begins.
    package var opening: Event {
        .opened(
            lab: lab.name, platform: situation.platform.name, environment: situation.environment.rawValue,
            setting: WalkSetting(
                addresses: situation.contacts.mapValues(\.address), users: situation.contacts.mapValues(\.user), variables: lab.variables,
                variant: lab.variant?.name, ssh: situation.ssh, program: situation.program))
    }
}

extension TaskCall {
    /// The event that it ran, and how that ended. What it printed is kept as far as a person reads it.
    package func ran(_ outcome: TaskOutcome, step: String) -> Event {
        .run(
            record(step: step), status: outcome.status ?? -1,
            output: Cleaner.text(String(decoding: outcome.output, as: UTF8.self), limit: 20_000))
    }
}

extension [Judgement] {
    /// The events that say how a round was judged: each step's verdicts, and that it has passed.
    /// - Parameter changes: what has changed since a check passed.
    package func events(changes: [Judgement.Subject: PassMemory.Change] = [:]) -> [Event] {
        var steps: [String] = []
        for judgement in self where !steps.contains(judgement.step) { steps.append(judgement.step) }
        return steps.flatMap { step -> [Event] in
            let own = filter { $0.step == step }
            let records = own.map { judgement in
                VerdictRecord(
                    judgement,
                    changed: changes[judgement.subject].map { .init(since: $0.passed, what: $0.differences.prefix(6).map(\.description)) })
            }
            return [.check(step: step, verdicts: records)] + (own.allSatisfy { $0.verdict == .passed } ? [.passed(step: step)] : [])
        }
    }

    var events: [Event] { events() }
}
