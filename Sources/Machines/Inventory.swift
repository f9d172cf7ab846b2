import Course
import DataFiles
import Facts
import Foundation

/// Where a student's machines are and how the workstation logs in to them: `machines.yaml`.
package struct Inventory: Sendable, Hashable {
    package var lab: String
    package var environment: Environment
    package var platform: String
    /// The lab's variables that this student has chosen otherwise.
    package var variables: [String: Text] = [:]
    /// Which of the lab's values are drawn for this student, and from which name; nil: none.
    package var variant: Variant?
    /// In the order of the file.
    package var machines: [ReachableMachine]

    package init(
        lab: String, environment: Environment, platform: String, variables: [String: Text] = [:], variant: Variant? = nil,
        machines: [ReachableMachine]
    ) {
        self.variables = variables
        self.variant = variant
        self.lab = lab
        self.environment = environment
        self.platform = platform
        self.machines = machines
    }

    /// What the student has instead of the lab's own values.
    package var choice: Lab.Choice { Lab.Choice(variables: variables, variant: variant) }

    /// The machine of that name.
    package subscript(_ name: String) -> ReachableMachine? { machines.first { $0.name == name } }

    /// The value of a variable that is in no file of ours.
    package static func text(_ value: String) -> Text { Text(value, at: Place(file: "bundle", line: 1, column: 1)) }

    /// What texts may quote of each machine.
    package var contacts: [String: Contact] {
        machines.first?.openSSH.learn(machines)
        return Dictionary(machines.map { ($0.name, $0.contact) }) { first, _ in first }
    }
}

/// How one machine is reached.
package struct ReachableMachine: Sendable, Hashable {
    package var name: String
    /// The address that the machines use among themselves.
    package var address: String
    /// Where the workstation reaches it, if not at `address`.
    package var reach: String?
    package var port: Int?
    package var user: String
    /// The private key to log in with; nil leaves it to the agent and OpenSSH's usual files.
    package var identity: String?
    /// The known hosts file; nil means `~/.ssh/known_hosts`.
    package var knownHosts: String?
    /// A file of ours (mode 0600) with the password for sudo. Meant for practice machines.
    package var sudoPasswordFile: String?
    /// A command whose standard input and output lead to the machine's sshd.
    package var proxyCommand: String?
    /// The host that leads to it: `[user@]host[:port]`, several hops with commas between them.
    package var proxyJump: String?
    /// The socket of a connection to the jump host that is open already.
    var jumpControl: String?
    /// Whether the user is that of OpenSSH's configuration, since the inventory names none.
    var userIsConfigured = false
    /// Who knows what OpenSSH's configuration says.
    var openSSH = OpenSSHClient.ofThisComputer

    package init(
        name: String, address: String, reach: String? = nil, port: Int? = nil, user: String, identity: String? = nil,
        knownHosts: String? = nil, sudoPasswordFile: String? = nil, proxyCommand: String? = nil, proxyJump: String? = nil
    ) {
        self.name = name
        self.address = address
        self.reach = reach
        self.port = port
        self.user = user
        self.identity = identity
        self.knownHosts = knownHosts
        self.sudoPasswordFile = sudoPasswordFile
        self.proxyCommand = proxyCommand
        self.proxyJump = proxyJump
    }

    /// What OpenSSH's client would do to reach this machine, with what the inventory says laid over it.
    func client() throws(ConnectionError) -> ClientConfiguration {
        var client = try configured()
        client.user = user
        if let identity {
            // The agent may know it as well, with its passphrase.
            (client.identities, client.identitiesOnly, client.offersKeys) = ([identity], true, true)
            client.preferred = ["publickey"] + client.preferred.filter { $0 != "publickey" }
        }
        if let knownHosts { client.knownHosts = [knownHosts] }
        let own = proxyCommand ?? proxyJump.flatMap(JumpHost.init)?.command(knownHosts: knownHosts, control: jumpControl)
        if let own {
            (client.proxyCommand, client.proxyJump, client.proxyIsConfigured) = (own, nil, false)
            client.foreign["proxyusefdpass"] = nil
        }
        return client
    }

    /// The private keys that OpenSSH's configuration names for this machine, beside the usual ones, if they are there.
    package var configuredKeys: [String] {
        let usual = "\(ClientConfiguration.home)/.ssh/id_"
        return ((try? configured())?.identities ?? []).filter { !$0.hasPrefix(usual) && FileManager.default.fileExists(atPath: $0) }
    }

    /// What OpenSSH's configuration alone says.
    func configured() throws(ConnectionError) -> ClientConfiguration {
        try openSSH.configuration(host: host, port: port, user: userIsConfigured ? nil : user)
    }

    /// The host that the workstation connects to.
    package var host: String { reach ?? address }

    /// What texts may quote of it.
    package var contact: Contact {
        let through = proxyCommand.map { _ in " by your proxy_command" } ?? proxyJump.map { " through \($0)" } ?? ""
        let isOwn = host == address && (port ?? 22) == 22 && through.isEmpty
        let words = (port.map { ["-p", String($0)] } ?? []) + (proxyJump.map { ["-J", $0] } ?? []) + ["\(user)@\(host)"]
        // The configuration is asked for the alias only if it may say something about this machine.
        let name = openSSH.knowsOfHosts ? (try? client())?.knownAs ?? knownAs : knownAs
        let file = knownHosts.map { ["-f", shellQuoted($0)] } ?? []
        let forget = ["ssh-keygen"] + file + ["-R", name.hasPrefix("[") ? shellQuoted(name) : name]
        return Contact(
            address: address, user: user, way: isOwn ? address : place + through, login: words.joined(separator: " "),
            forgetKey: forget.joined(separator: " "))
    }

    private var knownAs: String { KnownHosts.name(host: host, port: port ?? 22) }

    /// Host and port for people.
    package var place: String { port.map { "\(host) port \($0)" } ?? host }
}
