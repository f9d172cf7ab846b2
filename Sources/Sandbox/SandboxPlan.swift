/// What a sandbox consists of: its machines, their addresses and ports.
public struct SandboxPlan: Sendable, Hashable, Codable {
    /// What every name that podman sees begins with, so that two sandboxes can stand side by side.
    public var prefix: String
    /// The machines' own network.
    public var subnet: String
    /// The platform of the course that the machines have.
    public var platform: String
    public var machines: [PlannedMachine]

    public init(prefix: String, subnet: String, platform: String, machines: [PlannedMachine]) {
        self.prefix = prefix
        self.subnet = subnet
        self.platform = platform
        self.machines = machines
    }

    /// A plan that was stored before machines had platforms is one of Debian machines.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        prefix = try values.decode(String.self, forKey: .prefix)
        subnet = try values.decode(String.self, forKey: .subnet)
        platform = try values.decodeIfPresent(String.self, forKey: .platform) ?? "debian12"
        machines = try values.decode([PlannedMachine].self, forKey: .machines)
    }

    /// One practice machine.
    public struct PlannedMachine: Sendable, Hashable, Codable {
        public var name: String
        /// On the machines' own network.
        public var address: String
        /// On this computer's loopback: leads to the machine's port 22.
        public var port: Int
        /// Fixed, or the other machines would keep a stale entry after a power cut.
        public var mac: String
    }

    /// Four machines in a network of their own, reached on loopback ports from `firstPort` on.
    public static func standard(prefix: String = "lab", network: String = "10.77.0", firstPort: Int = 22201, platform: String = "debian12") -> SandboxPlan {
        let names = ["pg1", "pg2", "pg3", "pg_witness"]
        let machines = names.enumerated().map { index, name in
            let last = String(11 + index, radix: 16)
            return PlannedMachine(
                name: name, address: "\(network).\(11 + index)", port: firstPort + index,
                mac: "02:4c:41:42:\(prefix.checksum):\(last.count == 1 ? "0" + last : last)")
        }
        return SandboxPlan(prefix: prefix, subnet: "\(network).0/24", platform: platform, machines: machines)
    }

    /// The machine of that name.
    public func machine(_ name: String) -> PlannedMachine? { machines.first { $0.name == name } }
    func container(_ machine: PlannedMachine) -> String { "\(prefix)_\(machine.name)" }
    var networkName: String { "\(prefix)_network" }
}

extension String {
    /// Two hexadecimal digits that differ between different prefixes, most likely.
    fileprivate var checksum: String {
        let sum = utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 }
        let digits = String(sum, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
