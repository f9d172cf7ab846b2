@testable import Course
@testable import DataFiles
import Foundation
import TestSupport
import Testing
@testable import DataFiles
@testable import Machines

/// What OpenSSH's configuration says counts, as OpenSSH understands it; what machines.yaml says goes before it.
@Suite(.serialized) struct SSHConfigurationTests {
    private let temporary: TemporaryFolder
    private var folder: URL { temporary.url }

    init() throws { temporary = try TemporaryFolder() }

    private func client(_ configuration: String) throws -> OpenSSHClient {
        let file = folder.appending(path: UUID().uuidString).path
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        return OpenSSHClient(file: file)
    }

    private func open(_ machine: ReachableMachine) async throws {
        let connection = Connection(machine, dialogue: .silent, secrets: SecretBook { _ in nil })
        try await connection.open()
        await connection.close()
    }

    private func machine(_ address: String, _ openSSH: OpenSSHClient, port: Int? = nil, user: String? = nil) throws -> ReachableMachine {
        var text = "format: 1\nlab: x\nenvironment: own\nplatform: p\nmachines:\n  pg1:\n    address: \(address)\n"
        if let port { text += "    port: \(port)\n" }
        if let user { text += "    user: \(user)\n" }
        let file = folder.appending(path: UUID().uuidString)
        try text.write(to: file, atomically: true, encoding: .utf8)
        let inventory = try Inventory.load(file, openSSH: openSSH)
        return try #require(inventory.machines.first)
    }

    /// Ways to say where a host is, all of which ssh understands.
    @Test(arguments: [
        "Match final all\n  Port 9\nHost br1\n  HostName 127.0.0.1\n  Port PORT\n",
        "Match originalhost br1\n  HostName 127.0.0.1\n  Port PORT\nHost *\n  Port 9\n",
        "Host br? !br2\n  HostName=127.0.0.1\n  Port = PORT\n",
        "Match exec \"test %n = br1\"\n  HostName 127.0.0.1\n  Port PORT\n",
        "Host br1\n  HostName 127.0.0.1\nHost *\n  Port PORT\n",
    ])
    func whatLeadsSSHThereLeadsLabThere(configuration: String) async throws {
        let server = try SSHServer()
        try server.knownHostsLine().write(toFile: server.path("known"), atomically: true, encoding: .utf8)
        let common = "Host *\n  IdentityFile \(server.path("id"))\n  UserKnownHostsFile \(server.path("known"))\n"
        let openSSH = try client(configuration.replacing("PORT", with: "\(server.port)") + common)
        try await open(machine("br1", openSSH))
    }

    @Test func theUserIsTheConfigurationsWhereMachinesNamesNone() throws {
        let openSSH = try client("Host *\n  User student\n")
        #expect(try machine("br1", openSSH).user == "student")
        #expect(try machine("br1", openSSH, user: "other").user == "other")
        #expect(try machine("br1", openSSH, user: "other").client().user == "other")
        let perHost = try client("Host br1\n  User one\nHost br2\n  User two\n")
        #expect(try ["br1", "br2", "br3"].map { try machine($0, perHost).user } == ["one", "two", ClientConfiguration.localUser])
    }

    /// The user ends up in commands.
    @Test func aUserThatIsNoneIsRefused() throws {
        let openSSH = try client("Host *\n  User \"a b\"\n")
        #expect(throws: Complaints.self) { try machine("br1", openSSH) }
    }

    @Test func whatMachinesSaysGoesFirst() throws {
        let openSSH = try client("Host *\n  Port 9\n  IdentityFile /nowhere\n  UserKnownHostsFile /nowhere\n  ProxyCommand false\n")
        var machine = try machine("br1", openSSH, port: 2201)
        machine.identity = "/id"
        machine.knownHosts = "/known"
        machine.proxyCommand = "true"
        let client = try machine.client()
        #expect(client.port == 2201)
        #expect(client.identities == ["/id"])
        #expect(client.knownHosts == ["/known"])
        #expect(client.proxy == "true")
    }

    @Test func hostKeyAliasAndPathsWithSpacesAndTokens() throws {
        let openSSH = try client(
            "Host br1\n  HostName 127.0.0.1\n  HostKeyAlias Bridge\n  UserKnownHostsFile \"/tmp/a b/%h\" /tmp/c\n"
                + "  IdentityFile \"/tmp/a b/%h_%r\"\n  IdentitiesOnly yes\n  User u\n  ConnectTimeout 3\n"
        )
        let client = try machine("br1", openSSH).client()
        #expect(client.knownAs == "bridge")
        #expect(client.knownHosts == ["/tmp/a b/127.0.0.1", "/tmp/c"])
        #expect(client.identities == ["/tmp/a b/127.0.0.1_u"])
        #expect(client.identitiesOnly)
        #expect(client.connectTimeout == 3)
    }

    @Test func aConfigurationThatSSHRefusesIsSaid() async throws {
        let machine = try machine("br1", try client("Host *\n  Portt 9\n"))
        do {
            try await open(machine)
            Issue.record("it was opened")
        } catch let error as ConnectionError {
            guard case .configuration(let said) = error else {
                Issue.record("it was another: \(error)")
                return
            }
            #expect(said.contains("line 2: Bad configuration option: portt"))
        }
    }

    @Test func withoutAnSSHClientTheUsualValuesCount() throws {
        let file = try client("Host *\n  Port 9\n")
        let openSSH = OpenSSHClient(file: folder.appending(path: "none").path, program: "/nowhere/ssh")
        #expect(try openSSH.configuration(host: "a", port: nil, user: nil) == ClientConfiguration(host: "a", port: nil, user: nil))
        #expect(try file.configuration(host: "a", port: nil, user: nil).port == 9)
    }

    /// Thousands of machines, and a configuration that says nothing of them.
    @Test func nobodyIsAskedWhereNothingMatters() throws {
        func effect(_ text: String) throws -> ConfigurationSurvey.Effect {
            let file = folder.appending(path: UUID().uuidString).path
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return ConfigurationSurvey(file: file).effect
        }
        #expect(try effect("# Host a\nHost *\n  SendEnv LANG LC_*\n\tHashKnownHosts yes\n  GSSAPIAuthentication=yes\n") == .nothing)
        #expect(try effect("Host *\n  User student\n") == .same)
        #expect(try effect("Host *\n  IdentityFile ~/.ssh/%h\n") == .each)
        for text in ["Host a\n", "Match final all\nPort 9\n", "\"Port\" 9\n", "HostName x\n", "Include \"a b\"\n", "ProxyJump x\n"] {
            #expect(try effect(text) == .each, "\(text)")
        }
        let included = folder.appending(path: "part.conf").path
        try "Port 9\n".write(toFile: included, atomically: true, encoding: .utf8)
        #expect(try effect("Include \(folder.path)/*.conf\n") == .same)
        #expect(ConfigurationSurvey(file: folder.appending(path: "not-there").path).effect == .nothing)
    }

    /// Once for each machine, side by side, and not again.
    @Test func aClassIsAskedAboutSideBySide() throws {
        // An ssh that takes its time, and notes when it begins and ends.
        let program = folder.appending(path: "slow-ssh").path
        let log = folder.appending(path: "log").path
        try "#!/bin/sh\necho begin >>\(log)\nsleep 0.2\nssh \"$@\"\nstatus=$?\necho end >>\(log)\nexit $status\n".write(
            toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        let file = folder.appending(path: "config").path
        try "Host br1*\n  User one\nHost br2*\n  User two\n".write(toFile: file, atomically: true, encoding: .utf8)
        let openSSH = OpenSSHClient(file: file, program: program)
        let text =
            "format: 1\nlab: x\nenvironment: own\nplatform: p\nmachines:\n"
            + (100..<140).map { "  pg\($0): {address: br\($0)}\n" }.joined()
        let inventory = folder.appending(path: "machines.yaml")
        try text.write(to: inventory, atomically: true, encoding: .utf8)
        let machines = try Inventory.load(inventory, openSSH: openSSH).machines
        #expect(Set(machines.map(\.user)) == ["one"])
        for machine in machines { #expect(try machine.client().user == "one") }
        #expect(openSSH.starts == 40, "each is asked about once")
        var (running, most) = (0, 0)
        for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
            running += line == "begin" ? 1 : -1
            most = max(most, running)
        }
        #expect(most > 1, "side by side")
    }

    @Test func whatTheFilesSayIsAskedAgainWhenTheyChange() async throws {
        let file = folder.appending(path: "config").path
        try "Host br1\n  User one\n".write(toFile: file, atomically: true, encoding: .utf8)
        let openSSH = OpenSSHClient(file: file)
        #expect(try openSSH.configuration(host: "br1", port: nil, user: nil).user == "one")
        try "Host br1\n  User two\n".write(toFile: file, atomically: true, encoding: .utf8)
        try await Task.sleep(for: .seconds(2.1))
        #expect(try openSSH.configuration(host: "br1", port: nil, user: nil).user == "two")
        #expect(openSSH.starts == 2)
    }

    /// Paths run together where ssh prints them; what is there decides where one ends.
    @Test func pathsWithSpacesAreToldApart() throws {
        let (one, two) = (folder.appending(path: "a b").path, folder.appending(path: "c /d").path)
        try FileManager.default.createDirectory(at: folder.appending(path: "c "), withIntermediateDirectories: true)
        for path in [one, two] { try "".write(toFile: path, atomically: true, encoding: .utf8) }
        #expect(ClientConfiguration.paths("\(one) \(two)") == [one, two])
        #expect(ClientConfiguration.paths("\(two) /nowhere \(one)") == [two, "/nowhere", one])
        #expect(ClientConfiguration.paths("/nowhere/x y /nowhere/z") == ["/nowhere/x y", "/nowhere/z"])
        #expect(ClientConfiguration.paths("none").isEmpty)
    }

    /// The key of a neighbour at a machine's door: the door leads elsewhere, and nobody is to be told to forget a key.
    @Test func theKeyOfANeighbourIsNamed() async throws {
        let own = try SSHServer(), other = try SSHServer()
        try (own.knownHostsLine() + other.knownHostsLine()).write(toFile: own.path("known"), atomically: true, encoding: .utf8)
        func machine(_ name: String, _ port: Int) -> ReachableMachine {
            ReachableMachine(
                name: name, address: "127.0.0.1", port: port, user: NSUserName(), identity: own.path("id"), knownHosts: own.path("known"))
        }
        // pg1's port leads to pg2 now: the same as a known_hosts that has the two exchanged.
        let exchanged =
            try own.knownHostsLine().replacing("\(own.port)", with: "\(other.port)")
            + other.knownHostsLine().replacing("\(other.port)", with: "\(own.port)")
        try exchanged.write(toFile: own.path("known"), atomically: true, encoding: .utf8)
        let pair = [machine("pg1", own.port), machine("pg2", other.port)]
        do {
            try await Connection(pair[0], neighbours: pair, dialogue: .silent, secrets: SecretBook { _ in nil }).open()
            Issue.record("it was opened")
        } catch let error as ConnectionError {
            guard case .hostKeyChanged(let key, _) = error else {
                Issue.record("it was another: \(error)")
                return
            }
            #expect(key.owner == "pg2")
            #expect(error.brief.contains("known as the key of pg2"))
        }
    }
}
