import Course
import DataFiles

/// A machine that leads to others: OpenSSH's ProxyJump, `[user@]host[:port]`, several hops with commas between them.
struct JumpHost: Sendable, Hashable {
    /// The hops before the last one, as `ssh -J` takes them.
    var before: String?
    /// The last hop: the one that reaches the machines.
    var destination: String
    var port: Int?

    /// Nil if the text is not a jump host: it becomes part of a command, so its letters are few.
    init?(_ text: String) {
        let hops = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let parsed = hops.compactMap(Self.parse)
        guard parsed.count == hops.count, let last = parsed.last else { return nil }
        if hops.count > 1 { before = hops.dropLast().joined(separator: ",") }
        destination = last.destination
        port = last.port
    }

    private static func parse(_ hop: String) -> (destination: String, port: Int?)? {
        var rest = hop[...]
        var user = ""
        if let at = rest.firstIndex(of: "@") {
            user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
            guard Alphabet.user.accepts(user) else { return nil }
            user += "@"
        }
        var port: Int?
        // One colon is a port's; more of them are an IPv6 address.
        if let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon {
            guard let number = Int(rest[rest.index(after: colon)...]), (1...65535).contains(number) else { return nil }
            port = number
            rest = rest[..<colon]
        }
        guard Alphabet.host.accepts(String(rest)) else { return nil }
        return (user + rest, port)
    }

    /// The options of OpenSSH's client in any case: it asks nothing, trusts no unknown key, and lends neither agent nor screen.
    private static let strict = [
        "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o",
        "ClearAllForwardings=yes",
        "-o", "ConnectTimeout=10",
    ]

    /// The command that leads to `%h` port `%p` through this host.
    /// - Parameter control: the socket of a connection that is open already; without it, the command opens its own.
    func command(knownHosts: String?, control: String?) -> String {
        let words = Self.strict + arguments(knownHosts) + (control.map { ["-S", $0] } ?? ["-S", "none"])
        return (["exec", "ssh"] + words.map(Self.word) + ["-W", "'[%h]:%p'", Self.word(destination)]).joined(separator: " ")
    }

    /// How long a shared connection stays without anybody in it: if lab is killed before it could end the connection, it must
    /// not stay open for ever. Longer than any pause within a round; between rounds it is opened anew.
    static let idleSeconds = 300
    /// The command that leads to `%h` port `%p` through the jump hosts of OpenSSH's own configuration.
    /// - Parameter file: that configuration, if it is not the usual one.
    static func command(asConfigured jump: String, file: String?) -> String {
        let hops = jump.split(separator: ",").map(String.init)
        let last = hops.last.flatMap(JumpHost.init)
        let before = hops.count > 1 ? ["-J", hops.dropLast().joined(separator: ",")] : []
        let port = last?.port.map { ["-p", String($0)] } ?? []
        let options = (strict + (file.map { ["-F", $0] } ?? []) + port).map(word) + before.map(shellQuoted)
        // Or an address in a form of its own (ssh://), which OpenSSH knows. It may have tokens of the host that it leads to, and
        // is one word of a command and nothing else.
        let words = options + ["-W", "'[%h]:%p'", "--", shellQuoted(last?.destination ?? hops.last ?? jump)]
        return "exec ssh " + words.joined(separator: " ")
    }

    /// The arguments of `ssh` that open the shared connection and go to the background once it is open.
    func opening(knownHosts: String?, control: String) -> [String] {
        Self.strict + arguments(knownHosts) + ["-M", "-S", control, "-o", "ControlPersist=\(Self.idleSeconds)", "-fN", destination]
    }

    /// The arguments of `ssh` that end the shared connection.
    func ending(control: String) -> [String] { ["-S", control, "-O", "exit", destination] }

    private func arguments(_ knownHosts: String?) -> [String] {
        var words: [String] = []
        if let knownHosts { words += ["-o", "UserKnownHostsFile=\"\(knownHosts.replacing("%", with: "%%"))\""] }
        if let port { words += ["-p", String(port)] }
        if let before { words += ["-J", before] }
        return words
    }

    /// As a word of the shell that ProxyProcess starts, which puts in %h and its like before.
    private static func word(_ text: String) -> String { shellQuoted(text.replacing("%", with: "%%")) }
}
