import Course
import GRDB
import Synchronization

/// The fact tables of a store and the views over them. Each is made when a query first names it, with the rows that were loaded until
/// then: most rounds ask a few tables, and all of them with their views would be a thousand statements before the first answer.
final class StoreContents: Sendable {
    private let tables: [String: FactTable]
    private let views: [String: FactView]
    private let choices: [String: FactChoice]
    /// By the word before a table's name: the machine whose rows the view has, in SQL.
    private let scopes: [(word: String, machine: String)]
    private let state = Mutex(State())

    private struct State {
        var made: Set<String> = []
        /// By table and machine: rows of tables that nobody has asked yet.
        var waiting: [String: [String: [[FactValue]]]] = [:]
    }

    init(catalog: FactCatalog, machines: [Machine]) {
        tables = Dictionary(catalog.tables.map { ($0.name, $0) }) { first, _ in first }
        views = Dictionary(catalog.views.map { ($0.name, $0) }) { first, _ in first }
        choices = Dictionary(catalog.choices.map { ($0.name, $0) }) { first, _ in first }
        scopes =
            [("this", "(SELECT machine FROM judged)")]
            + catalog.choices.map { ($0.name, "(SELECT machine FROM \(quoted($0.name)))") }
            + machines.singleRoles.map { ($0.key.name, literal($0.value)) }
    }

    /// Makes what these names mean, and what that reads. A name that means nothing here is SQLite's to complain about.
    func make(_ names: Set<String>, in db: Database) throws {
        try state.withLock { state in
            guard !names.isSubset(of: state.made) else { return }
            for name in names { try make(name, in: db, &state) }
        }
    }

    /// Makes everything that a query may name.
    func makeAll(in db: Database) throws {
        let own = ["machine", "observed", "figure"] + tables.keys + views.values.filter(\.isPerMachine).map(\.name)
        let scoped = scopes.flatMap { scope in own.map { "\(scope.word)_\($0)" } }
        try make(Set(Array(tables.keys) + Array(views.keys) + Array(choices.keys) + scoped), in: db)
    }

    private func make(_ name: String, in db: Database, _ state: inout State) throws {
        guard state.made.insert(name).inserted else { return }
        if let table = tables[name] {
            let columns = table.columns.map { "\(quoted($0.name)) \($0.type.affinity)" }
            try db.execute(sql: "CREATE TABLE \(quoted(name)) (\((["machine TEXT"] + columns).joined(separator: ", ")))")
            for (machine, rows) in state.waiting.removeValue(forKey: name) ?? [:] { try insert(rows, of: machine, into: table, in: db) }
        } else if let view = views[name] {
            try make(name, as: view.sql.string, in: db, &state)
        } else if let choice = choices[name] {
            try make(name, as: choice.sql, in: db, &state)
        } else if let (table, machine) = scoped(name) {
            try make(name, as: "SELECT * FROM \(quoted(table)) WHERE machine = \(machine)", in: db, &state)
        }
    }

    private func make(_ view: String, as sql: String, in db: Database, _ state: inout State) throws {
        for name in TableNames(sql).names { try make(name, in: db, &state) }
        try db.execute(sql: "CREATE VIEW \(quoted(view)) AS \(sql)")
    }

    /// The table that the view of this name has rows of, and the machine whose rows they are.
    private func scoped(_ name: String) -> (table: String, machine: String)? {
        for scope in scopes where name.hasPrefix(scope.word + "_") {
            let table = String(name.dropFirst(scope.word.count + 1))
            let isThere = tables[table] != nil || views[table]?.isPerMachine == true || ["machine", "observed", "figure"].contains(table)
            if isThere { return (table, scope.machine) }
        }
        return nil
    }

    /// Replaces the rows of a machine.
    func put(_ rows: [[FactValue]], of machine: String, into table: FactTable, in db: Database) throws {
        try state.withLock { state in
            guard state.made.contains(table.name) else {
                state.waiting[table.name, default: [:]][machine] = rows
                return
            }
            try db.cachedStatement(sql: "DELETE FROM \(quoted(table.name)) WHERE machine = ?").execute(arguments: [machine])
            try insert(rows, of: machine, into: table, in: db)
        }
    }

    private func insert(_ rows: [[FactValue]], of machine: String, into table: FactTable, in db: Database) throws {
        guard !rows.isEmpty else { return }
        let marks = Array(repeating: "?", count: table.columns.count + 1).joined(separator: ", ")
        let insert = try db.cachedStatement(sql: "INSERT INTO \(quoted(table.name)) VALUES (\(marks))")
        for row in rows { try insert.execute(arguments: StatementArguments([machine] + row.map(\.databaseValue))) }
    }

    /// Takes all rows away.
    func clear(in db: Database) throws {
        try state.withLock { state in
            state.waiting = [:]
            for name in state.made where tables[name] != nil { try db.cachedStatement(sql: "DELETE FROM \(quoted(name))").execute() }
        }
    }
}

extension FactTable.ColumnType {
    fileprivate var affinity: String {
        switch self {
        case .text: "TEXT"
        case .int, .bool: "INTEGER"
        case .real: "REAL"
        }
    }
}

extension FactValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .text(let text): text.databaseValue
        case .int(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .bool(let value): (value ? 1 : 0).databaseValue
        }
    }
}
