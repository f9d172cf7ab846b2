import Foundation
import TestSupport

@testable import Machines

/// What came of a connection: of ssh's, or of lab's.
enum Meeting: Sendable, Hashable {
    /// What the server said: which it is, and which key it took.
    case inside(String)
    case refused(Reason)

    enum Reason: Sendable, Hashable {
        case hostKeyUnknown, hostKeyChanged, hostKeyRevoked
        case login(user: String)
        /// lab had nothing to offer, or the configuration forbade it. To ssh's eye the machine refuses, so there it is a `login`.
        case nothingOffered
        case configuration
        /// The configuration rules it out: the option.
        case ruledOut(String)
        /// libssh cannot do what an option says.
        case notLikeSSH(String)
        case noConnection
        /// The command that should lead there failed.
        case proxy
        case other(String)
    }
}

/// What is expected of a configuration.
enum Expectation: Sendable, Hashable {
    /// Both get in, to the same server with the same key.
    case both(String)
    /// Both are refused; lab gives this reason.
    case neither(Meeting.Reason)
    /// ssh gets in; lab does not and says why.
    case sshAlone(String, Meeting.Reason)
    /// lab gets in; ssh does not.
    case labAlone(String)
}

/// A configuration, and what both make of it. In its texts, `{A}` and `{B}` are the ports of two servers, `{keyA}` and the like their
/// host keys, and `{dir}` the folder of keys and files.
struct SSHCase: Sendable, CustomStringConvertible {
    var name: String
    var configuration: String
    var known: String
    var host: String
    /// As said in machines.yaml, or on ssh's command line.
    var port: String?
    var user: String?
    var expected: Expectation

    var description: String { name }

    init(
        _ name: String, _ configuration: String, known: String = "[127.0.0.1]:{A} {keyA}\n[127.0.0.1]:{B} {keyB}\n", host: String = "br1",
        port: String? = nil, user: String? = nil, _ expected: Expectation
    ) {
        (self.name, self.configuration, self.known, self.host) = (name, configuration, known, host)
        (self.port, self.user, self.expected) = (port, user, expected)
    }
}

/// Two servers, keys and an agent, and both ways to connect.
final class SSHComparison {
    private let temporary: TemporaryFolder
    private let servers: [String: SSHServer]
    /// An address of this computer that is not loopback's, and its name in /etc/hosts; most computers have none.
    static let outside = findOutside()
    private var agents: [pid_t] = []
    private var texts: [(String, String)] = []
    private let openSSH: [String] = ["setsid", "-w", "ssh"]

    var folder: String { temporary.url.path }

    init() throws {
        temporary = try TemporaryFolder()
        let folder = temporary.url
        let kinds = [
            ("one", "ed25519", ""), ("two", "ed25519", ""), ("stranger", "ed25519", ""), ("rsa", "rsa", ""),
            ("locked", "ed25519", "secret"),
            ("certified", "ed25519", ""), ("ca", "ed25519", ""), ("near", "ed25519", ""),
        ]
        for (name, type, passphrase) in kinds { try SSHServer.keygen(folder.appending(path: name), type: type, passphrase: passphrase) }
        for index in 0..<7 { try SSHServer.keygen(folder.appending(path: "odd\(index)"), type: "ed25519") }
        _ = ShortProgram.run(
            [
                "ssh-keygen", "-q", "-s", "\(folder.path)/ca", "-I", "lab", "-n", ClientConfiguration.localUser,
                "\(folder.path)/certified.pub",
            ],
            seconds: 10)
        let hidden = ["ListenAddress ::1"] + (Self.outside.map { ["ListenAddress \($0.address)"] } ?? [])
        servers = [
            "A": try SSHServer(settings: hidden, keyTypes: ["ed25519", "ecdsa", "rsa"]), "B": try SSHServer(),
            // Algorithms that libssh does not know, and a certificate of the host.
            "S": try SSHServer(settings: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"]),
            "K": try SSHServer(settings: ["KexAlgorithms ecdh-sha2-nistp384", "Ciphers aes256-ctr"]),
            "C": try SSHServer(settings: ["HostCertificate \(folder.path)/host-cert.pub"]) { own in
                try FileManager.default.copyItem(at: own.appending(path: "host_ed25519.pub"), to: folder.appending(path: "host.pub"))
                let words = [
                    "ssh-keygen", "-q", "-s", "\(folder.path)/ca", "-I", "host", "-h", "-n", "127.0.0.1", "\(folder.path)/host.pub",
                ]
                _ = ShortProgram.run(words, seconds: 10)
            },
        ]
        for (name, server) in servers { try authorize(name, server) }
        texts = [("{dir}", folder.path), ("{me}", ClientConfiguration.localUser)]
        for (name, server) in servers {
            texts.append(("{\(name)}", "\(server.port)"))
            for (key, type) in [("key", "ed25519"), ("rsa", "rsa"), ("ecdsa", "ecdsa")] {
                guard let line = try? server.knownHostsLine(type: type) else { continue }
                texts.append(("{\(key)\(name)}", line.split(separator: " ").dropFirst().joined(separator: " ").replacing("\n", with: "")))
            }
        }
        texts.append(("{keyCA}", try publicKey("ca")))
    }

    private static func findOutside() -> (name: String, address: String)? {
        let own = Set((ShortProgram.run(["hostname", "-I"], seconds: 10)?.printed ?? "").split(whereSeparator: \.isWhitespace))
        let hosts = (try? String(contentsOfFile: "/etc/hosts", encoding: .utf8)) ?? ""
        for line in hosts.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard words.count > 1, own.contains(words[0]), !words[0].contains(":") else { continue }
            return (String(words[1]), String(words[0]))
        }
        return nil
    }

    deinit {
        for agent in agents { kill(agent, SIGTERM) }
        // A shared connection that a test has opened.
        _ = ShortProgram.run(["ssh", "-F", "none", "-S", "\(folder)/master", "-O", "exit", "br1"], seconds: 10)
    }

    /// Each key is answered by its name, so that one sees which was taken.
    private func authorize(_ name: String, _ server: SSHServer) throws {
        func line(_ key: String, _ options: String = "") throws -> String {
            "\(options)command=\"echo server=\(name) key=\(key)\" \(try publicKey(key))\n"
        }
        var lines = try ["one", "two", "rsa", "locked"].map { try line($0) }.joined()
        lines += try line("near", "from=\"127.0.0.2\",")
        lines += "cert-authority,command=\"echo server=\(name) key=certificate\" \(try publicKey("ca"))\n"
        try lines.write(toFile: server.path("authorized_keys"), atomically: true, encoding: .utf8)
    }

    private func publicKey(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name).pub", encoding: .utf8).split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// A file of a server, by its name there.
    func path(_ file: String, of server: String) -> String { servers[server]?.path(file) ?? "" }

    func filled(_ text: String) -> String { texts.reduce(text) { $0.replacing($1.0, with: $1.1) } }

    func write(_ text: String, to name: String, executable: Bool = false) throws {
        try filled(text).write(toFile: filled("\(folder)/\(name)"), atomically: true, encoding: .utf8)
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: "\(folder)/\(name)") }
    }

    func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/\(other)")
    }

    /// An agent that holds these keys, at a socket of this name.
    func startAgent(_ name: String, _ keys: [String]) throws {
        let started = ShortProgram.run(["ssh-agent", "-a", "\(folder)/\(name)"], seconds: 10)?.printed ?? ""
        let digits = started.firstRange(of: "SSH_AGENT_PID=").map { started[$0.upperBound...].prefix(while: \.isNumber) } ?? ""
        guard let pid = pid_t(digits) else { throw SSHServer.Failed(said: "ssh-agent") }
        agents.append(pid)
        try write("#!/bin/sh\necho secret\n", to: "answer", executable: true)
        for key in keys {
            let words = [
                "env", "SSH_AUTH_SOCK=\(folder)/\(name)", "SSH_ASKPASS=\(folder)/answer", "SSH_ASKPASS_REQUIRE=force", "ssh-add", "-q",
                "\(folder)/\(key)",
            ]
            guard ShortProgram.run(words, seconds: 10)?.status == 0 else { throw SSHServer.Failed(said: "ssh-add") }
        }
    }

    /// The configuration file of a case. What it does not say comes last, so that every case leads somewhere.
    func configuration(_ one: SSHCase) throws -> String {
        let rest = [
            "HostName 127.0.0.1", "Port {A}", "IdentityFile {dir}/one", "UserKnownHostsFile {dir}/known", "GlobalKnownHostsFile /dev/null",
            "IdentityAgent none",
        ]
        let keys = one.configuration.split(whereSeparator: \.isNewline).map { line in
            line.drop { " \t".contains($0) }.prefix { $0.isLetter }.lowercased()
        }
        let missing = rest.filter { !keys.contains($0.split(separator: " ")[0].lowercased()) }
        try write(one.known, to: "known")
        try write(one.configuration + "\nHost *\n" + missing.map { "  \($0)\n" }.joined(), to: "config")
        return "\(folder)/config"
    }

    func ssh(_ one: SSHCase) throws -> Meeting {
        var words = try openSSH + ["-F", configuration(one), "-T"]
        if let port = one.port { words += ["-p", filled(port)] }
        if let user = one.user { words += ["-l", filled(user)] }
        guard let output = ShortProgram.run(words + [one.host, "true"], seconds: 30) else { return .refused(.other("no answer")) }
        if output.status == 0 { return .inside(output.printed.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return .refused(Self.reason(output.complained))
    }

    private static func reason(_ said: String) -> Meeting.Reason {
        if said.contains("REVOKED HOST KEY") || said.contains("revoked") { return .hostKeyRevoked }
        if said.contains("IDENTIFICATION HAS CHANGED") { return .hostKeyChanged }
        if said.contains("Host key verification failed") || said.contains("is known for") { return .hostKeyUnknown }
        if let denied = said.firstRange(of: ": Permission denied") {
            let line = said[..<denied.lowerBound].split(whereSeparator: \.isNewline).last ?? ""
            return .login(user: String(line.prefix { $0 != "@" }))
        }
        if said.contains("terminating,") || said.contains("Bad configuration option") { return .configuration }
        return .other(said)
    }

    func lab(_ one: SSHCase) async throws -> Meeting {
        let file = try configuration(one)
        var machine = ReachableMachine(name: "pg1", address: one.host, port: one.port.flatMap { Int(filled($0)) }, user: "")
        machine.openSSH = OpenSSHClient(file: file)
        if let user = one.user {
            machine.user = filled(user)
        } else {
            machine.userIsConfigured = true
            machine.user = (try? machine.configured().user) ?? ""
        }
        let connection = Connection(machine, dialogue: .silent, secrets: SecretBook { _ in nil })
        do {
            let result = try await connection.run("true", limits: CommandLimits(seconds: 12, bytes: 4096))
            await connection.close()
            return .inside(String(decoding: result.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        } catch let error as ConnectionError {
            return .refused(Self.reason(error))
        }
    }

    private static func reason(_ error: ConnectionError) -> Meeting.Reason {
        func first(_ option: String) -> String { option.split(separator: " ").first.map(String.init) ?? option }
        switch error {
        case .hostKeyUnknown: return .hostKeyUnknown
        case .hostKeyChanged: return .hostKeyChanged
        case .hostKeyRevoked: return .hostKeyRevoked
        case .notLetIn(let user, _, _, _), .tooManyKeys(let user, _, _): return .login(user: user)
        case .nothingOffered: return .nothingOffered
        case .configuration: return .configuration
        case .ruledOut(let option, _): return .ruledOut(first(option))
        case .notLikeSSH(let option, _): return .notLikeSSH(first(option))
        case .refused, .noWay, .unreachable, .timedOut(stage: .greeting, _, _), .nameUnknown: return .noConnection
        case .proxyFailed: return .proxy
        default: return .other("\(error)")
        }
    }
}

extension SSHComparison {
    /// A second name for a file that cannot be copied, such as a socket.
    func copyLink(_ name: String, to other: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(other)", withDestinationPath: "\(folder)/\(name)")
    }
}
