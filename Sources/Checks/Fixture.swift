import Course
import DataFiles
import Facts
import Foundation

/// Facts of a healthy cluster with something changed in them, and what has to be named then: how causes are tested without
/// machines. The format is in docs/writing-checks.md.
package struct Fixture: Sendable {
    package var place: Place
    /// What it is expected to show.
    package var shows: Shows
    /// Recorded facts that it begins with, and the step that the student has reached in them.
    package var base: Text
    package var upTo: Text
    /// Where the machines are, if not where the facts were recorded.
    package var environment: Environment?
    package var changes: [FactChange]

    package enum Shows: Sendable {
        /// A permitted variant: everything passes.
        case nothing(name: String)
        /// A cause that is named first, and causes that other verdicts may name for the same fault.
        case cause(Expectation, also: [String])
        /// A check that fails for a reason that no cause knows.
        case unexplained(check: Text, machine: String?)
    }

    /// A cause as it has to be named.
    package struct Expectation: Sendable {
        package var cause: Text
        package var check: Text
        /// The machine under judgement; nil for the cluster.
        package var machine: String?
        /// The machine to fix.
        package var mend: String?
        /// Whether its repair is rightly not printed, since it would destroy and that is not known to be safe here.
        package var withheld: Bool
    }

    /// A few words for messages.
    package var name: String {
        switch shows {
        case .nothing(let name): name
        case .cause(let expected, _): expected.cause.string
        case .unexplained(let check, _): "unexplained \(check)"
        }
    }

    /// Reads a file of fixtures.
    /// - Throws: everything that is wrong with it.
    package static func load(_ url: URL) throws(Complaints) -> [Fixture] {
        let book = ComplaintBook()
        var fixtures: [Fixture] = []
        if let root = DataFile.open(url, book: book),
            let file = root.mapping(keys: ["format", "base", "upto", "environment", "always", "fixtures"])
        {
            file.checkFormat()
            let base = file.requiredText("base")
            let upTo = file.requiredText("upto")
            let environment = file["environment"].flatMap { Environment.read($0).first }
            let always = file["always"]?.list().compactMap { FactChange.read($0, book) } ?? []
            if let base, let upTo {
                let own = file.required("fixtures")?.list().compactMap { read($0, base: base, upTo: upTo, book) } ?? []
                fixtures = own.map { fixture in
                    var fixture = fixture
                    fixture.environment = environment
                    fixture.changes = always + fixture.changes
                    return fixture
                }
            }
        }
        try book.close()
        return fixtures
    }

    private static func read(_ node: DataNode, base: Text, upTo: Text, _ book: ComplaintBook) -> Fixture? {
        let keys = ["cause", "variant", "unexplained", "machine", "check", "mend", "withheld", "also", "base", "upto", "changes"]
        guard let entry = node.mapping(keys: keys) else { return nil }
        let machine = entry["machine"]?.text()?.string
        let shows: Shows
        if let cause = entry["cause"]?.filledText() {
            guard let check = entry.requiredText("check") else { return nil }
            let expected = Expectation(
                cause: cause, check: check, machine: machine, mend: entry["mend"]?.text()?.string ?? machine,
                withheld: entry["withheld"]?.bool() ?? false)
            shows = .cause(expected, also: entry["also"]?.list().compactMap { $0.text()?.string } ?? [])
        } else if let variant = entry["variant"]?.filledText() {
            shows = .nothing(name: variant.string)
        } else if let check = entry["unexplained"]?.filledText() {
            shows = .unexplained(check: check, machine: machine)
        } else {
            book.note(entry.place, "a fixture shows something", expected: "cause:, variant: or unexplained:")
            return nil
        }
        return Fixture(
            place: entry.place, shows: shows, base: entry["base"]?.text() ?? base, upTo: entry["upto"]?.text() ?? upTo, environment: nil,
            changes: entry["changes"]?.list().compactMap { FactChange.read($0, book) } ?? [])
    }
}

/// One change to recorded facts.
package struct FactChange: Sendable {
    package var place: Place
    package var machine: Text
    /// Nil with ``unreached``: all of them.
    package var table: Text?
    /// The rows that are meant: those with these values; none given means all.
    package var matching: [Cell]
    package var deed: Deed

    /// A value of a column as it is in the file; nil is NULL.
    package struct Cell: Sendable {
        package var column: Text
        package var value: String?
    }

    package enum Deed: Sendable {
        case set([Cell])
        case remove
        case add([[Cell]])
        /// All rows of the table are these.
        case rows([[Cell]])
        case unknown(reason: String)
        /// The machine was not reached, and why.
        case unreached(said: String)
    }

    static func read(_ node: DataNode, _ book: ComplaintBook) -> FactChange? {
        let keys = ["machine", "table", "where", "set", "remove", "add", "rows", "unknown", "unreached"]
        guard let entry = node.mapping(keys: keys), let machine = entry.requiredText("machine") else { return nil }
        let table = entry["table"]?.filledText()
        let matching = entry["where"].map(cells) ?? []
        let deed: Deed
        if let said = entry["unreached"]?.filledText() {
            deed = .unreached(said: said.string)
        } else if let cells = entry["set"].map(cells) {
            deed = .set(cells)
        } else if entry["remove"]?.bool() == true {
            deed = .remove
        } else if let rows = entry["add"]?.list() {
            deed = .add(rows.map(cells))
        } else if let rows = entry["rows"] {
            deed = .rows(rows.isEmptyList ? [] : rows.list().map(cells))
        } else if let reason = entry["unknown"]?.filledText() {
            deed = .unknown(reason: reason.string)
        } else {
            book.note(entry.place, "a change does something", expected: "set, remove, add, rows, unknown or unreached")
            return nil
        }
        if case .unreached = deed {} else if table == nil { book.note(entry.place, "the key 'table' is missing", expected: "'table: …'") }
        return FactChange(place: entry.place, machine: machine, table: table, matching: matching, deed: deed)
    }

    private static func cells(_ node: DataNode) -> [Cell] {
        node.entries()?.entries.map { Cell(column: Text($0.name, at: $0.key.place), value: $0.value.scalar) } ?? []
    }
}

extension RecordedFacts {
    /// The facts with some changed.
    /// - Throws: a `Complaint` for a machine, table or column that is not there, for rows that nothing fits, and for values
    ///   that are not of their column's type.
    package func applying(_ changes: [FactChange], _ catalog: FactCatalog) throws(Complaint) -> RecordedFacts {
        var copy = self
        for change in changes {
            guard let index = copy.machines.firstIndex(where: { $0.machine == change.machine.string }) else {
                throw Complaint(
                    change.machine.place, "there is no machine '\(change.machine)'",
                    expected: "one of \(copy.machines.map(\.machine).joined(separator: ", "))")
            }
            if case .unreached(let said) = change.deed {
                copy.machines[index] = copy.machines[index].unreached(said: said, tables: catalog.tables)
                continue
            }
            guard let name = change.table else { continue }
            guard let table = catalog[name.string] else {
                throw Complaint(
                    name.place, "there is no fact table '\(name)'", nearest: nearestName(to: name.string, among: catalog.tables.map(\.name))
                )
            }
            copy.machines[index].tables[table.name] = try change.applied(to: copy.machines[index].tables[table.name], table)
        }
        return copy
    }
}

extension FactChange {
    fileprivate func applied(to observation: Observation?, _ table: FactTable) throws(Complaint) -> Observation {
        var rows: [[FactValue]] = []
        if case .rows(let found)? = observation { rows = found }
        switch deed {
        case .unknown(let reason): return .unknown(reason: reason)
        case .unreached: return observation ?? .rows([])
        case .rows(let new): return .rows(try made(new, table))
        case .add(let new): return .rows(rows + (try made(new, table)))
        case .remove, .set: break
        }
        let wanted = try values(matching, table)
        let hits = rows.indices.filter { row in wanted.allSatisfy { rows[row][$0.index] == $0.value } }
        guard !hits.isEmpty else { throw Complaint(place, "no row of \(table.name) fits", expected: "rows that are there") }
        if case .set(let cells) = deed {
            for (index, value) in try values(cells, table) { for hit in hits { rows[hit][index] = value } }
            return .rows(rows)
        }
        return .rows(rows.indices.filter { !hits.contains($0) }.map { rows[$0] })
    }

    private func made(_ new: [[Cell]], _ table: FactTable) throws(Complaint) -> [[FactValue]] {
        var rows: [[FactValue]] = []
        for cells in new {
            var row = Array(repeating: FactValue.null, count: table.columns.count)
            for (index, value) in try values(cells, table) { row[index] = value }
            rows.append(row)
        }
        return rows
    }

    private func values(_ cells: [Cell], _ table: FactTable) throws(Complaint) -> [(index: Int, value: FactValue)] {
        var values: [(index: Int, value: FactValue)] = []
        for cell in cells {
            guard let index = table.columns.firstIndex(where: { $0.name == cell.column.string }) else {
                throw Complaint(
                    cell.column.place, "\(table.name) has no column '\(cell.column)'",
                    nearest: nearestName(to: cell.column.string, among: table.columns.map(\.name)))
            }
            let type = table.columns[index].type
            guard let value = cell.value.map({ FactValue($0, as: type) }) ?? .null else {
                throw Complaint(cell.column.place, "'\(cell.value ?? "")' is not valid here", expected: type.rawValue)
            }
            values.append((index, value))
        }
        return values
    }
}

extension FactValue {
    /// A value as an author writes it: `true` and `false`, numbers, text.
    fileprivate init?(_ text: String, as type: FactTable.ColumnType) {
        switch type {
        case .text: self = .text(text)
        case .int: guard let value = Int64(text) else { return nil }; self = .int(value)
        case .real: guard let value = Double(text) else { return nil }; self = .real(value)
        case .bool:
            switch text {
            case "true": self = .bool(true)
            case "false": self = .bool(false)
            default: return nil
            }
        }
    }
}
