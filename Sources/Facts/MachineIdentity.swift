/// What distinguishes one machine from every other, by the keys of ``IdentityMark``. Two machines that have one of these in common are
/// one machine, or copies of one.
package struct MachineIdentity: Sendable, Hashable, Codable {
    package var values: [String: String]

    package init(_ values: [String: String] = [:]) { self.values = values }

    package init(from decoder: any Decoder) throws { values = try decoder.singleValueContainer().decode([String: String].self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

/// One way to tell machines, or clusters, apart.
package struct IdentityMark: Sendable, Hashable {
    /// The key in reports, such as `machine_id`.
    package var key: String
    /// In a sentence: `machine-id`.
    package var words: String
    package var whose: Whose

    /// Whether each machine has a value of its own, or all machines of a cluster the same.
    package enum Whose: String, Sendable, CaseIterable { case machine, cluster }

    package init(key: String, words: String, whose: Whose) {
        self.key = key
        self.words = words
        self.whose = whose
    }

    /// The fingerprint of the host key that the machine proved to have when lab logged in.
    package static let hostKey = IdentityMark(key: "host_key", words: "host key", whose: .machine)
}

extension FactCatalog {
    /// What tells machines of this course apart: the host key, and what their own words say.
    package var identityMarks: [IdentityMark] { [.hostKey] + identifying.map(\.mark) }

    /// The tables of these marks that the first look may bring.
    package var identifyingTables: [FactTable] { identifying.map(\.table).filter { !$0.diagnosing } }

    private var identifying: [(table: FactTable, column: Int, mark: IdentityMark)] {
        tables.flatMap { table in
            table.columns.enumerated().compactMap { index, column in column.identifies.map { (table, index, $0) } }
        }
    }

    /// Who a machine is, as far as it was observed. What a machine says of itself is bounded here, and is nothing more than a claim.
    package func identity(of facts: MachineFacts) -> MachineIdentity {
        var identity = MachineIdentity()
        identity.values[IdentityMark.hostKey.key] = facts.hostKey
        for (table, column, mark) in identifying {
            guard case .rows(let rows)? = facts.tables[table.name], let row = rows.first, column < row.count,
                case .text(let text) = row[column], !text.isEmpty
            else { continue }
            identity.values[mark.key] = String(text.prefix(800))
        }
        return identity
    }
}
