import Course
import GRDB

/// A query over the facts that was tried against the declared tables: its columns are known, and what it reads.
package struct FactQuery: Sendable, Hashable {
    package let sql: String
    package let columns: [String]
    package let reads: Set<Read>
    /// Whether it asks which of the other machines were reached.
    package let asksWhoWasReached: Bool

    /// A fact table as a query names it, and so whose facts it reads.
    package struct Read: Sendable, Hashable {
        package enum Scope: Sendable, Hashable { case all, this, role(Role), chosen(FactChoice) }
        package var table: String
        package var scope: Scope
    }
}

/// What SQLite says of a query.
package struct QueryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// As SQLite puts it, such as `no such column: nmae`.
    package var said: String
    /// The line of the query (from 0) with the named word.
    package var line: Int
    /// Nothing is wrong with it, but with so many rows it would take too long.
    package var isTooMuch = false
    package var description: String { said }
}

/// Rows that a query gave.
package struct FactRows: Sendable, Hashable {
    package var columns: [String]
    package var rows: [[FactValue]]
    /// Whether there were more rows than asked for.
    package var isCut: Bool

    package init(columns: [String], rows: [[FactValue]], isCut: Bool) {
        self.columns = columns
        self.rows = rows
        self.isCut = isCut
    }
}

extension FactStore {
    /// Tries a query without running it.
    /// - Throws: `QueryError` for what SQLite does not accept: other names, wrong syntax, two statements, anything that writes.
    package func query(_ sql: String) throws(QueryError) -> FactQuery {
        do {
            let columns = try queue.read { db in
                let statement = try db.makeStatement(sql: sql)
                guard statement.isReadonly, statement.columnCount > 0 else {
                    throw QueryError(said: "only queries (SELECT) are allowed here", line: 0)
                }
                return statement.columnNames
            }
            let names = TableNames(sql)
            return FactQuery(
                sql: sql, columns: columns, reads: catalog.reads(of: names, roles: Array(machines.singleRoles.keys)),
                asksWhoWasReached: names.names.contains("machine") && names.saysReached)
        } catch let error as QueryError {
            throw error
        } catch {
            throw Self.explain(error, sql)
        }
    }

    /// Runs a query.
    /// - Parameters:
    ///   - this: the machine under judgement, whose facts are in the views `this_…`.
    ///   - limit: at most this many rows are fetched.
    /// - Throws: `QueryError` with what SQLite says, or that it was stopped since it is too much for SQLite.
    package func rows(_ query: FactQuery, this: String?, limit: Int = 1000) throws(QueryError) -> FactRows {
        guard !effort.isSpent else { throw Self.tooMuch }
        do {
            return try queue.inDatabase { db in
                try db.cachedStatement(sql: "UPDATE judged SET machine = ?").execute(arguments: [this])
                // Kept for the next time: a class asks the same queries of every student. That it only reads was seen when it was
                // tried, and is seen again here; PRAGMA query_only, which GRDB's read() sets too, makes SQLite forget all
                // statements it has prepared.
                let statement = try db.cachedStatement(sql: query.sql)
                guard statement.isReadonly else { throw QueryError(said: "only queries (SELECT) are allowed here", line: 0) }
                return try effort.counting {
                    let cursor = try Row.fetchCursor(statement)
                    var rows: [[FactValue]] = []
                    while let row = try cursor.next() {
                        if rows.count == limit { return FactRows(columns: query.columns, rows: rows, isCut: true) }
                        rows.append(row.databaseValues.map(FactValue.init))
                    }
                    return FactRows(columns: query.columns, rows: rows, isCut: false)
                }
            }
        } catch let error as QueryError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw Self.tooMuch
        } catch {
            throw Self.explain(error, query.sql)
        }
    }

    private static let tooMuch = QueryError(said: "it was stopped, since there is too much to compare", line: 0, isTooMuch: true)

    /// Runs a query, unless there are so many rows that it is too much for SQLite: then nil.
    /// - Throws: `QueryError` with what SQLite says otherwise.
    package func affordableRows(_ query: FactQuery, this: String?, limit: Int) throws -> FactRows? {
        do {
            return try rows(query, this: this, limit: limit)
        } catch {
            guard error.isTooMuch else { throw error }
            return nil
        }
    }

    /// Why a query was too much: the machine and the table with the most rows of all that it reads.
    package func heaviest(of query: FactQuery) throws -> [UnknownFact] {
        try queue.inDatabase { db in
            var heaviest: (count: Int, fact: UnknownFact)?
            for table in Set(query.reads.map(\.table)) {
                let sql = "SELECT machine, count(*) AS count FROM \(quoted(table)) GROUP BY machine ORDER BY count DESC LIMIT 1"
                guard let row = try Row.fetchOne(db, sql: sql), let machine: String = row["machine"], let count: Int = row["count"],
                    count > heaviest?.count ?? 0
                else { continue }
                heaviest = (count, UnknownFact(machine: machine, fact: table, reason: "\(count) rows came, too many to compare"))
            }
            return heaviest.map { [$0.fact] } ?? []
        }
    }

    /// The facts that a query reads and that could not be observed.
    /// - Parameter leavingOut: of all machines, leave out those that were not reached.
    package func unknowns(of query: FactQuery, this: String?, leavingOut unreached: Bool) throws -> [UnknownFact] {
        try missing(query, this: this) { !unreached || $0 == .here || $1 }.map(\.fact)
    }

    /// The machines whose facts a query reads as some among all, and that were not reached; if it asks itself who was reached, all
    /// that were not.
    package func leftOut(of query: FactQuery, this: String?) throws -> [String] {
        let unseen = Set(try missing(query, this: this) { $0 == .elsewhere && !$1 }.map(\.fact.machine))
        return machines.map(\.name).filter { name in
            unseen.contains(name) || (query.asksWhoWasReached && name != this && !wasReached(name))
        }
    }

    /// Whether a table is read of certain machines, or of all to see which there are.
    private enum Whose { case here, elsewhere }

    private func missing(_ query: FactQuery, this: String?, where counts: (Whose, _ reached: Bool) -> Bool) throws -> [(
        fact: UnknownFact, reached: Bool
    )] {
        let roles = machines.singleRoles
        return try queue.inDatabase { db in
            var missing: [(fact: UnknownFact, reached: Bool)] = []
            let statement = try db.cachedStatement(
                sql: """
                    SELECT o.reason, m.reached FROM observed o JOIN machine m USING (machine)
                    WHERE o.machine = ? AND o.fact = ? AND NOT o.ok
                    """)
            for read in query.reads.sorted(by: { $0.table < $1.table }) {
                let (names, whose): ([String], Whose) =
                    switch read.scope {
                    case .all: (machines.map(\.name), .elsewhere)
                    case .chosen(let choice): (try whose(read.table, choice, in: db), .elsewhere)
                    case .this: (this.map { [$0] } ?? [], .here)
                    case .role(let role): (roles[role].map { [$0] } ?? [], .here)
                    }
                for name in names {
                    guard let row = try Row.fetchOne(statement, arguments: [name, read.table]) else { continue }
                    let reached: Bool = row["reached"] ?? false
                    let fact = UnknownFact(machine: name, fact: read.table, reason: row["reason"] ?? "not observed")
                    if counts(whose, reached), !missing.contains(where: { $0.fact == fact }) { missing.append((fact, reached)) }
                }
            }
            return missing
        }
    }

    /// The machines whose facts of a table are read of a chosen one: which that is, all say that can be.
    private func whose(_ table: String, _ choice: FactChoice, in db: Database) throws -> [String] {
        if table == choice.from.string { return machines.filter(choice.canBe).map(\.name) }
        return try String.fetchOne(db.cachedStatement(sql: "SELECT machine FROM \(quoted(choice.name))")).map { [$0] } ?? []
    }

    /// Whether a machine was reached in this round.
    package func wasReached(_ machine: String) -> Bool {
        let reached = try? queue.inDatabase { db in
            try Bool.fetchOne(db.cachedStatement(sql: "SELECT reached FROM machine WHERE machine = ?"), arguments: [machine])
        }
        return reached == true
    }

    private static func explain(_ error: any Error, _ sql: String) -> QueryError {
        guard let error = error as? DatabaseError else { return QueryError(said: "\(error)", line: 0) }
        let said = error.message ?? "\(error.resultCode)"
        // "no such column: x.y" and "near "FORM": syntax error" name the word at fault.
        let word =
            said.contains("near \"")
            ? said.split(separator: "\"").dropFirst().first.map(String.init)
            : said.split(separator: ": ").last.map { String($0.split(separator: " ").first ?? $0) }
        let lines = sql.split(separator: "\n", omittingEmptySubsequences: false)
        let line = word.flatMap { word in lines.firstIndex { $0.contains(word) } } ?? 0
        return QueryError(said: said, line: line)
    }
}

extension FactCatalog {
    /// Which fact tables a query reads, and whose.
    func reads(of named: TableNames, roles: [Role]) -> Set<FactQuery.Read> {
        var reads: Set<FactQuery.Read> = []
        let names = Set(tables.map(\.name))
        for word in named.names {
            func read(after prefix: String, as scope: FactQuery.Read.Scope) {
                guard word.hasPrefix(prefix) else { return }
                let name = String(word.dropFirst(prefix.count))
                if names.contains(name) { reads.insert(.init(table: name, scope: scope)) }
                guard let view = views.first(where: { $0.name == name && (prefix.isEmpty || $0.isPerMachine) }) else { return }
                let inside = self.reads(of: TableNames(view.sql.string), roles: roles)
                // Of one machine it reads that one's facts alone.
                reads.formUnion(prefix.isEmpty ? inside : Set(inside.map { .init(table: $0.table, scope: scope) }))
            }
            read(after: "", as: .all)
            read(after: "this_", as: .this)
            for role in roles { read(after: role.name + "_", as: .role(role)) }
            for choice in choices where word == choice.name || word.hasPrefix(choice.name + "_") {
                reads.insert(.init(table: choice.from.string, scope: .chosen(choice)))
                read(after: choice.name + "_", as: .chosen(choice))
            }
        }
        return reads
    }

    /// What these queries read of it: their tables, and the views and choices over these.
    /// - Parameter roles: those of the lab.
    package func used(by queries: [String], roles: [Role]) -> FactCatalog {
        let names = queries.map { TableNames($0) }
        var read = Set(names.flatMap { reads(of: $0, roles: roles) }.map(\.table))
        read.formUnion(tables.filter { $0.columns.contains { $0.identifies != nil } }.map(\.name))
        func isHere(_ sql: String) -> Bool { reads(of: TableNames(sql), roles: roles).allSatisfy { read.contains($0.table) } }
        return FactCatalog(
            tables: tables.filter { read.contains($0.name) }, views: views.filter { isHere($0.sql.string) },
            choices: choices.filter { read.contains($0.from.string) })
    }
}

/// A fact that could not be observed.
package struct UnknownFact: Sendable, Hashable {
    package var machine: String
    package var fact: String
    package var reason: String

    package init(machine: String, fact: String, reason: String) {
        self.machine = machine
        self.fact = fact
        self.reason = reason
    }
}
