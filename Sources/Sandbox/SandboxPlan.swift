/// What a sandbox consists of: its machines, their addresses and ports.
package struct SandboxPlan: Sendable, Hashable, Codable {
    /// The lab whose machines they are.
    package var lab: String
    /// What every name that podman sees begins with, so that two sandboxes can exist side by side.
    package var prefix: String
    /// The machines' own network.
    package var subnet: String
    /// The platform that the machines have.
    package var platform: String
    package var machines: [PlannedMachine]
    /// The name that the student's own values are drawn from, if any are.
    package var variant: String?

    /// The account on each machine, which its image makes, and its password, which is no secret.
    package static let account = "student"
    package static let password = "student"

    package init(lab: String, prefix: String, subnet: String, platform: String, machines: [PlannedMachine]) {
        self.lab = lab
        self.prefix = prefix
        self.subnet = subnet
        self.platform = platform
        self.machines = machines
    }

    /// One practice machine.
    package struct PlannedMachine: Sendable, Hashable, Codable {
        package var name: String
        /// On the machines' own network.
        package var address: String
        /// On this computer's loopback: leads to the machine's port 22.
        package var port: Int
        /// Fixed, or the other machines would keep a stale entry after a power cut.
        package var mac: String
    }

    /// The plan that somebody chose; what is nil is as in the one that is there if it has the prefix, or else as described.
    ///
    /// The prefix becomes part of names of containers, images and files, the platform of paths: both are held to what fits there.
    package static func chosen(
        prefix: String?, network: String?, firstPort: Int?, platform: String?, variant: String? = nil, of description: SandboxDescription,
        there: SandboxPlan? = nil
    ) throws(Misfit) -> SandboxPlan {
        let standard = there.flatMap { prefix == nil || prefix == $0.prefix ? $0 : nil } ?? .standard(description)
        let (prefix, platform) = (prefix ?? standard.prefix, platform ?? standard.platform)
        guard isPrefix(prefix) else { throw .prefix(prefix) }
        guard network.map(isNetwork) ?? true else { throw .network(network ?? "") }
        let ports = 1...(65536 - standard.machines.count)
        guard firstPort.map(ports.contains) ?? true else { throw .firstPort(firstPort ?? 0, ports) }
        guard description.platforms.contains(platform) else { throw .platform(platform, known: description.platforms) }
        var plan = SandboxPlan.standard(
            description, prefix: prefix, network: network ?? String(standard.subnet.prefix { $0 != "/" }.dropLast(2)),
            firstPort: firstPort ?? standard.machines[0].port, platform: platform)
        plan.variant = variant ?? standard.variant
        return plan
    }

    private static func isPrefix(_ text: String) -> Bool {
        let plain = text.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
        return plain && (1...32).contains(text.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
    }

    private static func isNetwork(_ text: String) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, let first = UInt8(numbers[0]), (1...223).contains(first), first != 127 else { return false }
        // As written back: '010' is eight to some programs, and '+1' a number to Swift.
        return numbers.allSatisfy { number in UInt8(number).map { String($0) == number } ?? false }
    }

    /// Why a plan cannot be as somebody chose it.
    package enum Misfit: Error, Sendable, Hashable, CustomStringConvertible {
        case prefix(String)
        case network(String)
        case firstPort(Int, ClosedRange<Int>)
        case platform(String, known: [String])

        package var description: String {
            switch self {
            case .prefix(let text): "'--prefix \(text)' is not valid: use up to 32 small letters, digits and hyphens, such as lab2."
            case .network(let text): "'--network \(text)' is not valid: it takes the first three numbers of an address, such as 10.79.1."
            case .firstPort(let port, let ports):
                "'--first-port \(port)' is not valid: use a port from \(ports.lowerBound) to \(ports.upperBound)."
            case .platform(let text, let known):
                "There are no practice machines for the platform '\(text)'. There are: \(known.joined(separator: ", "))."
            }
        }
    }

    /// The machines as described, in a network of their own, reached on loopback ports one after the other.
    package static func standard(
        _ description: SandboxDescription, prefix: String = "lab", network: String? = nil, firstPort: Int? = nil, platform: String? = nil
    ) -> SandboxPlan {
        let network = network ?? description.network
        let machines = description.machines.enumerated().map { index, name in
            let last = String(11 + index, radix: 16)
            return PlannedMachine(
                name: name, address: "\(network).\(11 + index)", port: (firstPort ?? description.firstPort) + index,
                mac: "02:4c:41:42:\(prefix.checksum):\(last.count == 1 ? "0" + last : last)")
        }
        return SandboxPlan(
            lab: description.lab, prefix: prefix, subnet: "\(network).0/24", platform: platform ?? description.platform, machines: machines)
    }

    /// The machine of that name.
    package func machine(_ name: String) -> PlannedMachine? { machines.first { $0.name == name } }
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
