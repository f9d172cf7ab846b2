extension [Judgement] {
    /// What the blocked ones wait for, each once, in the order in which it is met.
    package var roots: [Judgement.Subject] {
        var seen: Set<Judgement.Subject> = []
        return compactMap { judgement in
            if case .blocked(let root) = judgement.verdict, seen.insert(root).inserted { root } else { nil }
        }
    }

    /// The failed ones, that for which most others wait first.
    package var failedByWeight: [Judgement] {
        var waiting: [Judgement.Subject: Int] = [:]
        for case .blocked(let root) in map(\.verdict) { waiting[root, default: 0] += 1 }
        let failed = filter(\.hasFailed)
        return failed.enumerated().sorted { one, other in
            let weights = (waiting[one.element.subject] ?? 0, waiting[other.element.subject] ?? 0)
            return weights.0 != weights.1 ? weights.0 > weights.1 : one.offset < other.offset
        }.map(\.element)
    }

    /// One fault is reported once: if several machines fail a check for the same cause, with the same repair on the same
    /// machine, one of them keeps its verdict and the others wait for it. Whatever waited for one of those waits for that one.
    var oneForEachFault: [Judgement] {
        var spokesman: [Fault: Judgement.Subject] = [:]
        for judgement in self {
            guard let fault = judgement.fault else { continue }
            // The machine that has to be fixed speaks for itself if it is among them.
            if spokesman[fault] == nil || judgement.subject.machine == fault.machine { spokesman[fault] = judgement.subject }
        }
        var standsFor: [Judgement.Subject: Judgement.Subject] = [:]
        for judgement in self {
            if let fault = judgement.fault, let other = spokesman[fault], other != judgement.subject {
                standsFor[judgement.subject] = other
            }
        }
        guard !standsFor.isEmpty else { return self }
        return map { judgement in
            var judgement = judgement
            if let other = standsFor[judgement.subject] {
                judgement.verdict = .blocked(by: other)
            } else if case .blocked(let root) = judgement.verdict, let other = standsFor[root] {
                judgement.verdict = .blocked(by: other)
            }
            return judgement
        }
    }

}

/// What two failures of a check have in common when they are one fault.
private struct Fault: Hashable {
    var check: String
    var cause: String
    var machine: String?
    var fix: [FoundFix]
}

extension Judgement {
    fileprivate var fault: Fault? {
        guard case .failed(let diagnosis) = verdict, let cause = diagnosis.causes.first else { return nil }
        return Fault(check: subject.check, cause: cause.name, machine: cause.machine, fix: cause.fix)
    }
}
