extension FactStore {
    /// Every table and view that a query may name, with its columns.
    public var schema: [(table: String, columns: [String])] {
        let facts = catalog.tables.map { ($0.name, ["machine"] + $0.columns.map(\.name)) }
        let own = [
            ("machine", ["machine", "role", "hostname", "address", "reached", "said", "asked", "seconds"]),
            ("observed", ["machine", "fact", "ok", "reason"]), ("expected", ["name", "value"]),
        ]
        return own + facts
    }
}
