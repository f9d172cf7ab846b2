import Course

/// What cannot be right about where a machine is, before anything is tried: what people write down by mistake.
package enum PlaceFault: Sendable, Hashable, CustomStringConvertible {
    /// A port where only an address can be.
    case port(String)
    /// An address at which each machine reaches only itself.
    case ownAddress(String)
    /// The address that VirtualBox's NAT gives to the first card of every machine.
    case natAddress(String)
    /// The workstation's own sshd: a forwarded port is missing behind it.
    case workstation(String)
    /// Another machine has this address.
    case sameAddress(String, as: String)
    /// Another machine is reached there.
    case sameWay(String, as: String)

    package var description: String {
        switch self {
        case .port(let text):
            "'\(text)' has a port in it. First comes the address at which the other machines reach it, without one; where your computer "
                + "reaches it, with a port, can follow after a blank."
        case .ownAddress(let address):
            "\(address) is where each machine reaches itself. First comes the address at which the others reach it; 127.0.0.1 with a "
                + "port can follow after it."
        case .natAddress(let address):
            "\(address) is what VirtualBox's NAT gives to every machine: the others cannot reach it there. Take the address of its "
                + "second card, on the host-only network."
        case .workstation(let host): "\(host) without a port is your own computer. Write the forwarded port after it: \(host):2201"
        case .sameAddress(let address, let other): "\(other) has the address \(address) already. Each machine has its own."
        case .sameWay(let way, let other): "\(way) leads to \(other) already. Each machine has a way of its own."
        }
    }
}

extension ReachableMachine {
    /// What cannot be right about where it is; nil if nothing is known to be wrong.
    /// - Parameter others: the machines whose places are known.
    package func placeFault(beside others: [ReachableMachine], in environment: Environment) -> PlaceFault? {
        if address.count(where: { $0 == ":" }) == 1 { return .port(address) }
        if Self.isLoopback(address) { return .ownAddress(address) }
        if environment == .virtualbox, address.hasPrefix("10.0.2.") { return .natAddress(address) }
        if let reach, Self.isLoopback(reach), (port ?? 22) == 22, proxyCommand == nil, proxyJump == nil { return .workstation(reach) }
        if let other = others.first(where: { $0.address == address }) { return .sameAddress(address, as: other.name) }
        let isDirect = proxyCommand == nil && proxyJump == nil
        if isDirect, let other = others.first(where: { $0.host == host && ($0.port ?? 22) == (port ?? 22) && $0.proxyCommand == nil }) {
            return .sameWay(place, as: other.name)
        }
        return nil
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }
}
