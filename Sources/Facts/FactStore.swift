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
    let contents: StoreContents
    /// The machines of the roles that one machine has.
    let singles: [Role: String]

    /// Makes an empty store: every fact is unknown until ``load(_:)``.
    /// - Throws: `DatabaseError` when SQLite refuses (no memory).
    package init(catalog: FactCatalog, situation: Situation) throws {
        self.catalog = catalog
        machines = situation.lab.machines
        singles = machines.singleRoles
        contents = StoreContents(catalog: catalog, machines: machines)
        var configuration = Configuration()
        configuration.label = "facts"
        configuration.prepareDatabase { [effort] in effort.limit($0) }
        queue = try DatabaseQueue(configuration: configuration)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE machine(machine TEXT PRIMARY KEY, role TEXT, hostname TEXT, address TEXT, reached INTEGER, said TEXT);
                    CREATE TABLE expected(name TEXT PRIMARY KEY, value TEXT);
                    CREATE TABLE figure(machine TEXT, name TEXT, value TEXT, PRIMARY KEY (machine, name));
                    CREATE TABLE judged(machine TEXT);
                    INSERT INTO judged VALUES (NULL);
                    """)
            try fill(situation, in: db)
        }
    }

    /// Forgets everything, and begins anew for another student's machines, which the same lab plans.
    /// - Throws: `DatabaseError` when SQLite refuses.
    package func reset(for situation: Situation) throws {
        effort.refill()
        try queue.write { db in
            for name in ["machine", "expected", "figure"] {
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
        try contents.begin(situation.environment, in: db)
        for one in machines {
            try machine.execute(arguments: [one.name, one.role.name, one.hostname, situation.contacts[one.name]?.address])
            for (name, value) in one.figures { try figure.execute(arguments: [one.name, name, value]) }
            // How the workstation gets there: for sentences about the way.
            if let way = situation.contacts[one.name]?.way { try figure.execute(arguments: [one.name, "way", way]) }
        }
        let expected = try db.cachedStatement(sql: "INSERT INTO expected VALUES (?, ?)")
        for (name, value) in situation.expected { try expected.execute(arguments: [name, value]) }
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
            contents.note(reached: facts.reached, facts.machine)
            for table in catalog.tables {
                guard let observation = facts.tables[table.name] else { continue }
                var reason: String?
                var known: [[FactValue]] = []
                switch observation {
                case .unknown(let why): reason = why
                case .rows(let rows) where rows.contains { $0.count != table.columns.count }:
                    reason = "it was recorded by another version of lab"
                case .rows(let rows): known = rows
                }
                let sighting = StoreContents.Sighting(reason: reason, asked: facts.asked, seconds: facts.seconds)
                try contents.put(known, sighting, of: facts.machine, into: table, in: db)
            }
        }
    }
}

extension Lab {
    /// The roles that exactly one machine has: there are views of its facts.
    package var singleRoles: [Role] { Array(machines.singleRoles.keys) }
}

extension [Machine] {
    /// The roles that exactly one machine has, and that machine.
    var singleRoles: [Role: String] {
        Dictionary(grouping: self, by: \.role).compactMapValues { $0.count == 1 ? $0[0].name : nil }
    }
}

extension FactValue {
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
