import Course
import GRDB

/// All facts of one student's machines as SQL tables, in an SQLite database in memory.
///
/// Besides each fact table `T` there are `this_T` (the machine under judgement) and `ROLE_T` for every role that one
/// machine has; the inventory is `machine`, what was seen or not, and when the look began that saw it and how long it took, is
/// `observed`, the course's own values are `expected`, and those of each machine, such as its `node_id`, are `figure`.
/// For each machine that facts choose (``FactChoice``) there are its name and its facts of each table.
package struct FactStore: Sendable {
    let queue: DatabaseQueue
    let effort = Effort()
    package let catalog: FactCatalog
    /// The machines of the lab, in its order.
    package let machines: [Machine]

    /// Makes an empty store: every fact is unknown until ``load(_:)``.
    /// - Throws: `DatabaseError` when SQLite refuses (no memory).
    package init(catalog: FactCatalog, situation: Situation) throws {
        self.catalog = catalog
        machines = situation.lab.machines
        var configuration = Configuration()
        configuration.label = "facts"
        configuration.prepareDatabase { [effort] in effort.limit($0) }
        queue = try DatabaseQueue(configuration: configuration)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE machine(machine TEXT PRIMARY KEY, role TEXT, hostname TEXT, address TEXT, reached INTEGER, said TEXT);
                    CREATE TABLE observed(machine TEXT, fact TEXT, ok INTEGER, reason TEXT, asked REAL, seconds REAL, \
                    PRIMARY KEY (machine, fact));
                    CREATE TABLE expected(name TEXT PRIMARY KEY, value TEXT);
                    CREATE TABLE figure(machine TEXT, name TEXT, value TEXT, PRIMARY KEY (machine, name));
                    CREATE TABLE judged(machine TEXT);
                    INSERT INTO judged VALUES (NULL);
                    """)
            for table in catalog.tables {
                let columns = table.columns.map { "\(quoted($0.name)) \($0.type.affinity)" }
                try db.execute(sql: "CREATE TABLE \(quoted(table.name)) (\((["machine TEXT"] + columns).joined(separator: ", ")))")
            }
            try fill(situation, in: db)
            for choice in catalog.choices { try db.execute(sql: "CREATE VIEW \(quoted(choice.name)) AS \(choice.sql)") }
            for name in catalog.tables.map(\.name) + ["machine", "observed", "figure"] { try createViews(of: name, in: db) }
            for view in catalog.views {
                try db.execute(sql: "CREATE VIEW \(quoted(view.name)) AS \(view.sql.string)")
                if view.isPerMachine { try createViews(of: view.name, in: db) }
            }
        }
    }

    /// Forgets everything, and begins anew for another student's machines, which the same lab plans.
    /// - Throws: `DatabaseError` when SQLite refuses.
    package func reset(for situation: Situation) throws {
        effort.refill()
        try queue.write { db in
            for name in ["machine", "observed", "expected", "figure"] + catalog.tables.map(\.name) {
                try db.cachedStatement(sql: "DELETE FROM \(quoted(name))").execute()
            }
            try db.cachedStatement(sql: "UPDATE judged SET machine = NULL").execute()
            try fill(situation, in: db)
        }
    }

    /// What is known before any look: the inventory and the course's own values.
    private func fill(_ situation: Situation, in db: Database) throws {
        let machine = try db.cachedStatement(sql: "INSERT INTO machine VALUES (?, ?, ?, ?, 0, 'not looked at yet')")
        let figure = try db.cachedStatement(sql: "INSERT INTO figure VALUES (?, ?, ?)")
        let observed = try db.cachedStatement(sql: "INSERT INTO observed VALUES (?, ?, ?, 'not looked at yet', NULL, NULL)")
        for one in machines {
            try machine.execute(arguments: [one.name, one.role.name, one.hostname, situation.contacts[one.name]?.address])
            for (name, value) in one.figures { try figure.execute(arguments: [one.name, name, value]) }
            // How the workstation gets there: for sentences about the way.
            if let way = situation.contacts[one.name]?.way { try figure.execute(arguments: [one.name, "way", way]) }
            for table in catalog.tables { try observed.execute(arguments: [one.name, table.name, table.isAbsent]) }
        }
        let expected = try db.cachedStatement(sql: "INSERT INTO expected VALUES (?, ?)")
        for (name, value) in situation.expected { try expected.execute(arguments: [name, value]) }
    }

    private func createViews(of table: String, in db: Database) throws {
        let named = catalog.choices.map { ($0.name, "(SELECT machine FROM \(quoted($0.name)))") }
        let roles = machines.singleRoles.map { ($0.key.name, literal($0.value)) }
        for (name, machine) in [("this", "(SELECT machine FROM judged)")] + named + roles {
            try db.execute(sql: "CREATE VIEW \(quoted("\(name)_\(table)")) AS SELECT * FROM \(quoted(table)) WHERE machine = \(machine)")
        }
    }

    /// Takes what a machine reported: replaces what was known of the tables in it and leaves the others.
    /// - Throws: `DatabaseError` when SQLite refuses.
    package func load(_ facts: MachineFacts) throws {
        guard machines.contains(where: { $0.name == facts.machine }) else { return }
        effort.refill()
        try queue.write { db in
            try db.execute(
                sql: "UPDATE machine SET reached = ?, said = ? WHERE machine = ?",
                arguments: [facts.reached, facts.said, facts.machine])
            for table in catalog.tables {
                guard let observation = facts.tables[table.name] else { continue }
                try db.cachedStatement(sql: "DELETE FROM \(quoted(table.name)) WHERE machine = ?").execute(arguments: [facts.machine])
                var reason: String?
                switch observation {
                case .unknown(let why): reason = why
                case .rows(let rows) where rows.contains { $0.count != table.columns.count }:
                    reason = "it was recorded by another version of lab"
                case .rows(let rows):
                    let marks = Array(repeating: "?", count: table.columns.count + 1).joined(separator: ", ")
                    let insert = try db.cachedStatement(sql: "INSERT INTO \(quoted(table.name)) VALUES (\(marks))")
                    for row in rows {
                        try insert.execute(arguments: StatementArguments([facts.machine] + row.map(\.databaseValue)))
                    }
                }
                // With the time of the look that brought these rows: a later look at other tables says nothing of it.
                try db.cachedStatement(sql: "INSERT OR REPLACE INTO observed VALUES (?, ?, ?, ?, ?, ?)")
                    .execute(arguments: [facts.machine, table.name, reason == nil, reason, facts.asked, facts.seconds])
            }
        }
    }
}

extension [Machine] {
    /// The roles that exactly one machine has, and that machine.
    var singleRoles: [Role: String] {
        Dictionary(grouping: self, by: \.role).compactMapValues { $0.count == 1 ? $0[0].name : nil }
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

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .int(value)
        case .double(let value): self = .real(value)
        case .string(let text): self = .text(text)
        case .blob: self = .text("(binary)")
        }
    }
}

func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
