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
    /// The agent's socket, `SSH_AUTH_SOCK` or `none`.
    var identityAgent = "SSH_AUTH_SOCK"
    var offersKeys = true
    var knownHosts: [String]
    var globalKnownHosts = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]
    /// The name under which the host's key is known, if it is not its own.
    var hostKeyAlias: String?
    /// Nil for the usual ones.
    var hostKeyAlgorithms: [String]?
    var proxyCommand: String?
    var proxyJump: String?
    /// In seconds.
    var connectTimeout: Int?
    /// `any`, `inet` or `inet6`.
    var addressFamily = "any"

    /// What it does without any configuration.
    init(host: String, port: Int?, user: String?) {
        let home = Self.home
        hostName = host
        self.port = port ?? 22
        self.user = user ?? Self.localUser
        identities = ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }
        knownHosts = ["\(home)/.ssh/known_hosts", "\(home)/.ssh/known_hosts2"]
    }

    /// Reads what `ssh -G` has printed for a host.
    init(_ printed: String, host: String, port: Int?, user: String?) {
        self.init(host: host, port: port, user: user)
        var identities: [String] = []
        for line in printed.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let value = String(line[line.index(after: space)...])
            switch line[..<space] {
            case "hostname": hostName = value
            case "port": self.port = port ?? Int(value) ?? 22
            case "user": self.user = user ?? value
            case "identityfile": if value != "none" { identities.append(value) }
            case "identitiesonly": identitiesOnly = value == "yes"
            case "identityagent": identityAgent = value
            case "pubkeyauthentication": offersKeys = value != "no" && value != "false"
            case "userknownhostsfile": knownHosts = Self.paths(value)
            case "globalknownhostsfile": globalKnownHosts = Self.paths(value)
            case "hostkeyalias": hostKeyAlias = value == "none" ? nil : value
            case "hostkeyalgorithms": hostKeyAlgorithms = value.split(separator: ",").map(String.init)
            case "proxycommand": proxyCommand = value == "none" ? nil : value
            case "proxyjump": proxyJump = value == "none" ? nil : value
            case "connecttimeout": connectTimeout = Int(value)
            case "addressfamily": addressFamily = value
            default: break
            }
        }
        // Printed as they are in the file, unlike all else.
        self.identities = identities.map { expanded($0) }
        identityAgent =
            identityAgent.hasPrefix("$") || ["SSH_AUTH_SOCK", "none"].contains(identityAgent) ? identityAgent : expanded(identityAgent)
    }

    /// What of `ssh -G`'s hundred lines is read here.
    static func linesOfUse(_ printed: String) -> String {
        printed.split(separator: "\n").filter { line in line.firstIndex(of: " ").map { keys.contains(line[..<$0]) } ?? false }.joined(
            separator: "\n")
    }

    private static let keys: Set<Substring> = [
        "hostname", "port", "user", "identityfile", "identitiesonly", "identityagent", "pubkeyauthentication", "userknownhostsfile",
        "globalknownhostsfile", "hostkeyalias", "hostkeyalgorithms", "proxycommand", "proxyjump", "connecttimeout", "addressfamily",
    ]

    /// The name under which known_hosts has the host's key.
    var knownAs: String { hostKeyAlias?.lowercased() ?? KnownHosts.name(host: hostName.lowercased(), port: port) }

    /// All files in which the host's key may be known.
    var allKnownHosts: KnownHosts { KnownHosts(files: knownHosts + globalKnownHosts) }

    /// The command that leads to the host, if there is something between.
    var proxy: String? { proxyCommand ?? proxyJump.map { JumpHost.command(asConfigured: $0) } }

    /// The agent's socket; nil if no agent may be asked.
    var agentSocket: String? {
        switch identityAgent {
        case "none": nil
        case "SSH_AUTH_SOCK": ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"]
        case _ where identityAgent.hasPrefix("$"):
            ProcessInfo.processInfo.environment[identityAgent.trimmingCharacters(in: CharacterSet(charactersIn: "${}"))]
        default: identityAgent
        }
    }

    /// The tokens and the tilde of a path, as ssh puts them in.
    private func expanded(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        if rest == "~" || rest.hasPrefix("~/") {
            result = Self.home
            rest = rest.dropFirst()
        }
        while let character = rest.popFirst() {
            guard character == "%", let key = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch key {
            case "d": result += Self.home
            case "h": result += hostName
            case "i": result += String(getuid())
            case "l": result += ProcessInfo.processInfo.hostName
            case "p": result += String(port)
            case "r": result += user
            case "u": result += Self.localUser
            case "k": result += hostKeyAlias ?? hostName
            case "%": result += "%"
            default: result += "%\(key)"
            }
        }
        return result
    }

    /// Paths are printed with spaces between them, and one may have spaces itself: each begins with a slash.
    private static func paths(_ text: String) -> [String] {
        guard text != "none" else { return [] }
        return text.split(separator: " ").reduce(into: [String]()) { paths, word in
            if word.hasPrefix("/") || paths.isEmpty { paths.append(String(word)) } else { paths[paths.count - 1] += " \(word)" }
        }
    }

    /// The home folder and the name that the system has for this account: what ssh goes by, whatever the environment says.
    static let (home, localUser): (String, String) = {
        guard let entry = getpwuid(getuid()) else { return (NSHomeDirectory(), NSUserName()) }
        return (String(cString: entry.pointee.pw_dir), String(cString: entry.pointee.pw_name))
    }()
}
