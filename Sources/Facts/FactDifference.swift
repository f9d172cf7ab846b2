/// How a table of one machine differs from what it was.
package struct FactDifference: Sendable, Hashable, CustomStringConvertible {
    package var machine: String
    package var table: String
    package var kind: Kind

    package enum Kind: Sendable, Hashable {
        /// A row that is there before and after, with another value in a column. The key is its first column.
        case value(key: String, column: String, before: String, after: String)
        case appeared([String])
        case gone([String])
    }

    /// As a person reads it: `pg1 setting wal_level: setting was 'replica', is 'minimal'`.
    package var description: String {
        switch kind {
        case .value(let key, let column, let before, let after):
            "\(machine) \(table)\(key.isEmpty ? "" : " " + key): \(column) was \(Self.quote(before)), is \(Self.quote(after))"
        case .appeared(let row): "\(machine) \(table): new is \(row.joined(separator: " "))"
        case .gone(let row): "\(machine) \(table): gone is \(row.joined(separator: " "))"
        }
    }

    private static func quote(_ text: String) -> String { text.isEmpty ? "nothing" : "'\(text)'" }

    /// What differs between two observations of a table, without the columns that move by themselves.
    package static func between(_ before: [[FactValue]], _ after: [[FactValue]], of table: FactTable, on machine: String)
        -> [FactDifference]
    {
        let still = table.columns.indices.filter { !table.moving.contains(table.columns[$0].name) }
        guard !still.isEmpty else { return [] }
        func fixed(_ rows: [[FactValue]]) -> [[FactValue]] {
            rows.filter { $0.count == table.columns.count }.map { row in still.map { row[$0] } }
        }
        var gone = fixed(before)
        var new: [[FactValue]] = []
        for row in fixed(after) {
            if let index = gone.firstIndex(of: row) { gone.remove(at: index) } else { new.append(row) }
        }
        var differences: [FactDifference] = []
        func note(_ kind: Kind) { differences.append(FactDifference(machine: machine, table: table.name, kind: kind)) }
        for row in gone {
            // One row before and one after is the same row, whatever its first column says now.
            let partner = new.firstIndex { $0[0] == row[0] } ?? (gone.count == 1 && new.count == 1 && fixed(before).count == 1 ? 0 : nil)
            guard let partner else { note(.gone(row.map(\.description))); continue }
            let now = new.remove(at: partner)
            let key = fixed(before).count == 1 ? "" : row[0].description
            for (place, column) in still.enumerated() where row[place] != now[place] {
                note(.value(key: key, column: table.columns[column].name, before: row[place].description, after: now[place].description))
            }
        }
        for row in new { note(.appeared(row.map(\.description))) }
        return differences
    }
}
