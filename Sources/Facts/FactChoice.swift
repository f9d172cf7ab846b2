import Course
import DataFiles

/// One machine that facts choose among several, such as the primary of now: its name is a table, and `NAME_T` has its facts of
/// each table `T`. While the facts choose none or more than one, both have no rows.
package struct FactChoice: Sendable, Hashable {
    package var name: String
    package var place: Place
    package var about: String
    /// The fact table that chooses.
    package var from: Text
    /// An SQL condition over a row of it.
    package var condition: Text
    /// The roles of the machines that can be chosen; empty for all.
    package var among: [Role]

    /// Reads one entry of `chosen:`.
    static func read(_ node: DataNode, book: ComplaintBook) -> FactChoice? {
        guard let entry = node.mapping(keys: ["chosen", "about", "from", "where", "among"]) else { return nil }
        let name = entry.requiredName("chosen")
        let about = entry.requiredText("about")
        guard let from = entry.requiredText("from"), let condition = entry.requiredText("where"), let name, let about else { return nil }
        return FactChoice(
            name: name.string, place: name.place, about: about.string, from: from, condition: condition,
            among: entry["among"]?.list().compactMap { $0.text().map { Role($0.string) } } ?? [])
    }

    /// Whether a machine can be chosen.
    package func canBe(_ machine: Machine) -> Bool { among.isEmpty || among.contains(machine.role) }

    /// The query for its name: one row, or none.
    var sql: String {
        let roles = among.map { literal($0.name) }.joined(separator: ", ")
        let those = among.isEmpty ? "" : "WHERE machine IN (SELECT machine FROM machine WHERE role IN (\(roles)))"
        return """
            SELECT max(machine) AS machine FROM (SELECT machine FROM \(quoted(from.string)) WHERE \(condition.string)) \(those)
            HAVING count(*) = 1
            """
    }
}
