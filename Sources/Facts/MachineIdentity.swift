/// What tells one machine from every other. Two machines that have one of these in common are one machine, or copies of one.
package struct MachineIdentity: Sendable, Hashable, Codable {
    /// The fingerprint of the host key that the machine proved to have when lab logged in.
    package var hostKey: String?
    /// `/etc/machine-id`, as the machine says.
    package var machineID: String?
    /// The system identifier of its PostgreSQL data directory, as the server says. The machines of one cluster share it.
    package var systemIdentifier: String?
    /// The public key that its postgres logs in to the others with, as the machine says.
    package var postgresKey: String?

    private enum CodingKeys: String, CodingKey {
        case hostKey = "host_key"
        case machineID = "machine_id"
        case systemIdentifier = "system_identifier"
        case postgresKey = "postgres_key"
    }

    package init(hostKey: String? = nil, machineID: String? = nil, systemIdentifier: String? = nil, postgresKey: String? = nil) {
        self.hostKey = hostKey
        self.machineID = machineID
        self.systemIdentifier = systemIdentifier
        self.postgresKey = postgresKey
    }
}

extension FactCatalog {
    /// The fact tables that tell who a machine is, and the column that does. A course need not have them.
    private static let identifying = [("machine_id", "id"), ("instance", "identifier"), ("postgres_key", "key")]

    /// Those of these tables that this course has and that the first look may bring.
    package var identifyingTables: [FactTable] { Self.identifying.compactMap { self[$0.0] }.filter { !$0.diagnosing } }

    /// Who a machine is, as far as it was observed. What a machine says of itself is bounded here, and is nothing more than a claim.
    package func identity(of facts: MachineFacts) -> MachineIdentity {
        func value(_ index: Int) -> String? {
            let (name, column) = Self.identifying[index]
            guard let position = self[name]?.columns.firstIndex(where: { $0.name == column }), case .rows(let rows)? = facts.tables[name],
                let row = rows.first, position < row.count, case .text(let text) = row[position], !text.isEmpty
            else { return nil }
            return String(text.prefix(800))
        }
        return MachineIdentity(hostKey: facts.hostKey, machineID: value(0), systemIdentifier: value(1), postgresKey: value(2))
    }
}
