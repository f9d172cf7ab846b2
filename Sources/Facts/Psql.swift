import Course
import DataFiles

/// How a platform's `psql` is asked the queries of fact tables: a part of the script that looks. The one place outside of the
/// rooms Database, Failover and Gradebook that knows a database's own client.
struct Psql {
    private let client: QueryClient
    private let values: Value

    init(_ client: QueryClient, _ values: Value) {
        self.client = client
        self.values = values
    }

    /// A `psql` for each database; a query that fails costs only itself, a database that lets nobody in only what is asked in it.
    /// - Parameter account: the words that make a shell that account's.
    func ask(_ tables: [FactTable], nonce: String, as account: String) -> String {
        let databases = tables.map(\.database).uniqued
        return databases.map { database in
            let own = tables.filter { $0.database == database }
            var statements = own.map { ask($0, nonce: nonce) }
            if let database = database?.render(values), database != client.database {
                // A database that is not there has no rows; that the question itself failed must not look so.
                let isThere = [
                    Self.there("SELECT 1 FROM pg_database WHERE datname = '\(database)'"), "\\if :lab_there", "\\connect \(database)",
                ]
                statements =
                    isThere + statements + ["\\else"] + own.map { "\\echo B\(nonce) \($0.name)\n\\echo E\(nonce) false" } + ["\\endif"]
            }
            let limit = own.map(\.limit).max() ?? 5
            let code = """
                export PGCONNECT_TIMEOUT=\(limit) PGOPTIONS='-c default_transaction_read_only=on \
                -c lc_messages=C -c lock_timeout=1s' PGAPPNAME=lab
                printf '%s\\n' \(shellQuoted(statements.joined(separator: "\n"))) | \(shellQuoted(client.program)) -X -q -t \
                \(client.port.map { "-p \($0) " } ?? "")-d \(client.database)
                """
            return "ask \(Self.answer(of: database)) \(limit + 2) \(shellQuoted(code)) \(shellQuoted(account))"
        }.joined(separator: "\n")
    }

    /// The name under which the answers of all queries in a database come: no name of a table has a dot.
    static func answer(of database: Template?) -> String {
        "sql." + (database?.source.string.filter { $0.isLetter || $0.isNumber || "_-.".contains($0) } ?? "")
    }

    /// Asks whether something exists. If the question fails, the answer is yes, so that the query itself says why.
    private static func there(_ query: String) -> String {
        "\\set lab_there true\nSELECT EXISTS (\(query)) AS lab_there \\gset"
    }

    /// One table's query, framed by lines with the nonce.
    private func ask(_ table: FactTable, nonce: String) -> String {
        let query = table.probe.template.render(values).trimmingTrailing([";", "\n", " "])
        var lines = ["SET statement_timeout = '\(table.limit)s';", "\\echo B\(nonce) \(table.name)"]
        let copy = "COPY (SELECT '+', q.* FROM (\(query)) AS q) TO STDOUT;"
        if let relation = table.relation {
            lines += [Self.there("SELECT 1 WHERE to_regclass('\(relation)') IS NOT NULL"), "\\if :lab_there", copy, "\\endif"]
        } else {
            lines.append(copy)
        }
        return (lines + ["\\echo E\(nonce) :ERROR :LAST_ERROR_MESSAGE"]).joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingTrailing(_ characters: Set<Character>) -> String {
        var text = self[...]
        while let last = text.last, characters.contains(last) { text = text.dropLast() }
        return String(text)
    }
}
