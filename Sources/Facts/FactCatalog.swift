import Course
import DataFiles
import Foundation

/// All fact tables that can be looked at, by name.
package struct FactCatalog: Sendable, Hashable {
    package var tables: [FactTable]
    /// What follows from them, in the order in which one may depend on another.
    package var views: [FactView] = []

    /// Machines that facts choose.
    package var choices: [FactChoice] = []

    package init(tables: [FactTable], views: [FactView] = [], choices: [FactChoice] = []) {
        self.tables = tables
        self.views = views
        self.choices = choices
    }

    /// The tables that can be looked at.
    package var seen: [FactTable] { tables.filter { !$0.isAbsent } }

    /// The machine that facts choose by that name.
    package func choice(_ name: String) -> FactChoice? { choices.first { $0.name == name } }

    /// The table of that name.
    package subscript(_ name: String) -> FactTable? { tables.first { $0.name == name } }

    /// Reads files of fact tables.
    /// - Parameters:
    ///   - files: those that are there; the others have none.
    ///   - absent: files of which only the tables are read, as such that have no rows.
    /// - Throws: everything that is wrong with them.
    package static func load(_ files: [URL], absent: [URL] = []) throws(Complaints) -> FactCatalog {
        let book = ComplaintBook()
        var tables: [FactTable] = []
        var views: [FactView] = []
        var choices: [FactChoice] = []
        var functions: [ProbeFunction] = []
        for url in files + absent where FileManager.default.fileExists(atPath: url.path) {
            guard let root = DataFile.open(url, book: book),
                let file = root.mapping(keys: ["format", "chosen", "functions", "tables", "views"])
            else { continue }
            file.checkFormat()
            let own = file.required("tables")?.list().compactMap { FactTable.read($0, book: book) } ?? []
            guard !absent.contains(url) else {
                for var table in own {
                    table.isAbsent = true
                    tables.append(table)
                }
                continue
            }
            tables += own
            functions += file["functions"]?.list().compactMap { ProbeFunction.read($0, book: book) } ?? []
            choices += file["chosen"]?.list().compactMap { FactChoice.read($0, book: book) } ?? []
            views += file["views"]?.list().compactMap { FactView.read($0, book: book) } ?? []
        }
        for view in views where tables.contains(where: { $0.name == view.name }) || views.filter({ $0.name == view.name }).count > 1 {
            book.note(view.place, "there is another table or view '\(view.name)'", expected: "each name once")
        }
        for (name, uses) in Dictionary(grouping: tables, by: \.name).sorted(by: { $0.key < $1.key }) {
            for double in uses.dropFirst() {
                book.note(double.place, "the table '\(name)' is already defined at \(uses[0].place)", expected: "each name once")
            }
        }
        for (name, uses) in Dictionary(grouping: functions, by: \.name) {
            for double in uses.dropFirst() {
                book.note(double.place, "the function '\(name)' is already defined at \(uses[0].place)", expected: "each name once")
            }
        }
        for index in tables.indices where !functions.isEmpty {
            tables[index].functions = ProbeFunction.called(by: tables[index].probe.template, of: functions)
        }
        let called = Set(tables.flatMap(\.functions).map(\.name))
        for function in functions where absent.isEmpty && !called.contains(function.name) {
            book.note(function.place, "no probe calls '\(function.name)'", expected: "a function that is needed")
        }
        for choice in choices where !tables.contains(where: { $0.name == choice.from.string }) {
            book.note(
                choice.from.place, "there is no table '\(choice.from)'", expected: "a fact table",
                nearest: nearestName(to: choice.from.string, among: tables.map(\.name)))
        }
        try book.close()
        return FactCatalog(tables: tables, views: views, choices: choices)
    }

    /// Notes every probe that quotes a value which does not exist, and every query that no platform's client would ask.
    package func lint(_ lab: Lab) -> [Complaint] {
        var found: [Complaint] = []
        for table in seen where table.isQuery {
            guard let platform = lab.platforms.first(where: { $0.queries?.account != table.account }) else { continue }
            let said = platform.queries.map { "asks queries as \($0.account.name)" } ?? "has nothing that asks queries"
            found.append(
                Complaint(table.place, "platform '\(platform.name)' \(said)", expected: "its 'queries', with this table's account"))
        }
        for situation in lab.exampleSituations {
            guard let machine = lab.machines.first else { continue }
            let values = situation.values(for: machine).merging(["peer": situation.describe(machine)])
            for table in tables where !table.isAbsent {
                let templates = [table.probe.template] + table.functions.map(\.body)
                let unknown = (table.database?.missing(in: values) ?? []).map { Complaint(table.place, $0.what, expected: $0.expected) }
                for complaint in templates.flatMap({ $0.missing(in: values) }) + unknown where !found.contains(complaint) {
                    found.append(complaint)
                }
            }
        }
        return found
    }
}
