import Course

/// What VirtualBox on this computer says of its machines: where each is, as far as VirtualBox knows. It is asked, and nothing is changed.
///
/// The form of its answers is that of VBoxManage 7.2, tried with the real program.
package struct VirtualBox: Sendable, Hashable {
    /// Its machines, by name.
    package var machines: [String: Machine] = [:]

    /// A machine of VirtualBox's.
    package struct Machine: Sendable, Hashable {
        /// In VirtualBox's words: `running`, `poweroff`, `saved`, `aborted` …
        package var state: String
        /// On the network where the machines see each other.
        package var address: Address?
        /// Where this computer reaches its port 22.
        package var forward: Forward?
    }

    /// An address, and how VirtualBox comes to know it.
    package struct Address: Sendable, Hashable {
        package var text: String
        package var source: Source

        /// From the surest on.
        package enum Source: Sendable, Hashable { case guest, fixed, lease }
    }

    /// A port of this computer that leads to a machine's port 22.
    package struct Forward: Sendable, Hashable {
        package var address: String
        package var port: Int
    }

    /// Why nothing is known.
    package enum Silence: Error, Sendable, Hashable, CustomStringConvertible {
        case noProgram
        case refused(String)

        package var description: String {
            switch self {
            case .noProgram: "VBoxManage did not answer on this computer"
            case .refused(let said): "VBoxManage says: \(said)"
            }
        }
    }

    /// Asks VirtualBox about machines of these names; other machines are left alone.
    /// - Parameters:
    ///   - names: must be ``Alphabet/host``: they become words of a command.
    ///   - ask: runs VBoxManage with words; nil if it cannot be run or does not end.
    package init(
        _ names: [String], asking ask: ([String]) -> (status: Int32, printed: String, complained: String)? = VirtualBox.call
    ) throws(Silence) {
        guard let list = ask(["list", "vms"]) else { throw .noProgram }
        guard list.status == 0 else { throw .refused(Self.message(list.complained)) }
        let known = Set(
            list.printed.split(separator: "\n").compactMap { $0.firstMatch(of: /^"(.*)" \{[0-9a-f-]{36}\}$/).map { String($0.1) } })
        var fixed: [String: String]?
        for name in names where known.contains(name) && Alphabet.host.accepts(name) {
            guard let answer = ask(["showvminfo", name, "--machinereadable"]), answer.status == 0 else { continue }
            let info = Self.values(answer.printed)
            var machine = Machine(state: info["VMState"] ?? "unknown", forward: Self.forward(info))
            let cards = (1...8).filter { info["nic\($0)"].map { !["none", "nat", "null"].contains($0) } ?? false }
            let macs = cards.compactMap { info["macaddress\($0)"].map(Self.plain) }
            if machine.state == "running", let said = ask(["guestproperty", "enumerate", name])?.printed {
                machine.address = Self.guestAddress(said, cards: macs)
            }
            if machine.address == nil {
                let servers = fixed ?? ask(["list", "dhcpservers"]).map { Self.fixedAddresses($0.printed) } ?? [:]
                fixed = servers
                machine.address = macs.compactMap { servers[$0] }.first.flatMap { Self.address($0, .fixed) }
            }
            for card in cards where machine.address == nil && info["nic\(card)"] == "hostonly" {
                guard let adapter = info["hostonlyadapter\(card)"], let mac = info["macaddress\(card)"],
                    let lease = ask(["dhcpserver", "findlease", "--interface=\(adapter)", "--mac-address=\(mac)"]), lease.status == 0
                else { continue }
                machine.address = Self.leasedAddress(lease.printed)
            }
            machines[name] = machine
        }
    }

    /// Runs VBoxManage. The first call starts its service, which can take seconds.
    package static func call(_ words: [String]) -> (status: Int32, printed: String, complained: String)? {
        ShortProgram.run(["VBoxManage"] + words, seconds: 15).map { ($0.status, $0.printed, $0.complained) }
    }

    /// The line with the error, without the warning about the kernel module that may come before it.
    private static func message(_ said: String) -> String {
        let lines = said.split(separator: "\n").map(String.init)
        return lines.first { $0.hasPrefix("VBoxManage: error: ") }.map { String($0.dropFirst(19)) } ?? lines.first ?? "nothing"
    }

    /// `name="value"` or `name=value` on each line; a name may be quoted as well.
    private static func values(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let at = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: at)...]
            values[String(line[..<at])] =
                value.count >= 2 && value.first == "\"" && value.last == "\"" ? String(value.dropFirst().dropLast()) : String(value)
        }
        return values
    }

    private static func plain(_ mac: some StringProtocol) -> String { String(mac.filter { $0 != ":" }).lowercased() }

    private static func address(_ text: some StringProtocol, _ source: Address.Source) -> Address? {
        let text = String(text)
        return Alphabet.host.accepts(text) && text != "0.0.0.0" ? Address(text: text, source: source) : nil
    }

    /// `Forwarding(0)="ssh,tcp,127.0.0.1,2201,,22"`: a rule of any name that leads to port 22. One for all addresses of this computer is
    /// reached at 127.0.0.1.
    private static func forward(_ info: [String: String]) -> Forward? {
        for (_, rule) in info.filter({ $0.key.hasPrefix("Forwarding(") }).sorted(by: { $0.key < $1.key }) {
            let parts = rule.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 6, parts[1] == "tcp", parts[5] == "22", let port = Int(parts[3]), 1...65535 ~= port else { continue }
            let address = ["", "0.0.0.0"].contains(parts[2]) ? "127.0.0.1" : parts[2]
            if Alphabet.host.accepts(address) { return Forward(address: address, port: port) }
        }
        return nil
    }

    /// `/VirtualBox/GuestInfo/Net/1/V4/IP   = '192.168.56.11' @ …`: what the Guest Additions in a machine report, by cards in an order of
    /// their own.
    private static func guestAddress(_ said: String, cards: [String]) -> Address? {
        var found: [String: [String: String]] = [:]
        for line in said.split(separator: "\n") {
            guard let match = line.firstMatch(of: /^\/VirtualBox\/GuestInfo\/Net\/(\d+)\/(V4\/IP|MAC) *= '([^']*)'/) else { continue }
            found[String(match.1), default: [:]][String(match.2)] = String(match.3)
        }
        for mac in cards {
            let own = found.values.first { $0["MAC"].map(plain) == mac }
            if let address = own?["V4/IP"].flatMap({ address($0, .guest) }) { return address }
        }
        return nil
    }

    /// By MAC: an `Individual Config` names the card and its MAC, and the line after it the address.
    private static func fixedAddresses(_ said: String) -> [String: String] {
        var addresses: [String: String] = [:]
        var card: String?
        for line in said.split(separator: "\n") {
            if line.hasPrefix("Individual Config:") {
                card = line.firstMatch(of: /MAC ([0-9A-Fa-f:]{17})/).map { plain($0.1) }
            } else if let mac = card, let match = line.firstMatch(of: /^ +Fixed Address: +(\S+)/) {
                addresses[mac] = String(match.1)
            }
        }
        return addresses
    }

    /// VBoxManage finds a lease that has expired as well, and ends with 0.
    private static func leasedAddress(_ said: String) -> Address? {
        func value(_ name: String) -> Substring? {
            said.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count).drop { $0 == " " }
        }
        return value("State:") == "acked" ? value("IP Address:").flatMap { address($0, .lease) } : nil
    }
}
