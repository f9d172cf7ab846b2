import Course
import Facts

extension VerdictRecord {
    /// The judgement that was written down, as far as it was: what causes were ruled out, and why the fix is this one, is said
    /// as the catalog knows it now.
    package func judgement(by catalog: CheckCatalog, in situation: Situation) -> Judgement {
        Judgement(
            subject: subject, step: step, title: title, why: catalog[check]?.why.render(situation.values) ?? "",
            verdict: verdict(by: catalog))
    }

    private func verdict(by catalog: CheckCatalog) -> Verdict {
        switch verdict {
        case .passed: return .passed
        case .blocked: return .blocked(by: blockedBy ?? .init(check: "another check", machine: nil))
        case .failed:
            let known = catalog[check]?.causes ?? []
            let found = causes.map { cause in
                FoundCause(
                    name: cause.cause, certainty: cause.certainty, machine: cause.machine, because: cause.because,
                    fix: cause.fix.map { FoundFix(at: $0.at, account: $0.as, run: $0.run, why: nil, lost: $0.lost, decide: $0.decide) },
                    withheld: cause.withheld,
                    step: known.first { $0.name == cause.cause }?.step?.string, read: [])
            }
            let others = known.map(\.name).filter { name in !found.contains { $0.name == name } }
            let seen = evidence.map { FactRows(columns: $0.columns, rows: $0.rows.map { $0.map(FactValue.text) }, isCut: false) }
            return .failed(Diagnosis(causes: found, ruledOut: others, evidence: seen))
        case .unknown: return .unknown(reasons.map { UnknownFact(machine: $0.machine, fact: $0.fact, reason: $0.reason) })
        }
    }
}
