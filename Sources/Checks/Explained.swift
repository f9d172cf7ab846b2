import Course
import DataFiles
import Facts

/// The words for verdicts, causes and repairs, said in one place: pages, reports and exports only lay them out. None is cleaned yet: what
/// machines said is in some of them.
package enum Explained {
    /// Where a repair is typed, and as whom: `on pg2, as root`.
    package static func place(_ at: String, _ account: Account?) -> String {
        at.isWorkstation ? "on your computer" : "on \(at)" + (account.map { ", as \($0.name)" } ?? "")
    }

    /// What comes before a repair's commands.
    /// - Parameter decides: whether a person has to decide something first.
    package static func lead(decides: Bool, _ place: String) -> String { decides ? "For that, \(place):" : "Fix it \(place):" }

    /// What a cause is among those that hold: the first is the cause.
    package static func lead(ofCause index: Int, _ certainty: Cause.Certainty) -> String {
        switch (index, certainty) {
        case (0, .certain): "Cause"
        case (0, .likely): "Likely cause"
        case (_, .certain): "Also"
        case (_, .likely): "Perhaps also"
        }
    }

    /// What is said if no cause holds.
    /// - Parameters:
    ///   - considered: how many there are; nil where that is not known any more.
    ///   - undecided: of how many it is not known whether they hold.
    package static func unexplained(considered: Int?, undecided: Int = 0) -> String {
        switch considered {
        case nil: "None of the causes that lab knows fits."
        case 0?: "The check fails, and lab knows no causes for it yet."
        case undecided?: "Why is not known: what would tell could not be observed."
        case let count? where undecided > 0:
            "None of the \(count - undecided) causes that lab could look into fits."
        case let count?: "None of the \(count) causes that lab knows fits."
        }
    }

    package static func waits(for root: Judgement.Subject?) -> String { "waits for \(root?.description ?? "another check")" }

    package static let unobserved = "Could not be observed."

    /// Why facts could not be observed, each reason once.
    /// - Parameter limit: the longest reason that is kept whole, in characters.
    package static func reasons(_ facts: [UnknownFact], limit: Int = 160) -> [String] {
        facts.map { "\($0.machine): \($0.reason.count > limit ? $0.reason.prefix(limit) + "…" : $0.reason[...])" }.uniqued
    }
}

extension FoundFix {
    /// Where to type it, and as whom.
    package var place: String { Explained.place(at, account) }
    /// What comes before its commands.
    package var lead: String { Explained.lead(decides: decide != nil, place) }
}

extension VerdictRecord.FixRecord {
    package var place: String { Explained.place(at, self.as) }
    package var lead: String { Explained.lead(decides: decide != nil, place) }
}

extension Diagnosis {
    /// Why it fails in one sentence: the first cause, or that none fits.
    package var brief: String { causes.first?.because ?? Explained.unexplained(considered: considered, undecided: undecided.count) }
}
