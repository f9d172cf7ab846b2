import Course
import DataFiles
import Foundation

/// What plain English does not say, and what it says instead: the worst of CONTRIBUTING's word list, looked for in the texts that people read.
enum Wording {
    private static let phrases: [(not: String, but: String)] = [
        (" is no ", "is not a"), (" are no ", "are not"), (" besides", "also"), (" as far as ", "if, or leave it out"),
        (" all the same", "still"), (" mend", "fix"), (" of which ", "its, their"),
    ]
    /// What is good English with such a phrase in it.
    private static let good = ["there is no ", "there are no ", "is no longer", "are no longer", "is no more", "are no more", "amend"]

    /// One complaint for each phrase in a text.
    static func complaints(in template: Template) -> [Complaint] {
        let words = " " + template.source.string.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") + " "
        let text = good.reduce(words) { $0.replacing($1, with: "") }
        return phrases.filter { text.contains($0.not) }.map {
            Complaint(template.source.place, "'\($0.not.trimmingCharacters(in: .whitespaces))' in a text", expected: $0.but)
        }
    }
}

extension CheckCatalog {
    /// Complaints about the English of checks, causes, steps and drills.
    func wording(_ lab: Lab) -> [Complaint] {
        var texts: [Template] = checks.flatMap { [$0.title, $0.why] }
        for cause in checks.flatMap(\.causes) {
            texts.append(cause.because)
            if let about = cause.about { texts.append(about) }
            for fix in cause.fix { texts += [fix.why, fix.decide].compactMap(\.self) }
        }
        for step in lab.steps {
            texts += step.texts
            texts += (step.tasks + step.undo).map(\.why)
        }
        for drill in lab.drills {
            texts += [drill.title, drill.story] + drill.hints
            texts += (drill.inject + drill.repair).map(\.why)
        }
        return Array(Set(texts.flatMap(Wording.complaints)))
    }
}
