import Checks
import Course
import DataFiles
import Facts
import Journal

/// The verdicts of a recorded check, judged again by the checks that lab has now.
package struct Rejudgement: Sendable {
    /// What is shown.
    package var judgements: [Judgement] = []
    /// What is judged differently than it was then.
    package var differences: [Difference] = []
    /// Why some of it or all is shown as it was judged then.
    package var asThen: [String] = []

    /// A verdict that has changed, though the facts are the same.
    package struct Difference: Sendable, Hashable, CustomStringConvertible {
        package var subject: Judgement.Subject
        /// The verdict and its first cause; nil if there was none.
        package var before: String?
        package var now: String?

        package var description: String { "\(subject): then \(before ?? "not reported"), now \(now ?? "not reported")" }
    }

    package var counts: VerdictCounts { VerdictCounts(judgements) }
    /// What fails, in order.
    package var failed: [(judgement: Judgement, diagnosis: Diagnosis)] {
        judgements.compactMap { judgement in
            if case .failed(let diagnosis) = judgement.verdict { (judgement, diagnosis) } else { nil }
        }
    }
}

extension Replay {
    /// How many judged moments are kept.
    private static let kept = 6

    /// The verdicts of a moment with checks.
    package func verdicts(at index: Int) -> Rejudgement {
        if let known = judged.withLock({ $0.first { $0.moment == index } }) { return known.outcome }
        let outcome = judgeAgain(moments[index])
        judged.withLock { kept in
            if kept.count == Self.kept { kept.removeFirst() }
            kept.append((index, outcome))
        }
        return outcome
    }

    private func judgeAgain(_ moment: Moment) -> Rejudgement {
        let records = entries(of: moment).flatMap { entry -> [VerdictRecord] in
            if case .check(_, let verdicts) = entry.event { verdicts } else { [] }
        }
        var outcome = Rejudgement()
        func takeAsThen(_ why: String) -> Rejudgement {
            outcome.judgements = records.map { judgement(from: $0) }
            outcome.asThen.append(why)
            return outcome
        }
        guard let facts = facts(at: moment) else { return takeAsThen("Shown as it was judged then: the journal has no facts for it.") }
        guard facts.isIntact else { return takeAsThen("Shown as it was judged then: the facts were changed after they were written.") }
        let known = records.filter { judge.catalog[$0.check] != nil }
        let wanted = known.map { Asked(step: $0.step, check: $0.check) }.uniqued
        let now: [Judgement]
        do {
            let store = try judge.emptyStore()
            for machine in facts.looks + facts.closer { try store.load(machine.fitting(judge.catalog.facts)) }
            now = try judge.judge(wanted, store: store)
        } catch {
            return takeAsThen("Shown as it was judged then: the facts cannot be judged again (\(error)).")
        }
        var missing = false
        var told: Set<Judgement.Subject> = []
        for record in records {
            let subject = record.subject
            told.insert(subject)
            guard
                let again = now.first(where: { $0.subject == subject && $0.step == record.step })
                    ?? now.first(where: { $0.subject == subject })
            else {
                outcome.judgements.append(judgement(from: record))
                outcome.asThen.append(
                    judge.catalog[record.check] == nil
                        ? "The check \(record.check) is no longer part of this lab; shown as it was judged then."
                        : "\(subject) is no longer judged; shown as it was judged then.")
                continue
            }
            if case .unknown = again.verdict, record.verdict != .unknown {
                outcome.judgements.append(judgement(from: record))
                missing = true
                continue
            }
            outcome.judgements.append(again)
            let (before, after) = (Self.word(record), Self.word(again))
            if before != after { outcome.differences.append(.init(subject: subject, before: before, now: after)) }
        }
        for judgement in now where !told.contains(judgement.subject) {
            guard case .failed = judgement.verdict else { continue }
            outcome.judgements.append(judgement)
            outcome.differences.append(.init(subject: judgement.subject, before: nil, now: Self.word(judgement)))
        }
        if missing {
            outcome.asThen.append("Some verdicts are shown as they were judged then: this lab asks for facts that were not recorded.")
        }
        return outcome
    }

    private static func word(_ record: VerdictRecord) -> String {
        record.verdict.rawValue + (record.verdict == .failed ? " (\(record.causes.first?.cause ?? "unexplained"))" : "")
    }

    private static func word(_ judgement: Judgement) -> String {
        guard case .failed(let diagnosis) = judgement.verdict else { return judgement.verdict.word.rawValue }
        return "failed (\(diagnosis.causes.first?.name ?? "unexplained"))"
    }

    /// A verdict as it was reported then.
    private func judgement(from record: VerdictRecord) -> Judgement { record.judgement(by: judge.catalog, in: situation) }
}
