import Course
import Facts

/// What came of judging one check on one machine, or on the cluster.
package enum Verdict: Sendable, Hashable {
    case passed
    case failed(Diagnosis)
    /// It could not be observed, and why.
    case unknown([UnknownFact])
    /// Something that it needs has to be fixed first: the root, not the nearest.
    case blocked(by: Judgement.Subject)

    /// A verdict in one word, as in JSON, without what explains it.
    package enum Word: String, Sendable, Hashable, Codable, CaseIterable {
        case passed, failed, unknown, blocked

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let word = Self(rawValue: text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text.prefix(40))' is not a verdict")
            }
            self = word
        }
    }

    package var word: Word {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .unknown: .unknown
        case .blocked: .blocked
        }
    }
}

/// A verdict, and what it is about.
package struct Judgement: Sendable, Hashable {
    /// A check on a machine; without a machine, on the cluster.
    package struct Subject: Sendable, Hashable, Codable, CustomStringConvertible {
        package var check: String
        package var machine: String?

        package init(check: String, machine: String?) {
            self.check = check
            self.machine = machine
        }

        /// `check at machine`.
        package var description: String { machine.map { "\(check) at \($0)" } ?? check }
    }

    package var subject: Subject
    /// The step that uses the check.
    package var step: String
    /// The expectation.
    package var title: String
    /// Why it matters.
    package var why: String
    package var verdict: Verdict
    /// Whether the check was seen to fail.
    package var hasFailed: Bool { if case .failed = verdict { true } else { false } }

    package init(subject: Subject, step: String, title: String, why: String, verdict: Verdict) {
        self.subject = subject
        self.step = step
        self.title = title
        self.why = why
        self.verdict = verdict
    }
}

/// Why a check fails, as far as the evidence goes.
package struct Diagnosis: Sendable, Hashable {
    /// The causes that hold. The first is *the* cause, the others are "also".
    package var causes: [FoundCause]
    /// Causes that depend on facts which could not be observed.
    package var undecided: [UndecidedCause]
    /// Causes that do not hold.
    package var ruledOut: [String]
    /// What the check's author shows when no cause holds.
    package var evidence: FactRows?

    package init(causes: [FoundCause] = [], undecided: [UndecidedCause] = [], ruledOut: [String] = [], evidence: FactRows? = nil) {
        self.causes = causes
        self.undecided = undecided
        self.ruledOut = ruledOut
        self.evidence = evidence
    }

    /// How many causes were considered.
    package var considered: Int { Set(causes.map(\.name)).count + undecided.count + ruledOut.count }
}

/// A cause that holds, with the evidence put into its sentences.
package struct FoundCause: Sendable, Hashable {
    package var name: String
    package var certainty: Cause.Certainty
    /// The machine to fix; nil if it is the cluster as a whole.
    package var machine: String?
    package var because: String
    package var fix: [FoundFix]
    /// Why there is no repair: it would destroy something, and that it is safe here is not known.
    package var withheld: String?
    /// Where the course taught it.
    package var step: String?
    package var read: [Reading]
}

/// A repair with its values put in.
package struct FoundFix: Sendable, Hashable {
    package var at: String
    package var account: Account?
    package var run: String
    package var why: String?
    /// What is lost by it, as a sentence.
    package var lost: String?
    /// What a person has to decide; nil if the commands fix it by themselves.
    package var decide: String?
}

/// A cause that could not be decided.
package struct UndecidedCause: Sendable, Hashable {
    package var name: String
    package var reasons: [UnknownFact]
}
