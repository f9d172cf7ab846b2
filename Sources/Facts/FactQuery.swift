import Course
import DataFiles
import GRDB
import Synchronization

/// A query over the facts, and what it reads. Nothing of it is tried before somebody runs it: ``FactStore/columns(of:)`` does.
package struct FactQuery: Sendable, Hashable {
    package let sql: String
    /// Where it is written, if a file of the course says it: a complaint about it names the line.
    package let source: Text?
    package let reads: Set<Read>
    /// The tables and views that it names, and words that may be some.
    let names: Set<String>
    /// Whether it asks which of the other machines were reached.
    package let asksWhoWasReached: Bool

    /// A fact table as a query names it, and so whose facts it reads.
    package struct Read: Sendable, Hashable {
        package enum Scope: Sendable, Hashable { case all, this, role(Role), chosen(FactChoice) }
        package var table: String
        package var scope: Scope
    }

    package init(_ sql: String, from source: Text? = nil, over known: FactNames) {
        let named = TableNames(sql)
        self.sql = sql
        self.source = source
        names = named.names
        reads = known.reads(of: named)
        asksWhoWasReached = named.names.contains("machine") && named.saysReached
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
    /// A query over this store that somebody has typed.
    /// - Throws: as ``columns(of:)``.
    package func query(_ sql: String) throws(QueryError) -> FactQuery {
        let query = FactQuery(sql, over: FactNames(of: catalog, roles: Array(singles.keys)))
        _ = try columns(of: query)
        return query
    }

    /// Tries a query without running it, and says what columns its rows have.
    /// - Throws: `QueryError` for what SQLite does not accept: other names, wrong syntax, two statements, anything that writes.
    package func columns(of query: FactQuery) throws(QueryError) -> [String] {
        do {
            return try queue.inDatabase { db in
                try contents.makeAll(in: db)
                let statement = try db.makeStatement(sql: query.sql)
                guard statement.isReadonly, statement.columnCount > 0 else { throw Self.onlyQueries }
                return statement.columnNames
            }
        } catch let error as QueryError {
            throw error
        } catch {
            throw Self.explain(error, query.sql)
        }
    }

    private static let onlyQueries = QueryError(said: "only queries (SELECT) are allowed here", line: 0)

    /// Makes ready what several queries read, at once: each table that is made later has SQLite forget the statements it has prepared.
    /// - Throws: `DatabaseError` when SQLite refuses.
    package func prepare(for queries: [FactQuery]) throws {
        try queue.write { db in
            let names = queries.reduce(into: Set<String>()) { $0.formUnion($1.names) }
            try contents.make(names, in: db)
        }
    }

    /// A statement that only reads. It is kept for the next time: a class asks the same queries of every student. PRAGMA query_only,
    /// which GRDB's read() sets too, makes SQLite forget all statements it has prepared.
    private func statement(_ query: FactQuery, in db: Database) throws -> Statement {
        try contents.make(query.names, in: db)
        let statement: Statement
        do {
            statement = try db.cachedStatement(sql: query.sql)
        } catch {
            // A name that is no word to `TableNames`, and one to SQLite.
            try contents.makeAll(in: db)
            statement = try db.cachedStatement(sql: query.sql)
        }
        guard statement.isReadonly, statement.columnCount > 0 else { throw Self.onlyQueries }
        return statement
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
                let statement = try statement(query, in: db)
                try db.cachedStatement(sql: "UPDATE judged SET machine = ?").execute(arguments: [this])
                return try effort.counting {
                    let cursor = try Row.fetchCursor(statement)
                    let columns = statement.columnNames
                    var rows: [[FactValue]] = []
                    while let row = try cursor.next() {
                        if rows.count == limit { return FactRows(columns: columns, rows: rows, isCut: true) }
                        rows.append(row.databaseValues.map(FactValue.init))
                    }
                    return FactRows(columns: columns, rows: rows, isCut: false)
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
        var missing: [(fact: UnknownFact, reached: Bool)] = []
        for read in query.reads.sorted(by: { $0.table < $1.table }) {
            let (names, whose): ([String], Whose) =
                switch read.scope {
                case .all: (machines.map(\.name), .elsewhere)
                case .chosen(let choice): (try whose(read.table, choice), .elsewhere)
                case .this: (this.map { [$0] } ?? [], .here)
                case .role(let role): (singles[role].map { [$0] } ?? [], .here)
                }
            for name in names {
                guard let reason = contents.reasonUnseen(read.table, on: name) else { continue }
                let reached = contents.wasReached(name)
                let fact = UnknownFact(machine: name, fact: read.table, reason: reason)
                if counts(whose, reached), !missing.contains(where: { $0.fact == fact }) { missing.append((fact, reached)) }
            }
        }
        return missing
    }

    /// The machines whose facts of a table are read of a chosen one: which that is, all say that can be.
    private func whose(_ table: String, _ choice: FactChoice) throws -> [String] {
        if table == choice.from.string { return machines.filter(choice.canBe).map(\.name) }
        return try queue.inDatabase { db in
            try contents.make([choice.name], in: db)
            return try String.fetchOne(db.cachedStatement(sql: "SELECT machine FROM \(quoted(choice.name))")).map { [$0] } ?? []
        }
    }

    /// Whether a machine was reached in this round.
    package func wasReached(_ machine: String) -> Bool { contents.wasReached(machine) }

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

/// What the names in queries over a catalog mean. Most are in many queries, so what one means is kept.
package final class FactNames: Sendable {
    private let tables: Set<String>
    private let views: [String: FactView]
    private let choices: [FactChoice]
    private let roles: [(prefix: String, role: Role)]
    private let known = Mutex<[String: Set<FactQuery.Read>]>([:])

    /// - Parameter roles: those whose facts have views of their own: of a lab's machines, ``Lab/singleRoles``.
    package init(of catalog: FactCatalog, roles: [Role]) {
        tables = Set(catalog.tables.map(\.name))
        views = Dictionary(catalog.views.map { ($0.name, $0) }) { first, _ in first }
        choices = catalog.choices
        self.roles = roles.map { ($0.name + "_", $0) }
    }

    /// Which fact tables a query reads, and whose.
    func reads(of named: TableNames) -> Set<FactQuery.Read> {
        known.withLock { known in named.names.reduce(into: []) { $0.formUnion(meaning(of: $1, &known)) } }
    }

    private func meaning(of word: String, _ known: inout [String: Set<FactQuery.Read>]) -> Set<FactQuery.Read> {
        if let meaning = known[word] { return meaning }
        // A view that reads itself means nothing.
        known[word] = []
        var reads: Set<FactQuery.Read> = []
        if tables.contains(word) { reads.insert(.init(table: word, scope: .all)) }
        if let view = views[word] { for name in TableNames(view.sql.string).names { reads.formUnion(meaning(of: name, &known)) } }
        func read(after prefix: String, as scope: FactQuery.Read.Scope) {
            guard word.hasPrefix(prefix) else { return }
            let name = String(word.dropFirst(prefix.count))
            if tables.contains(name) { reads.insert(.init(table: name, scope: scope)) }
            // Of one machine it reads that one's facts alone.
            if views[name]?.isPerMachine == true {
                reads.formUnion(meaning(of: name, &known).map { .init(table: $0.table, scope: scope) })
            }
        }
        read(after: "this_", as: .this)
        for (prefix, role) in roles { read(after: prefix, as: .role(role)) }
        for choice in choices where word == choice.name || word.hasPrefix(choice.name + "_") {
            reads.insert(.init(table: choice.from.string, scope: .chosen(choice)))
            read(after: choice.name + "_", as: .chosen(choice))
        }
        known[word] = reads
        return reads
    }
}

extension FactCatalog {
    /// What these queries read of it: their tables, and the views and choices over these.
    /// - Parameter roles: those of the lab.
    package func used(by queries: [String], roles: [Role]) -> FactCatalog {
        let names = FactNames(of: self, roles: roles)
        var read = Set(queries.flatMap { names.reads(of: TableNames($0)) }.map(\.table))
        read.formUnion(tables.filter { $0.columns.contains { $0.identifies != nil } }.map(\.name))
        func isHere(_ sql: String) -> Bool { names.reads(of: TableNames(sql)).allSatisfy { read.contains($0.table) } }
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
