/// How a row of one machine's table differs from what it was.
package struct FactDifference: Sendable, Hashable, CustomStringConvertible {
    package var machine: String
    package var table: String
    /// What tells the row from the others of its table: the values of its key. Empty if the table had one row before and after.
    package var key: String
    package var kind: Kind

    package enum Kind: Sendable, Hashable {
        /// A row that is there before and after, with other values in some columns.
        case changed([Value])
        /// The values of the row besides its key, without those that move by themselves.
        case appeared([Value])
        case gone([Value])
        /// So many rows, and all there were.
        case emptied(Int)
        case filled(Int)
    }

    /// A column, and what it said and says. Of a row that came or went, one of them is empty.
    package struct Value: Sendable, Hashable {
        package var column: String
        package var before: String
        package var after: String
    }

    /// As a person reads it: `pg1 setting wal_level: setting was 'replica', is 'minimal'`.
    package var description: String {
        let row = [machine, table, key].filter { !$0.isEmpty }.joined(separator: " ")
        func told(_ values: [Value], _ text: (Value) -> String) -> String {
            let words = values.map { "\($0.column) \(Self.quote(text($0)))" }
            return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
        }
        return switch kind {
        case .changed(let values):
            "\(row): " + values.map { "\($0.column) was \(Self.quote($0.before)), is \(Self.quote($0.after))" }.joined(separator: "; ")
        case .appeared(let values): "\(row) is new\(told(values, \.after))"
        case .gone(let values): "\(row) is gone\(told(values, \.before))"
        case .emptied(let count): "\(row): all \(count) rows are gone"
        case .filled(let count): "\(row): \(count) rows are new, and there were none"
        }
    }

    private static func quote(_ text: String) -> String { text.isEmpty ? "nothing" : "'\(text)'" }

    /// That many rows that came or went at once are one difference.
    private static let many = 3

    /// What differs between two observations of a table, without the columns that move by themselves.
    package static func between(_ before: [[FactValue]], _ after: [[FactValue]], of table: FactTable, on machine: String)
        -> [FactDifference]
    {
        let still = table.columns.indices.filter { !table.moving.contains(table.columns[$0].name) }
        let keys = table.keyColumns.filter(still.contains)
        guard !still.isEmpty else { return [] }
        func whole(_ rows: [[FactValue]]) -> [[FactValue]] { rows.filter { $0.count == table.columns.count } }
        func isSame(_ one: [FactValue], _ other: [FactValue], in columns: [Int]) -> Bool {
            columns.allSatisfy { one[$0] == other[$0] || table.areAlike(one[$0], other[$0], in: $0) }
        }
        var gone = whole(before)
        var new: [[FactValue]] = []
        for row in whole(after) {
            if let index = gone.firstIndex(where: { isSame($0, row, in: still) }) { gone.remove(at: index) } else { new.append(row) }
        }
        if gone.count >= many, whole(after).isEmpty {
            return [FactDifference(machine: machine, table: table.name, key: "", kind: .emptied(gone.count))]
        }
        if new.count >= many, whole(before).isEmpty {
            return [FactDifference(machine: machine, table: table.name, key: "", kind: .filled(new.count))]
        }
        let isOneRow = whole(before).count <= 1 && whole(after).count <= 1
        func name(_ row: [FactValue]) -> String {
            isOneRow ? "" : keys.map { row[$0].description }.filter { !$0.isEmpty }.joined(separator: " ")
        }
        func values(_ before: [FactValue]?, _ after: [FactValue]?) -> [Value] {
            still.compactMap { column in
                if let before, let after, isSame(before, after, in: [column]) { return nil }
                guard before != nil && after != nil || isOneRow || !keys.contains(column) else { return nil }
                let (old, new) = (before?[column].description ?? "", after?[column].description ?? "")
                return old == new ? nil : Value(column: table.columns[column].name, before: old, after: new)
            }
        }
        var differences: [FactDifference] = []
        func note(_ key: String, _ kind: Kind) {
            differences.append(FactDifference(machine: machine, table: table.name, key: key, kind: kind))
        }
        for row in gone {
            // One row before and one after is the same row, whatever its key says now.
            let named = keys.isEmpty ? nil : new.firstIndex { isSame($0, row, in: keys) }
            guard let partner = named ?? (isOneRow ? new.indices.first : nil) else {
                note(name(row), .gone(values(row, nil)))
                continue
            }
            let changed = values(row, new.remove(at: partner))
            if !changed.isEmpty { note(name(row), .changed(changed)) }
        }
        for row in new { note(name(row), .appeared(values(nil, row))) }
        return differences
    }
}
