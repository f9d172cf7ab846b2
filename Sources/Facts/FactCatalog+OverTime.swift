/// Facts of many moments: beside each table `T` one that is called `T_over_time` and has the rows of every look.
extension FactCatalog {
    package static let overTime = "_over_time"

    /// With those tables. Nobody looks at them.
    package var overTime: FactCatalog {
        var catalog = self
        catalog.tables += seen.map(\.overTime)
        return catalog
    }
}

extension FactTable {
    /// The table with the rows of every look: `seen_at` in UTC, and the number of the event that it came with.
    package var overTime: FactTable {
        var table = self
        table.name += FactCatalog.overTime
        table.columns = [Column(name: "seen_at", type: .text), Column(name: "seen_event", type: .int)] + columns
        return table
    }
}
