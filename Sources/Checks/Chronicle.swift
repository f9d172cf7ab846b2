import Course
import DataFiles
import Facts
import Foundation

/// What a check can tell of how its state came about, moment by moment: who saw what, and when. The format is in docs/writing-checks.md.
package struct Chronicle: Sendable, Hashable {
    /// What it tells of, as a heading.
    package var title: Template
    /// What one should know of its times, if anything.
    package var note: Template?
    /// A query for the moments: `at`, in seconds since 1970 by the workstation's clock, `machine`, and `said`, a sentence.
    package var moments: Text
    /// A query for what nobody can know: `machine` and `said`.
    package var gaps: Text?
    /// A query for what decided it, as one sentence `said`, where the check passes.
    package var decided: Text

    static func read(_ node: DataNode, book: ComplaintBook) -> Chronicle? {
        guard let entry = node.mapping(keys: ["title", "note", "moments", "gaps", "decided"]) else { return nil }
        guard let title = entry.requiredTemplate("title", book), let moments = entry.requiredText("moments"),
            let decided = entry.requiredText("decided")
        else { return nil }
        return Chronicle(
            title: title, note: entry.template("note", book), moments: moments, gaps: entry["gaps"]?.filledText(), decided: decided)
    }

    /// Its queries, each with the columns that it must have.
    var queries: [(sql: Text, columns: [String])] {
        [(moments, ["at", "machine", "said"])] + (gaps.map { [($0, ["machine", "said"])] } ?? []) + [(decided, ["said"])]
    }
}

/// A chronicle as the facts of one round tell it.
package struct ToldChronicle: Sendable, Hashable {
    package var title: String
    package var note: String
    /// In the order of time.
    package var moments: [Moment]
    package var gaps: [Gap]
    /// Whether there were more moments than are told.
    package var isCut: Bool
    /// What decided it; nil where no row says so.
    package var decided: String?
    package var judgement: Judgement

    package init(title: String, note: String = "", moments: [Moment], gaps: [Gap], isCut: Bool, decided: String?, judgement: Judgement) {
        self.title = title
        self.note = note
        self.moments = moments
        self.gaps = gaps
        self.isCut = isCut
        self.decided = decided
        self.judgement = judgement
    }

    /// Something that happened on a machine, or was seen from there.
    package struct Moment: Sendable, Hashable {
        /// By the workstation's clock.
        package var at: Date
        package var machine: String
        package var said: String

        package init(at: Date, machine: String, said: String) {
            self.at = at
            self.machine = machine
            self.said = said
        }
    }

    /// What cannot be known, and why.
    package struct Gap: Sendable, Hashable {
        package var machine: String
        package var said: String

        package init(machine: String, said: String) {
            self.machine = machine
            self.said = said
        }
    }

    /// Moments that are told at most.
    static let limit = 200
}

extension Judge {
    /// The fact tables that the chronicle of a check reads, besides those of its verdict.
    package func chronicleTables(of check: String) -> [FactTable] { looked(at: prepared[check]?.told ?? []) }

    /// Judges a check on the cluster by these facts, and tells its chronicle; nil if it has none.
    /// - Throws: a `Complaint`, as ``judge(_:store:ignoringNeeds:)``.
    package func chronicle(of check: String, store: FactStore) throws -> ToldChronicle? {
        try chronicle(of: check, in: judge([Asked(step: "", check: check)], store: store), store: store)
    }

    /// Tells the chronicle of a check on the cluster, from the facts of a round in which it was judged.
    /// - Returns: nil if the check has none, or was not judged.
    /// - Throws: a `Complaint`, as ``judge(_:store:ignoringNeeds:)``.
    package func chronicle(of check: String, in judgements: [Judgement], store: FactStore) throws -> ToldChronicle? {
        guard let chronicle = prepared[check]?.chronicle, let judgement = judgements.first(where: { $0.subject.check == check }) else {
            return nil
        }
        func rows(_ query: FactQuery, limit: Int) throws -> FactRows? { try store.answer(query, this: nil, limit: limit) }
        let moments = try rows(chronicle.moments, limit: ToldChronicle.limit)
        let told = (moments?.rows ?? []).compactMap { row -> ToldChronicle.Moment? in
            guard row.count >= 3, let at = row[0].number else { return nil }
            return .init(at: Date(timeIntervalSince1970: at), machine: row[1].description, said: row[2].description)
        }
        let gaps = try chronicle.gaps.flatMap { try rows($0, limit: 20) }?.rows ?? []
        let asked = prepared[check]?.check.chronicle
        let values = values(this: nil)
        return ToldChronicle(
            title: asked?.title.render(values) ?? "", note: asked?.note?.render(values) ?? "", moments: told,
            gaps: gaps.map { .init(machine: $0[0].description, said: $0[1].description) }, isCut: moments?.isCut ?? false,
            decided: try rows(chronicle.decided, limit: 1)?.rows.first?.first?.description, judgement: judgement)
    }
}
