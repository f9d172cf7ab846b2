import Checks
import DataFiles
import Display
import Facts
import Foundation
import Terminal

/// Answers questions about facts, as tables, as SQL or as a map. Where the facts come from is the caller's: from the machines
/// now, or from a journal.
@MainActor
package struct FactsPrompt {
    private let judge: Judge
    /// What can be asked in SQL.
    private let catalog: FactCatalog
    private let voice: Voice
    /// Brings what the machines report for some tables, in the order of the lab.
    private let fetch: ([FactTable]) async throws -> [MachineFacts]

    /// - Parameter catalog: what can be asked in SQL; nil for the tables that the judge knows.
    package init(judge: Judge, catalog: FactCatalog? = nil, voice: Voice, fetch: @escaping ([FactTable]) async throws -> [MachineFacts]) {
        self.judge = judge
        self.catalog = catalog ?? judge.catalog.facts
        self.voice = voice
        self.fetch = fetch
    }

    private func store(_ tables: [FactTable]) async throws -> (store: FactStore, looks: [MachineFacts]) {
        let store = try FactStore(catalog: catalog, situation: judge.situation)
        let looks = try await fetch(tables)
        for facts in looks { try store.load(facts) }
        return (store, looks)
    }

    private func tables(of query: FactQuery) -> [FactTable] {
        let names = Set(query.reads.map(\.table))
        return catalog.seen.filter { names.contains($0.name) }
    }

    /// Draws the machines with their state.
    /// - Returns: whether all were reached.
    @discardableResult
    package func map() async throws -> Bool {
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
        return looks.allSatisfy(\.reached)
    }

    /// Lists the tables, or shows one: `TABLE [MACHINE]`.
    /// - Returns: whether all of it was observed.
    /// - Throws: `Refusal` for names that are not there.
    @discardableResult
    package func facts(_ rest: String) async throws -> Bool {
        let list = FactTableList(judge.catalog.facts.seen)
        if rest.isEmpty || list.libraries.contains(rest) {
            list.tell(rest.isEmpty ? nil : rest, voice)
            return true
        }
        guard let (table, query) = try query(ofTable: rest) else { return true }
        voice.tell(table.about)
        return try await sql(query)
    }

    /// Asks the facts in SQL.
    /// - Returns: whether all that the query reads was observed.
    /// - Throws: `Refusal` for a query that SQLite does not accept.
    @discardableResult
    package func sql(_ text: String) async throws -> Bool {
        let answer = try await answer(text)
        for unknown in answer.unknown {
            voice.tell("Not observed: \(unknown.fact) of \(unknown.machine) (\(Cleaner.line(unknown.reason, limit: 160))).")
        }
        VerdictText(voice.terminal).table(answer.rows).forEach(voice.say)
        return answer.unknown.isEmpty
    }

    /// What a query gave, and what of it could not be observed.
    package struct Answer: Sendable {
        package var rows: FactRows
        package var unknown: [UnknownFact]

        package init(rows: FactRows, unknown: [UnknownFact]) {
            self.rows = rows
            self.unknown = unknown
        }
    }

    /// Asks the facts in SQL, for whoever shows the answer.
    /// - Throws: `Refusal` for a query that SQLite does not accept.
    package func answer(_ text: String) async throws -> Answer {
        guard !text.isEmpty else {
            let table = judge.catalog.facts.seen.first
            throw Refusal(
                "What should I ask? For example: sql SELECT machine, \(table?.columns.first?.name ?? "*") FROM \(table?.name ?? "machine")")
        }
        let query: FactQuery
        do {
            query = try FactStore(catalog: catalog, situation: judge.situation).query(text)
        } catch let error as QueryError {
            throw Refusal("SQLite says: \(Cleaner.line(error.said)).\(advice(on: error, in: text)) 'facts' lists the tables.")
        }
        let (store, _) = try await store(tables(of: query))
        let unknown = try store.unknowns(of: query, this: nil, leavingOut: false)
        let rows = try await Interrupts.running { try await store.rowsInBackground(query, limit: 200) }
        return Answer(rows: rows, unknown: unknown)
    }

    /// What was meant by a query that SQLite does not accept, as far as a name tells.
    private func advice(on error: QueryError, in text: String) -> String {
        let schema = catalog.schema
        if let name = error.said.suffix(after: "no such table: ") { return didYouMean(name, among: schema.map(\.table)) }
        guard let name = error.said.suffix(after: "no such column: ") else { return "" }
        if text.contains("\"\(name)\"") { return " A text stands in single quotes: '\(Cleaner.line(name, limit: 40))'." }
        let named = schema.filter { text.contains($0.table) }
        return didYouMean(name, among: named.flatMap(\.columns).uniqued)
    }

    /// The query that shows a table: `TABLE [MACHINE]`; nil if none is named.
    /// - Throws: `Refusal` for names that are not there.
    package func query(ofTable rest: String) throws -> (table: FactTable, query: String)? {
        let words = rest.split(separator: " ").map(String.init)
        let catalog = judge.catalog.facts
        guard let name = words.first else { return nil }
        guard let table = catalog[name] else { throw Refusal(noTable(name)) }
        let machines = judge.situation.lab.machines.map(\.name)
        if words.count > 1, !machines.contains(words[1]) {
            throw Refusal("There is no machine '\(Cleaner.line(words[1], limit: 40))'. The machines: \(machines.joined(separator: ", ")).")
        }
        let condition = words.count > 1 ? " WHERE machine = '\(words[1])'" : ""
        return (table, "SELECT * FROM \"\(table.name)\"\(condition)")
    }

    /// There is no such table; but one of nearly that name, or some that are about it.
    private func noTable(_ name: String) -> String {
        let tables = judge.catalog.facts.tables
        var near = didYouMean(name, among: tables.map(\.name))
        let about = tables.filter { $0.about.localizedCaseInsensitiveContains(name) }.map(\.name)
        if near.isEmpty, !about.isEmpty { near = " About that: \(about.prefix(6).joined(separator: ", "))." }
        return "There is no table '\(Cleaner.line(name, limit: 40))'.\(near) 'facts' lists them."
    }

    /// Tables, columns of the tables that the query names already, and SQL's own words.
    package func completion(ofSQL words: [String]) -> Completion {
        let part = words.last ?? ""
        let begun = String(part.split(whereSeparator: { "(,.=".contains($0) }).last.map { part.hasSuffix(String($0)) ? $0 : "" } ?? "")
        let schema = catalog.schema
        let named = schema.filter { table in words.contains { $0.contains(table.table) } }
        let columns = (named.isEmpty ? schema : named).flatMap(\.columns)
        let keywords = ["SELECT", "FROM", "WHERE", "JOIN", "USING", "GROUP BY", "ORDER BY", "COUNT(*)", "AND", "NOT", "LIKE"]
        let candidates = schema.map(\.table) + columns.uniqued + keywords
        return Completion(begun: begun, candidates: candidates.uniqued.map { .init($0) }.filter { $0.text.hasPrefix(begun) })
    }
}

extension String {
    /// What follows a beginning; nil if it does not begin so.
    fileprivate func suffix(after beginning: String) -> String? { hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil }
}
