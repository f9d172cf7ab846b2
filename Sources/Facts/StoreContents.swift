import Course
import GRDB
import GRDBSQLite
import Synchronization

/// The fact tables of a store, the views over them, and what was seen at all. A table is made when a query first names it, with the rows
/// that were loaded until then: most rounds ask a few, and all of them with their views would be a thousand statements before the first
/// answer. What was seen is asked before each query, and `observed` is its table.
final class StoreContents: Sendable {
    private let machines: [String]
    /// The names of all tables, in the order of the catalog.
    private let order: [String]
    private let tables: [String: FactTable]
    private let views: [String: FactView]
    private let choices: [String: FactChoice]
    /// By the word before a table's name: the machine whose rows the view has, in SQL.
    private let scopes: [(word: String, machine: String)]
    private let state = Mutex(State())

    private struct State {
        /// With whether it reads `observed`.
        var made: [String: Bool] = [:]
        /// Whether `observed` does not say what the sightings say.
        var isStale = false
        /// By table: rows of those that nobody has asked yet, in the order in which they came, as a query without ORDER BY gives them.
        var waiting: [String: [(machine: String, rows: [[FactValue]])]] = [:]
        /// By machine and table.
        var sightings: [String: [String: Sighting]] = [:]
        var reached: Set<String> = []
    }

    /// What is known of a table of a machine.
    struct Sighting {
        /// Why it was not observed; nil if it was.
        var reason: String?
        /// When the look began that brought it, and how long it took; nil before any look. A later look at other tables says nothing of it.
        var asked: Double?
        var seconds: Double?

        /// The reason that queries see.
        var shown: String? { reason ?? (asked == nil ? "not looked at yet" : nil) }
    }

    init(catalog: FactCatalog, machines: [Machine]) {
        self.machines = machines.map(\.name)
        order = catalog.tables.map(\.name)
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
            var readsObserved = false
            for name in names where try make(name, in: db, &state) { readsObserved = true }
            guard readsObserved, state.isStale else { return }
            try db.cachedStatement(sql: "DELETE FROM observed").execute()
            for machine in machines {
                for table in order {
                    guard let sighting = state.sightings[machine]?[table] else { continue }
                    try note(sighting, of: table, on: machine, in: db)
                }
            }
            state.isStale = false
        }
    }

    /// Makes everything that a query may name.
    func makeAll(in db: Database) throws {
        let own = ["machine", "observed", "figure"] + tables.keys + views.values.filter(\.isPerMachine).map(\.name)
        let scoped = scopes.flatMap { scope in own.map { "\(scope.word)_\($0)" } }
        try make(Set(["observed"] + Array(tables.keys) + Array(views.keys) + Array(choices.keys) + scoped), in: db)
    }

    /// - Returns: whether it reads `observed`.
    private func make(_ name: String, in db: Database, _ state: inout State) throws -> Bool {
        if let readsObserved = state.made[name] { return readsObserved }
        // What reads itself is SQLite's to complain about.
        state.made[name] = false
        var readsObserved = false
        if name == "observed" {
            try db.execute(
                sql: """
                    CREATE TABLE observed(machine TEXT, fact TEXT, ok INTEGER, reason TEXT, asked REAL, seconds REAL, \
                    PRIMARY KEY (machine, fact))
                    """)
            state.isStale = true
            readsObserved = true
        } else if let table = tables[name] {
            let columns = table.columns.map { "\(quoted($0.name)) \($0.type.affinity)" }
            try db.execute(sql: "CREATE TABLE \(quoted(name)) (\((["machine TEXT"] + columns).joined(separator: ", ")))")
            for (machine, rows) in state.waiting.removeValue(forKey: name) ?? [] { try insert(rows, of: machine, into: table, in: db) }
        } else if let view = views[name] {
            readsObserved = try make(name, as: view.sql.string, in: db, &state)
        } else if let choice = choices[name] {
            readsObserved = try make(name, as: choice.sql, in: db, &state)
        } else if let (table, machine) = scoped(name) {
            readsObserved = try make(name, as: "SELECT * FROM \(quoted(table)) WHERE machine = \(machine)", in: db, &state)
        }
        state.made[name] = readsObserved
        return readsObserved
    }

    private func make(_ view: String, as sql: String, in db: Database, _ state: inout State) throws -> Bool {
        var readsObserved = false
        for name in TableNames(sql).names where try make(name, in: db, &state) { readsObserved = true }
        try db.execute(sql: "CREATE VIEW \(quoted(view)) AS \(sql)")
        return readsObserved
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

    /// Whether a machine was reached in this round.
    func wasReached(_ machine: String) -> Bool { state.withLock { $0.reached.contains(machine) } }

    /// Why a table of a machine was not observed; nil if it was.
    func reasonUnseen(_ table: String, on machine: String) -> String? { state.withLock { $0.sightings[machine]?[table]?.reason } }

    /// Begins anew: no machine was reached, and nothing was looked at.
    /// - Parameter environment: where the machines are.
    func begin(_ environment: Environment, in db: Database) throws {
        try state.withLock { state in
            state.waiting = [:]
            state.reached = []
            let nothing = tables.mapValues { Sighting(reason: $0.isSeen(in: environment) ? "not looked at yet" : nil) }
            state.sightings = Dictionary(machines.map { ($0, nothing) }) { first, _ in first }
            state.isStale = true
            for name in state.made.keys where tables[name] != nil { try db.cachedStatement(sql: "DELETE FROM \(quoted(name))").execute() }
        }
    }

    /// Notes whether a machine was reached.
    func note(reached: Bool, _ machine: String) {
        state.withLock { state in if reached { state.reached.insert(machine) } else { state.reached.remove(machine) } }
    }

    private func note(_ sighting: Sighting, of table: String, on machine: String, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO observed VALUES (?, ?, ?, ?, ?, ?)").execute(
            arguments: [machine, table, sighting.reason == nil, sighting.shown, sighting.asked, sighting.seconds])
    }

    private func correct(_ sighting: Sighting, of table: String, on machine: String, in db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE observed SET ok = ?, reason = ?, asked = ?, seconds = ? WHERE machine = ? AND fact = ?"
        ).execute(arguments: [sighting.reason == nil, sighting.shown, sighting.asked, sighting.seconds, machine, table])
    }

    /// Replaces the rows of a machine, and what is known of them.
    func put(_ rows: [[FactValue]], _ sighting: Sighting, of machine: String, into table: FactTable, in db: Database) throws {
        try state.withLock { state in
            let before = state.sightings[machine, default: [:]].updateValue(sighting, forKey: table.name)
            if state.made["observed"] == nil || before == nil { state.isStale = true }
            // One more fact does not make all of `observed` anew, and its row stays in its place.
            if !state.isStale { try correct(sighting, of: table.name, on: machine, in: db) }
            guard state.made[table.name] != nil else {
                state.waiting[table.name]?.removeAll { $0.machine == machine }
                state.waiting[table.name, default: []].append((machine, rows))
                return
            }
            // Before the first look of a round there is nothing of it.
            if before?.asked != nil {
                try db.cachedStatement(sql: "DELETE FROM \(quoted(table.name)) WHERE machine = ?").execute(arguments: [machine])
            }
            try insert(rows, of: machine, into: table, in: db)
        }
    }

    private func insert(_ rows: [[FactValue]], of machine: String, into table: FactTable, in db: Database) throws {
        guard !rows.isEmpty else { return }
        let marks = Array(repeating: "?", count: table.columns.count + 1).joined(separator: ", ")
        let insert = try db.cachedStatement(sql: "INSERT INTO \(quoted(table.name)) VALUES (\(marks))")
        for row in rows { try insert.run(with: machine, row) }
    }
}

extension Statement {
    /// Runs an INSERT with a machine and its values, of which there are as many as marks. GRDB makes an object of each value first: for
    /// the facts of a class that is a third of loading them.
    fileprivate func run(with machine: String, _ values: [FactValue]) throws {
        sqlite3_reset(sqliteStatement)
        var code = bind(machine, at: 1)
        for (index, value) in values.enumerated() where code == SQLITE_OK {
            let place = Int32(index + 2)
            code =
                switch value {
                case .null: sqlite3_bind_null(sqliteStatement, place)
                case .text(let text): bind(text, at: place)
                case .int(let number): sqlite3_bind_int64(sqliteStatement, place, number)
                case .real(let number): sqlite3_bind_double(sqliteStatement, place, number)
                case .bool(let flag): sqlite3_bind_int64(sqliteStatement, place, flag ? 1 : 0)
                }
        }
        if code == SQLITE_OK { code = sqlite3_step(sqliteStatement) }
        sqlite3_reset(sqliteStatement)
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private func bind(_ text: String, at place: Int32) -> Int32 {
        // SQLite copies the text before it goes away: SQLITE_TRANSIENT, a macro that Swift cannot see.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        var text = text
        return text.withUTF8 { bytes in
            // An address of nothing would be NULL, and an empty text is none.
            guard let start = bytes.baseAddress, !bytes.isEmpty else { return sqlite3_bind_text(sqliteStatement, place, "", 0, copied) }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                sqlite3_bind_text(sqliteStatement, place, $0, Int32(bytes.count), copied)
            }
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
