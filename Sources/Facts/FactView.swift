import DataFiles

/// Something that follows from facts and that several checks ask: a query with a name, over all machines.
package struct FactView: Sendable, Hashable {
    package var name: String
    package var place: Place
    package var about: String
    /// Over tables, and over views that come before this one.
    package var sql: Text
    /// Whether each row is about one machine, follows from its facts alone and names it in the column `machine`: then there is
    /// also the view of `this` machine, of each role and of each choice, as there is of a table.
    package var isPerMachine: Bool

    /// Reads one entry of `views:`.
    static func read(_ node: DataNode, book: ComplaintBook) -> FactView? {
        guard let entry = node.mapping(keys: ["view", "about", "each", "sql"]) else { return nil }
        let name = entry.requiredName("view")
        let about = entry.requiredText("about")
        let sql = entry.requiredText("sql")
        guard let name, let about, let sql else { return nil }
        if FactTable.reserved.contains(name.string) || name.string.contains("-") {
            book.note(
                name.place, "'\(name.string)' cannot name a view",
                expected: "a name with '_' and not one of \(FactTable.reserved.sorted().joined(separator: ", "))")
        }
        let each = entry["each"]?.text()
        if let each, each.string != "machine" { book.note(each.place, "'\(each)' is not valid here", expected: "machine") }
        return FactView(name: name.string, place: name.place, about: about.string, sql: sql, isPerMachine: each != nil)
    }
}
