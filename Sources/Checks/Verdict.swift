import Course
import Facts

/// What came of judging one check on one machine, or on the cluster.
public enum Verdict: Sendable, Hashable {
    case passed
    case failed(Diagnosis)
    /// It could not be observed, and why.
    case unknown([UnknownFact])
    /// Something that it needs has to be mended first: the root, not the nearest.
    case blocked(by: Judgement.Subject)

    /// The verdict in one word, as in JSON.
    public var word: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .unknown: "unknown"
        case .blocked: "blocked"
        }
    }
}

/// A verdict, and what it is about.
public struct Judgement: Sendable, Hashable {
    /// A check on a machine; without a machine, on the cluster.
    public struct Subject: Sendable, Hashable, CustomStringConvertible {
        public var check: String
        public var machine: String?

        public init(check: String, machine: String?) {
            self.check = check
            self.machine = machine
        }

        /// `check at machine`.
        public var description: String { machine.map { "\(check) at \($0)" } ?? check }
    }

    public var subject: Subject
    /// The step that uses the check.
    public var step: String
    /// The expectation.
    public var title: String
    /// Why it matters.
    public var why: String
    public var verdict: Verdict

    public init(subject: Subject, step: String, title: String, why: String, verdict: Verdict) {
        self.subject = subject
        self.step = step
        self.title = title
        self.why = why
        self.verdict = verdict
    }
}

/// Why a check fails, as far as the evidence goes.
public struct Diagnosis: Sendable, Hashable {
    /// The causes that hold. The first is *the* cause, the others are "also".
    public var causes: [FoundCause]
    /// Causes that rest on facts which could not be observed.
    public var undecided: [UndecidedCause]
    /// Causes that do not hold.
    public var ruledOut: [String]
    /// What the check's author shows when no cause holds.
    public var evidence: FactRows?

    public init(causes: [FoundCause] = [], undecided: [UndecidedCause] = [], ruledOut: [String] = [], evidence: FactRows? = nil) {
        self.causes = causes
        self.undecided = undecided
        self.ruledOut = ruledOut
        self.evidence = evidence
    }

    /// How many causes were considered.
    public var considered: Int { Set(causes.map(\.name)).count + undecided.count + ruledOut.count }
}

/// A cause that holds, with the evidence put into its sentences.
public struct FoundCause: Sendable, Hashable {
    public var name: String
    public var certainty: Cause.Certainty
    /// The machine to mend; nil where it is the cluster as a whole.
    public var machine: String?
    public var because: String
    public var fix: [FoundFix]
    /// Why there is no repair: it would destroy something, and that it is safe here is not known.
    public var withheld: String?
    /// Where the course taught it.
    public var step: String?
    public var read: [Reading]
}

/// A repair with its values put in.
public struct FoundFix: Sendable, Hashable {
    public var at: String
    public var account: Account?
    public var run: String
    public var why: String?
    /// What is lost by it, as a sentence.
    public var lost: String?
    /// What a person has to decide; nil where the commands mend by themselves.
    public var decide: String?
}

/// A cause that could not be decided.
public struct UndecidedCause: Sendable, Hashable {
    public var name: String
    public var reasons: [UnknownFact]
}
