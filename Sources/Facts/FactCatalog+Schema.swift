extension FactCatalog {
    /// Every table that a query may name, with its columns.
    package var schema: [(table: String, columns: [String])] {
        let own = [
            ("machine", ["machine", "role", "hostname", "address", "reached", "said", "asked", "seconds"]),
            ("observed", ["machine", "fact", "ok", "reason"]), ("expected", ["name", "value"]),
            ("figure", ["machine", "name", "value"]),
        ]
        return own + choices.map { ($0.name, ["machine"]) } + tables.map { ($0.name, ["machine"] + $0.columns.map(\.name)) }
    }
}

extension FactStore {
    /// Runs a query off the caller's thread; cancelling the task stops a query that runs too long.
    /// - Throws: `QueryError`.
    package func rowsInBackground(_ query: FactQuery, limit: Int) async throws -> FactRows {
        let queue = queue
        return try await withTaskCancellationHandler {
            try await Task.detached { try rows(query, this: nil, limit: limit) }.value
        } onCancel: {
            queue.interrupt()
        }
    }
}
