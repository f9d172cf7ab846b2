import Foundation
import Glibc

/// What OpenSSH's client would do to reach a host.
struct ClientConfiguration: Sendable, Hashable {
    var hostName: String
    var port = 22
    var user: String
    /// The private keys to offer, in this order; those that are not there are passed over.
    var identities: [String]
    /// Whether the agent may offer these alone.
    var identitiesOnly = false
    /// Certificates for these keys, beside those that lie next to them.
    var certificates: [String] = []
    /// The agent's socket, `SSH_AUTH_SOCK`, `$VARIABLE` or `none`.
    var identityAgent = "SSH_AUTH_SOCK"
    var offersKeys = true
    var asksForPasswords = true
    var answersQuestions = true
    /// The ways to log in, the preferred one first.
    var preferred = ["publickey", "keyboard-interactive", "password"]
    /// Whether nothing may be asked.
    var isBatch = false
    /// What lab has no means for, as far as the configuration names it: by the option's name.
    var foreign: [String: String] = [:]
    var knownHosts: [String]
    var globalKnownHosts = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
    /// A command that prints further lines of known_hosts.
    var knownHostsCommand: String?
    /// A file of keys that no host may show.
    var revokedHostKeys: String?
    /// `yes`, `ask`, `accept-new` or `off`.
    var strictness = "ask"
    var checksAddress = false
    /// The name under which the host's key is known, if it is not its own.
    var hostKeyAlias: String?
    /// Lists of algorithms by the option's name, as ssh would propose them; without one, lab's own.
    var algorithms: [AlgorithmOption: [String]] = [:]
    /// In bits, of the machine's key and of one's own.
    var smallestRSA: Int?
    var proxyCommand: String?
    var proxyJump: String?
    /// Whether the proxy command is the configuration's own: ssh hands it to the user's shell, which becomes the command.
    var proxyIsConfigured = false
    /// In seconds.
    var connectTimeout: Int?
    /// `any`, `inet` or `inet6`.
    var addressFamily = "any"
    var bindAddress: String?
    var bindInterface: String?
    /// The host as it was asked for, before HostName.
    var originalHost: String
    /// The configuration file, if it is not the usual one.
    var file: String?

    /// What it does without any configuration.
    init(host: String, port: Int?, user: String?) {
        let home = Self.home
        hostName = host
        originalHost = host
        self.port = port ?? 22
        self.user = user ?? Self.localUser
        identities = ["id_rsa", "id_ecdsa", "id_ed25519"].map { "\(home)/.ssh/\($0)" }
        knownHosts = ["\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2"]
    }

    /// Reads what `ssh -G` has printed for a host.
    init(_ printed: String, host: String, port: Int?, user: String?) {
        self.init(host: host, port: port, user: user)
        identities = []
        for line in printed.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let value = String(line[line.index(after: space)...])
            if let option = AlgorithmOption(rawValue: String(line[..<space])) {
                algorithms[option] = value.split(separator: ",").map(String.init)
            } else {
                read(line[..<space], value, port: port, user: user)
            }
        }
        // Without the option, GSSAPI comes first if it may be used at all.
        if !printed.contains("preferredauthentications ") { preferred = Self.usualPreference }
    }

    private static let usualPreference = ["gssapi-with-mic", "hostbased", "publickey", "keyboard-interactive", "password"]

    private mutating func read(_ key: Substring, _ value: String, port: Int?, user: String?) {
        let set = value == "none" ? nil : value
        let isOn = value != "no" && value != "false"
        switch key {
        case "hostname": hostName = value
        case "port": self.port = port ?? Int(value) ?? 22
        case "user": self.user = user ?? value
        case "identityfile": if let set { identities.append(Self.withHome(set)) }
        case "certificatefile": if let set { certificates.append(Self.withHome(set)) }
        case "identitiesonly": identitiesOnly = isOn
        case "identityagent": identityAgent = value
        case "pubkeyauthentication": offersKeys = isOn
        case "passwordauthentication": asksForPasswords = isOn
        case "kbdinteractiveauthentication": answersQuestions = isOn
        case "preferredauthentications": preferred = value.split(separator: ",").map(String.init)
        case "batchmode": isBatch = isOn
        case "userknownhostsfile": knownHosts = Self.paths(value)
        case "globalknownhostsfile": globalKnownHosts = Self.paths(value)
        case "knownhostscommand": knownHostsCommand = set
        case "revokedhostkeys": revokedHostKeys = set.map(Self.withHome)
        case "stricthostkeychecking": strictness = ["true": "yes", "false": "off", "no": "off"][value] ?? value
        case "checkhostip": checksAddress = isOn
        case "hostkeyalias": hostKeyAlias = set
        case "requiredrsasize": smallestRSA = Int(value)
        case "proxycommand":
            (proxyCommand, proxyIsConfigured) = (set, true)
        case "proxyjump": proxyJump = set
        case "connecttimeout": connectTimeout = Int(value)
        case "addressfamily": addressFamily = value
        case "bindaddress": bindAddress = set
        case "bindinterface": bindInterface = set
        case "proxyusefdpass", "gssapiauthentication", "hostbasedauthentication": if isOn { foreign[String(key)] = value }
        case "pkcs11provider", "controlpath": if let set { foreign[String(key)] = set }
        default: break
        }
    }

    /// What of `ssh -G`'s hundred lines is read here.
    static func linesOfUse(_ printed: String) -> String {
        printed.split(separator: "\n").filter { line in line.firstIndex(of: " ").map { keys.contains(line[..<$0]) } ?? false }.joined(
            separator: "\n")
    }

    private static let keys: Set<Substring> = Set(AlgorithmOption.allCases.map { Substring($0.rawValue) }).union([
        "hostname", "port", "user", "identityfile", "certificatefile", "identitiesonly", "identityagent", "pubkeyauthentication",
        "passwordauthentication", "kbdinteractiveauthentication", "preferredauthentications", "batchmode", "userknownhostsfile",
        "globalknownhostsfile", "knownhostscommand", "revokedhostkeys", "stricthostkeychecking", "checkhostip", "hostkeyalias",
        "requiredrsasize", "proxycommand", "proxyjump", "proxyusefdpass", "connecttimeout", "addressfamily", "bindaddress", "bindinterface",
        "gssapiauthentication", "hostbasedauthentication", "pkcs11provider", "controlpath",
    ])

    /// The name under which known_hosts has the host's key.
    var knownAs: String { hostKeyAlias?.lowercased() ?? KnownHosts.name(host: hostName.lowercased(), port: port) }

    /// All files in which the host's key may be known.
    var allKnownHosts: KnownHosts { KnownHosts(files: knownHosts + globalKnownHosts) }

    /// The command that leads to the host, if there is something between.
    var proxy: String? {
        if let proxyCommand { return proxyIsConfigured ? "exec \(proxyCommand)" : proxyCommand }
        return proxyJump.map { JumpHost.command(asConfigured: $0, file: file) }
    }

    /// The shell that runs it.
    var proxyShell: String {
        let own = ProcessInfo.processInfo.environment["SHELL"] ?? ""
        return proxyIsConfigured && proxyCommand != nil && own.hasPrefix("/") ? own : "/bin/sh"
    }

    /// The agent's socket; nil if no agent may be asked.
    var agentSocket: String? {
        switch identityAgent {
        case "none": nil
        case "SSH_AUTH_SOCK": ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"]
        case _ where identityAgent.hasPrefix("$"): ProcessInfo.processInfo.environment[String(identityAgent.dropFirst())]
        default: identityAgent
        }
    }

    /// Paths that ssh has left as they are in the file, with something in them that only ssh knows how to put in.
    var unexpanded: [String] { (identities + certificates + (revokedHostKeys.map { [$0] } ?? [])).filter(Self.wantsExpansion) }

    /// Puts in what ssh has made of such paths.
    mutating func expand(with values: [String: String]) {
        identities = identities.map { values[$0] ?? $0 }
        certificates = certificates.map { values[$0] ?? $0 }
        revokedHostKeys = revokedHostKeys.map { values[$0] ?? $0 }
    }

    private static func wantsExpansion(_ path: String) -> Bool { path.contains("%") || path.contains("$") || path.hasPrefix("~") }

    /// A path in the home folder, unless ssh has to put in more.
    private static func withHome(_ path: String) -> String {
        path.hasPrefix("~/") && !path.contains("%") && !path.contains("$") ? home + path.dropFirst() : path
    }

    /// Paths are printed with spaces between them, and one may have spaces itself. A file that is there decides where one ends;
    /// otherwise each begins with a slash.
    static func paths(_ text: String) -> [String] {
        guard text != "none" else { return [] }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        var paths: [String] = []
        var index = 0
        while index < words.count {
            let whole = (index..<words.count).first { end in
                var status = stat()
                return stat(withHome(words[index...end].joined(separator: " ")), &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
            }
            let beginsNext: (Int) -> Bool = { words[$0].hasPrefix("/") || words[$0].hasPrefix("~/") }
            let end = whole ?? ((index + 1)..<words.count).first(where: beginsNext).map { $0 - 1 } ?? words.count - 1
            paths.append(withHome(words[index...end].joined(separator: " ")))
            index = end + 1
        }
        return paths
    }

    /// The home folder and the name that the system has for this account: what ssh goes by, whatever the environment says.
    static let (home, localUser): (String, String) = {
        guard let entry = getpwuid(getuid()) else { return (NSHomeDirectory(), NSUserName()) }
        return (String(cString: entry.pointee.pw_dir), String(cString: entry.pointee.pw_name))
    }()
}

/// The options that name algorithms, as `ssh -G` prints them.
enum AlgorithmOption: String, Sendable, Hashable, CaseIterable {
    case keyExchange = "kexalgorithms"
    case hostKeys = "hostkeyalgorithms"
    case ciphers, macs
    case ownKeys = "pubkeyacceptedalgorithms"

    /// As ssh_config(5) writes it.
    var name: String {
        switch self {
        case .keyExchange: "KexAlgorithms"
        case .hostKeys: "HostKeyAlgorithms"
        case .ciphers: "Ciphers"
        case .macs: "MACs"
        case .ownKeys: "PubkeyAcceptedAlgorithms"
        }
    }
}
