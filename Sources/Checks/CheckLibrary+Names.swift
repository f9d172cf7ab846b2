import DataFiles

extension CheckLibrary {
    /// The names of its checks, as its files say them; what is wrong with these is not said.
    package var checkNames: [String] { entries(ComplaintBook()).compactMap(\.name) }

    /// The names of its tables, and of the views over them.
    package var tableNames: [String] { names("tables", "table") + names("views", "view") }

    /// The names of the tables that a check can read of the machine that it judges, in the order of the file.
    package var judgedTables: [String] {
        list("tables").filter { $0.glimpse(of: "when") == nil && $0.glimpse(of: "at") == nil }.compactMap {
            $0.glimpse(of: "table")?.glimpse
        }
    }

    private func list(_ key: String) -> [DataNode] { DataFile.open(facts, book: ComplaintBook())?.glimpse(of: key)?.glimpsedEntries ?? [] }

    private func names(_ list: String, _ key: String) -> [String] { self.list(list).compactMap { $0.glimpse(of: key)?.glimpse } }
}
