import DataFiles
import Display
import Facts
import Walk

extension CommandTable {
    static let looking: [Command] = [
        Command(name: "map", arguments: "", summary: "draw the machines with their real state", page: """
            Looks at the machines and draws what each one is now: reached or not, its name, its server, its role.
            """, completes: .nothing
        ) { companion, _ in try await companion.map() },
        Command(name: "facts", arguments: "[TABLE [MACHINE]]", summary: "show what can be observed, or a table of it", page: """
            Without a name: every table, and what it tells. With a name: looks at the machines and shows the table.

                facts
                facts hosts_line pg2
            """, completes: .table
        ) { companion, rest in try await companion.facts(rest) },
        Command(name: "sql", arguments: "SELECT …", summary: "ask your machines anything, in SQL", page: """
            Every fact is a row of a table; `facts` lists the tables, and Tab completes tables and columns. lab looks at
            the machines for the tables that the query names, each time. Every table has the column `machine`.

                sql SELECT machine, static FROM hostname
                sql SELECT id, count(*) FROM machine_id GROUP BY id
            """, completes: .sql
        ) { companion, rest in try await companion.sql(rest) },
    ]
}

extension Companion {
    /// Looks at tables now, with progress, and puts them into a store of their own.
    private func freshStore(_ tables: [FactTable]) async throws -> (store: FactStore, looks: [MachineFacts]) {
        let store = try student.judge.emptyStore()
        let looks = try await withProgress { [student, seconds] report in
            try await student.fleet.look(at: tables, on: student.machines, seconds: seconds) { name, progress in
                if case .looking = progress { report(name, "looking") } else { report(name, "done") }
            }
        }
        for facts in looks { try store.load(facts) }
        return (store, looks)
    }

    private func tables(of query: FactQuery) -> [FactTable] {
        let names = Set(query.reads.map(\.table))
        return student.judge.catalog.facts.tables.filter { names.contains($0.name) }
    }

    func map() async throws {
        let empty = try student.judge.emptyStore()
        let queries = try lab.map.map { (title: $0.title, query: try empty.query($0.sql.string)) }
        let (store, looks) = try await freshStore(queries.flatMap { tables(of: $0.query) }.uniqued)
        let boxes = try looks.map { facts in
            let rows = try queries.compactMap { row -> (String, String)? in
                guard try store.unknowns(of: row.query, this: facts.machine, onlyReached: true).isEmpty else { return (row.title, "?") }
                return try store.rows(row.query, this: facts.machine, limit: 1).rows.first?.first.map { (row.title, $0.description) }
            }
            let machine = lab.machine(named: facts.machine) ?? student.machines[0]
            return MapText.Box(
                machine: machine, address: student.situation.contacts[facts.machine]?.address ?? "", down: facts.reached ? nil : facts.said ?? "",
                rows: rows)
        }
        say(MapText(terminal).draw(boxes))
    }

    func facts(_ rest: String) async throws {
        let words = rest.split(separator: " ").map(String.init)
        let catalog = student.judge.catalog.facts
        guard let name = words.first else {
            Layout.table(catalog.tables.map { [palette.paint($0.name, .command), $0.about] }, width: terminal.width - 1).forEach(say)
            return
        }
        guard let table = catalog[name] else {
            let near = nearestName(to: name, among: catalog.tables.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            return tell("There is no table '\(Cleaner.line(name, limit: 40))'.\(near) 'facts' lists them.")
        }
        if words.count > 1, lab.machine(named: words[1]) == nil {
            return tell("There is no machine '\(Cleaner.line(words[1], limit: 40))'. The machines: \(student.machines.map(\.name).joined(separator: ", ")).")
        }
        tell(table.about)
        let condition = words.count > 1 ? " WHERE machine = '\(words[1])'" : ""
        try await sql("SELECT * FROM \"\(table.name)\"\(condition)")
    }

    func sql(_ text: String) async throws {
        guard !text.isEmpty else { return tell("What shall I ask? For example: sql SELECT machine, static FROM hostname") }
        let query: FactQuery
        do {
            query = try student.judge.emptyStore().query(text)
        } catch let error as QueryError {
            return tell("SQLite says: \(Cleaner.line(error.said)). 'facts' lists the tables.")
        }
        let (store, _) = try await freshStore(tables(of: query))
        for unknown in try store.unknowns(of: query, this: nil, onlyReached: false) {
            tell("Not observed: \(unknown.fact) of \(unknown.machine) (\(Cleaner.line(unknown.reason, limit: 160))).")
        }
        let rows = try await Interrupts.running { try await store.rowsInBackground(query, limit: 200) }
        VerdictText(terminal).table(rows).forEach(say)
    }
}
