import Checks
import DataFiles
import Display
import Facts
import Terminal

/// Answers questions about facts, as tables, as SQL or as a map. Where the facts come from is the caller's: from the machines
/// now, or from a journal.
@MainActor
package struct FactsPrompt {
    private let judge: Judge
    private let voice: Voice
    /// Brings what the machines report for some tables, in the order of the lab.
    private let fetch: ([FactTable]) async throws -> [MachineFacts]

    package init(judge: Judge, voice: Voice, fetch: @escaping ([FactTable]) async throws -> [MachineFacts]) {
        self.judge = judge
        self.voice = voice
        self.fetch = fetch
    }

    private func store(_ tables: [FactTable]) async throws -> (store: FactStore, looks: [MachineFacts]) {
        let store = try judge.emptyStore()
        let looks = try await fetch(tables)
        for facts in looks { try store.load(facts) }
        return (store, looks)
    }

    private func tables(of query: FactQuery) -> [FactTable] {
        let names = Set(query.reads.map(\.table))
        return judge.catalog.facts.seen.filter { names.contains($0.name) }
    }

    /// Draws the machines with their state.
    package func map() async throws {
        let lab = judge.situation.lab
        let names = FactNames(of: judge.catalog.facts, roles: lab.singleRoles)
        let queries = lab.map.map { (title: $0.title, query: FactQuery($0.sql.string, from: $0.sql, over: names)) }
        let (store, looks) = try await store(queries.flatMap { tables(of: $0.query) }.uniqued)
        let boxes = try looks.compactMap { facts -> MapText.Box? in
            guard let machine = lab.machine(named: facts.machine) else { return nil }
            let rows = try queries.compactMap { row -> (String, String)? in
                guard try store.unknowns(of: row.query, this: facts.machine, leavingOut: true).isEmpty else { return (row.title, "?") }
                return try store.rows(row.query, this: facts.machine, limit: 1).rows.first?.first.map { (row.title, $0.description) }
            }
            return MapText.Box(
                machine: machine, address: judge.situation.contacts[facts.machine]?.address ?? "",
                down: facts.reached ? nil : facts.said ?? "", rows: rows)
        }
        voice.say(MapText(voice.terminal).draw(boxes))
    }

    /// Lists the tables, or shows one: `TABLE [MACHINE]`.
    package func facts(_ rest: String) async throws {
        let words = rest.split(separator: " ").map(String.init)
        let catalog = judge.catalog.facts
        guard let name = words.first else {
            voice.table(catalog.tables.map { [voice.palette.paint($0.name, .command), $0.about] })
            return
        }
        guard let table = catalog[name] else {
            let near = didYouMean(name, among: catalog.tables.map(\.name))
            return voice.tell("There is no table '\(Cleaner.line(name, limit: 40))'.\(near) 'facts' lists them.")
        }
        let machines = judge.situation.lab.machines.map(\.name)
        if words.count > 1, !machines.contains(words[1]) {
            return voice.tell(
                "There is no machine '\(Cleaner.line(words[1], limit: 40))'. The machines: \(machines.joined(separator: ", ")).")
        }
        voice.tell(table.about)
        let condition = words.count > 1 ? " WHERE machine = '\(words[1])'" : ""
        try await sql("SELECT * FROM \"\(table.name)\"\(condition)")
    }

    /// Asks the facts in SQL.
    package func sql(_ text: String) async throws {
        guard !text.isEmpty else {
            let table = judge.catalog.facts.seen.first
            return voice.tell(
                "What should I ask? For example: sql SELECT machine, \(table?.columns.first?.name ?? "*") FROM \(table?.name ?? "machine")")
        }
        let query: FactQuery
        do {
            query = try judge.emptyStore().query(text)
        } catch let error as QueryError {
            return voice.tell("SQLite says: \(Cleaner.line(error.said)). 'facts' lists the tables.")
        }
        let (store, _) = try await store(tables(of: query))
        for unknown in try store.unknowns(of: query, this: nil, leavingOut: false) {
            voice.tell("Not observed: \(unknown.fact) of \(unknown.machine) (\(Cleaner.line(unknown.reason, limit: 160))).")
        }
        let rows = try await Interrupts.running { try await store.rowsInBackground(query, limit: 200) }
        VerdictText(voice.terminal).table(rows).forEach(voice.say)
    }

    /// Tables, columns of the tables that the query names already, and SQL's own words.
    package func completion(ofSQL words: [String]) -> Completion {
        let part = words.last ?? ""
        let begun = String(part.split(whereSeparator: { "(,.=".contains($0) }).last.map { part.hasSuffix(String($0)) ? $0 : "" } ?? "")
        let schema = judge.catalog.facts.schema
        let named = schema.filter { table in words.contains { $0.contains(table.table) } }
        let columns = (named.isEmpty ? schema : named).flatMap(\.columns)
        let keywords = ["SELECT", "FROM", "WHERE", "JOIN", "USING", "GROUP BY", "ORDER BY", "COUNT(*)", "AND", "NOT", "LIKE"]
        let candidates = schema.map(\.table) + columns.uniqued + keywords
        return Completion(begun: begun, candidates: candidates.uniqued.map { .init($0) }.filter { $0.text.hasPrefix(begun) })
    }
}
