import Checks
import Course
import DataFiles

/// Hints for one failure: how it comes about, how to see it, and where the repair is. They give less away than the repair itself.
struct FailureHints {
    struct Hint {
        var text: String
        /// What to type to see it.
        var commands: String?
    }

    let all: [Hint]

    /// Nil if the check has not failed, or no cause was found: then there is nothing that a hint could rest on.
    init?(_ judgement: Judgement, _ catalog: CheckCatalog, _ situation: Situation) {
        guard case .failed(let diagnosis) = judgement.verdict, let found = diagnosis.causes.first,
            let cause = catalog[judgement.subject.check]?.causes.first(where: { $0.name == found.name })
        else { return nil }
        var hints: [Hint] = []
        if let about = cause.about { hints.append(Hint(text: about.render(situation.values).oneLine)) }
        if let see = cause.see {
            let machine = judgement.subject.machine.flatMap(situation.lab.machine(named:))
            let values = machine.map { situation.values.merging(["this": situation.describe($0)]) } ?? situation.values
            // What quotes the evidence is not known any more: the verdict has it only in its sentences.
            let isKnown = see.at.names.union(see.run.names).allSatisfy { values[$0.prefix { $0 != "." }.description] != nil }
            if isKnown, machine != nil || see.at.source.string != "this" {
                let (place, commands) = situation.instruction(see, on: machine?.name ?? "", values)
                hints.append(Hint(text: "See it for yourself, \(place):", commands: commands))
            }
        }
        let subject = [judgement.subject.check, judgement.subject.machine].compactMap(\.self).joined(separator: " ")
        hints.append(Hint(text: "'explain \(subject)' \(found.fix.isEmpty ? "says what lab knows of it" : "says how to fix it")."))
        all = hints
    }
}

extension String {
    fileprivate var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
