import Course
import Facts
import Foundation

/// A judgement in the form of the reports and the journal. Its keys are stable: docs/reports.md has the JSON.
package struct VerdictRecord: Sendable, Hashable, Codable {
    package var step: String
    package var check: String
    package var machine: String?
    package var verdict: Verdict.Word
    package var title: String
    package var causes: [CauseRecord]
    package var reasons: [ReasonRecord]
    /// What was seen, if a check fails and no cause holds.
    package var evidence: EvidenceRecord?
    package var blockedBy: Judgement.Subject?
    /// What has changed since the check passed, if that is known.
    package var changed: ChangeRecord?

    /// A cause that holds.
    package struct CauseRecord: Sendable, Hashable, Codable {
        package var cause: String
        package var certainty: Cause.Certainty
        package var machine: String?
        package var because: String
        package var fix: [FixRecord]
        /// Why there is no repair, if one would destroy and that is not known to be safe.
        package var withheld: String?
    }

    /// One repair.
    package struct FixRecord: Sendable, Hashable, Codable {
        package var at: String
        package var `as`: Account?
        package var run: String
        /// What is lost by it, as a sentence.
        package var lost: String?
        /// What a person has to decide; the key is missing if the commands fix it by themselves.
        package var decide: String?
    }

    /// A fact that could not be observed.
    package struct ReasonRecord: Sendable, Hashable, Codable {
        package var machine: String
        package var fact: String
        package var reason: String
    }

    /// Rows of facts, as a person reads them.
    package struct EvidenceRecord: Sendable, Hashable, Codable {
        package var columns: [String]
        package var rows: [[String]]
    }

    /// What differs from what was seen when a check passed last.
    package struct ChangeRecord: Sendable, Hashable, Codable {
        /// When it passed, as ISO 8601 writes it.
        package var since: String
        package var what: [String]

        package init(since: Date, what: [String]) {
            self.since = since.ISO8601Format()
            self.what = what
        }
    }

    /// `check at machine`.
    package var subject: Judgement.Subject { .init(check: check, machine: machine) }

    private enum CodingKeys: String, CodingKey {
        case step, check, machine, verdict, title, causes, evidence, reasons, changed
        case blockedBy = "blocked_by"
    }

    package init(_ judgement: Judgement, changed: ChangeRecord? = nil) {
        self.changed = changed
        step = judgement.step
        check = judgement.subject.check
        machine = judgement.subject.machine
        verdict = judgement.verdict.word
        title = judgement.title
        causes = []
        reasons = []
        switch judgement.verdict {
        case .passed: break
        case .failed(let diagnosis):
            causes = diagnosis.causes.map { cause in
                CauseRecord(
                    cause: cause.name, certainty: cause.certainty, machine: cause.machine, because: cause.because,
                    fix: cause.fix.map { FixRecord(at: $0.at, as: $0.account, run: $0.run, lost: $0.lost, decide: $0.decide) },
                    withheld: cause.withheld)
            }
            evidence = diagnosis.evidence.map { EvidenceRecord(columns: $0.columns, rows: $0.rows.map { $0.map(\.description) }) }
        case .unknown(let facts):
            reasons = facts.map { ReasonRecord(machine: $0.machine, fact: $0.fact, reason: $0.reason) }
        case .blocked(let root): blockedBy = root
        }
    }

    /// Keys that have no value are written as `null`, so that every record has the same keys.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(step, forKey: .step)
        try container.encode(check, forKey: .check)
        try container.encode(machine, forKey: .machine)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(title, forKey: .title)
        try container.encode(causes, forKey: .causes)
        try container.encode(evidence, forKey: .evidence)
        try container.encode(reasons, forKey: .reasons)
        try container.encode(blockedBy, forKey: .blockedBy)
        try container.encode(changed, forKey: .changed)
    }
}

/// How many judgements came out which way.
package struct VerdictCounts: Sendable, Hashable, Codable {
    package var passed = 0
    package var failed = 0
    package var blocked = 0
    package var unknown = 0

    package init(_ judgements: some Sequence<Judgement>) { self.init(words: judgements.lazy.map(\.verdict.word)) }

    package init(words: some Sequence<Verdict.Word>) {
        for word in words {
            switch word {
            case .passed: passed += 1
            case .failed: failed += 1
            case .blocked: blocked += 1
            case .unknown: unknown += 1
            }
        }
    }

    /// Whether nothing but passes was counted.
    package var allPassed: Bool { failed + blocked + unknown == 0 }

    /// 0 all passed, 1 something failed, 3 something could not be observed (and nothing failed).
    package var exitStatus: Int32 { failed > 0 || blocked > 0 ? 1 : unknown > 0 ? 3 : 0 }
}
