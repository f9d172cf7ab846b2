import Checks
import Pages

extension Replay {
    /// What `why` would have told at a moment, by the logs that were looked at then; nil if there was no such look, or the lab has nothing to tell.
    /// - Throws: a `Complaint` about a query that does not run.
    package func chronicle(at index: Int) throws -> ToldChronicle? {
        guard let check = lab.why?.check.string, let facts = facts(at: moments[index]), facts.isIntact else { return nil }
        let wanted = Set(judge.chronicleTables(of: check).map(\.name))
        let known = facts.looks.contains { look in wanted.contains { look.tables[$0]?.isKnown == true } }
        guard known else { return nil }
        let store = try judge.emptyStore()
        for machine in facts.looks + facts.closer { try store.load(machine.fitting(judge.catalog.facts)) }
        return try judge.chronicle(of: check, store: store)
    }
}
