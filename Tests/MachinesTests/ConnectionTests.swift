@testable import Course
import Foundation
import Synchronization
import TestSupport
import Testing
@testable import Course
@testable import Machines

/// Connections to real sshds on loopback, and to servers that are none.
@Suite(.serialized) struct ConnectionTests {
    private let limits = CommandLimits(seconds: 10, bytes: 1 << 20)

    private func machine(_ server: SSHServer, identity: String = "id", known: Bool = true) throws -> ReachableMachine {
        let file = server.path("known_hosts")
        if known { try server.knownHostsLine().write(toFile: file, atomically: true, encoding: .utf8) }
        return ReachableMachine(
            name: "pg1", address: "127.0.0.1", port: server.port, user: NSUserName(), identity: server.path(identity), knownHosts: file)
    }

    private func connection(_ machine: ReachableMachine, dialogue: LoginDialogue = .silent) -> Connection {
        Connection(machine, dialogue: dialogue, secrets: SecretBook(ask: dialogue.secret))
    }

    private func failure(_ body: () async throws -> Void) async -> ConnectionError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ConnectionError
        }
    }

    /// For a failure that is not the one that a test is about: says which it was.
    private func wasAnother(_ failure: ConnectionError?, at location: SourceLocation = #_sourceLocation) {
        let name = failure.map { "\($0)" } ?? "no failure"
        Issue.record("it was another: \(name)", sourceLocation: location)
    }

    @Test func aCommandGivesItsOutputErrorsAndStatus() async throws {
        let server = try SSHServer()
        let connection = connection(try machine(server))
        let result = try await connection.run("cat; echo oops >&2; exit 7", input: Array("hello".utf8), limits: limits)
        #expect(result.status == 7)
        #expect(String(decoding: result.output, as: UTF8.self) == "hello")
        #expect(String(decoding: result.errors, as: UTF8.self) == "oops\n")
        #expect(!result.isCut)
    }

    @Test func muchInputAndManyCommandsGoOverOneConnection() async throws {
        let server = try SSHServer()
        let connection = connection(try machine(server))
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        let counted = try await connection.run("wc -c", input: input, limits: limits)
        #expect(String(decoding: counted.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) == "1048576")
        let first = try await connection.run("echo $PPID", limits: limits)
        let second = try await connection.run("echo $PPID", limits: limits)
        #expect(first.output == second.output, "the same sshd process")
    }

    @Test func outputBeyondTheLimitIsCut() async throws {
        let server = try SSHServer()
        let connection = connection(try machine(server))
        let result = try await connection.run("head -c 1073741824 /dev/zero", limits: CommandLimits(seconds: 20, bytes: 1 << 20))
        #expect(result.isCut)
        #expect(result.output.count < 2 << 20)
    }

    @Test func outputIsSeenAsItComes() async throws {
        let server = try SSHServer()
        let connection = connection(try machine(server))
        let seen = Mutex("")
        let result = try await connection.run("echo one; echo two", limits: limits) { _, bytes in
            seen.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
        }
        #expect(seen.withLock { $0 } == String(decoding: result.output, as: UTF8.self))
    }

    @Test func anUnknownHostKeyIsRefusedUnlessAPersonTrustsIt() async throws {
        let server = try SSHServer()
        let machine = try machine(server, known: false)
        let error = await failure { try await connection(machine).open() }
        guard case .hostKeyUnknown(let key, _)? = error else { return wasAnother(error) }
        #expect(key.type == "ssh-ed25519")
        #expect(key.fingerprint.hasPrefix("SHA256:"))
        #expect(key.host == "[127.0.0.1]:\(server.port)")
        #expect(!FileManager.default.fileExists(atPath: server.path("known_hosts")))
        let asked = Mutex<[HostKey]>([])
        let trusting = LoginDialogue(
            trust: { _, key in
                asked.withLock { $0.append(key) }; return true
            }, secret: { _ in nil })
        try await connection(machine, dialogue: trusting).open()
        #expect(asked.withLock { $0 } == [key])
        #expect(try String(contentsOfFile: server.path("known_hosts"), encoding: .utf8).contains("[127.0.0.1]:\(server.port) ssh-ed25519"))
        try await connection(machine).open()
    }

    /// Comparing a fingerprint with a console takes a person longer than a machine may take to log somebody in.
    @Test func aPersonMayTakeTheirTime() async throws {
        let server = try SSHServer()
        let slow = LoginDialogue(
            trust: { _, _ in
                Thread.sleep(forTimeInterval: 3); return true
            }, secret: { _ in nil })
        let result = try await connection(machine(server, known: false), dialogue: slow).run(
            "true", limits: CommandLimits(seconds: 2, bytes: 100))
        #expect(result.status == 0)
    }

    @Test func aChangedHostKeyIsRefusedWhoeverTrustsIt() async throws {
        let server = try SSHServer()
        let other = try SSHServer()
        let machine = try machine(server, known: false)
        let line = try other.knownHostsLine().replacing("\(other.port)", with: "\(server.port)")
        try line.write(toFile: server.path("known_hosts"), atomically: true, encoding: .utf8)
        let trusting = LoginDialogue(trust: { _, _ in true }, secret: { _ in nil })
        let error = await failure { try await connection(machine, dialogue: trusting).open() }
        guard case .hostKeyChanged(let key, _)? = error else { return wasAnother(error) }
        #expect(key.host == "[127.0.0.1]:\(server.port)")
        #expect(try String(contentsOfFile: server.path("known_hosts"), encoding: .utf8) == line)
    }

    @Test func aWrongKeyIsNotLetInAndTheMessageSaysWhatWasTried() async throws {
        let server = try SSHServer()
        try SSHServer.keygen(server.folder.appending(path: "other"), type: "ed25519")
        let machine = try machine(server, identity: "other")
        let error = await failure { try await connection(machine).open() }
        guard case .notLetIn(_, _, let tried, let accepted)? = error else { return wasAnother(error) }
        #expect(tried == ["the key \(server.path("other"))"])
        #expect(accepted == ["publickey"])
    }

    /// Connections that nobody logs in over count against sshd's MaxStartups, until it keeps others out.
    @Test func aRefusedConnectionIsNotLeftOpen() async throws {
        let server = try SSHServer()
        try SSHServer.keygen(server.folder.appending(path: "other"), type: "ed25519")
        for isKnown in [false, true] {
            let machine = try machine(server, identity: "other", known: isKnown)
            let error = await failure { try await connection(machine).open() }
            #expect(error != nil)
            for _ in 0..<30 where try server.connections() > 0 { try await Task.sleep(for: .milliseconds(100)) }
            #expect(try server.connections() == 0)
        }
    }

    @Test func anEncryptedKeyAsksForItsPassphraseOnce() async throws {
        let server = try SSHServer()
        try SSHServer.keygen(server.folder.appending(path: "locked"), type: "ed25519", passphrase: "open sesame")
        let pub = try String(contentsOf: server.folder.appending(path: "locked.pub"), encoding: .utf8)
        try pub.write(toFile: server.path("authorized_keys"), atomically: true, encoding: .utf8)
        let machine = try machine(server, identity: "locked")
        let questions = Mutex(0)
        let answers = ["wrong", "open sesame"]
        let book = SecretBook { _ in
            questions.withLock {
                $0 += 1; return answers[min($0, 2) - 1]
            }
        }
        try await Connection(machine, dialogue: .silent, secrets: book).open()
        #expect(questions.withLock { $0 } == 2, "asked again after the wrong one")
        try await Connection(machine, dialogue: .silent, secrets: book).open()
        #expect(questions.withLock { $0 } == 2, "remembered")
        let error = await failure { try await connection(machine).open() }
        guard case .nothingOffered(_, let lacking)? = error else { return wasAnother(error) }
        #expect(lacking == ["the key \(server.path("locked")), whose passphrase was not given"])
    }

    @Test func aMissingOrBrokenKeyFileIsNamed() async throws {
        let server = try SSHServer()
        let error = await failure { try await connection(try machine(server, identity: "nothing")).open() }
        guard case .identityUnreadable(let path, _)? = error else { return wasAnother(error) }
        #expect(path == server.path("nothing"))
        try "rubbish".write(toFile: server.path("broken"), atomically: true, encoding: .utf8)
        let broken = await failure { try await connection(try machine(server, identity: "broken")).open() }
        guard case .identityUnreadable? = broken else { return wasAnother(broken) }
    }

    @Test func aProxyCommandLeadsThere() async throws {
        let server = try SSHServer()
        var machine = try machine(server)
        machine.proxyCommand = "exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(server.port); cat <&3 & exec cat >&3'"
        let result = try await connection(machine).run("echo through", limits: limits)
        #expect(String(decoding: result.output, as: UTF8.self) == "through\n")
    }

    @Test func aClosedPortRefuses() async throws {
        let port = try SSHServer.freePort()
        let machine = ReachableMachine(name: "pg1", address: "127.0.0.1", port: port, user: "student", knownHosts: "/dev/null")
        #expect(await failure { try await connection(machine).open() } == .refused(place: "127.0.0.1 port \(port)"))
    }

    @Test func aNameThatIsNotKnownIsSaid() async throws {
        let machine = ReachableMachine(name: "pg1", address: "no-such-host.invalid", user: "student", knownHosts: "/dev/null")
        let error = await failure { try await connection(machine).open() }
        guard case .nameUnknown(let host, _)? = error else { return wasAnother(error) }
        #expect(host == "no-such-host.invalid")
    }

    @Test(arguments: ["", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\n\r\n", String(repeating: "garbage\n", count: 1000)])
    func aServerThatIsNoneEndsInTime(greeting: String) async throws {
        let server = try FakeServer(greeting: greeting)
        let machine = ReachableMachine(name: "pg1", address: "127.0.0.1", port: server.port, user: "student", knownHosts: "/dev/null")
        let start = ContinuousClock.now
        let error = await failure { _ = try await connection(machine).run("true", limits: CommandLimits(seconds: 2, bytes: 1000)) }
        #expect(error != nil)
        #expect(ContinuousClock.now - start < .seconds(6))
    }

    /// libssh writes on where nobody reads any more, which must not end lab.
    @Test func aSignalForABrokenPipeIsHeldBack() async throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let writer = ends[1]
        let written = try await SessionThread(name: "pipe").run { _ in
            let before = write(writer, "x", 1)
            // What came before is not made up for.
            return PipeSignal.released { before }
        }
        #expect(written == -1)
        #expect(PipeSignal.held { write(writer, "x", 1) } == -1)
        close(writer)
    }

    @Test func cancellingReturnsAtOnceWhereverItIs() async throws {
        let server = try SSHServer()
        let silent = try FakeServer(greeting: "")
        let hanging = ReachableMachine(name: "pg1", address: "127.0.0.1", port: silent.port, user: "student", knownHosts: "/dev/null")
        for (machine, command) in [(hanging, "true"), (try machine(server), "sleep 60")] {
            let connection = connection(machine)
            let started = Mutex(false)
            let task = Task {
                started.withLock { $0 = true }
                return try await connection.run(command, limits: limits)
            }
            while !started.withLock({ $0 }) { await Task.yield() }
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }

    @Test func aCommandThatHangsEndsAtItsLimit() async throws {
        let server = try SSHServer()
        let connection = connection(try machine(server))
        let error = await failure { _ = try await connection.run("sleep 60", limits: CommandLimits(seconds: 1, bytes: 1000)) }
        #expect(error == .timedOut(stage: .running, place: "127.0.0.1 port \(server.port)", seconds: 1))
        #expect(try await connection.run("echo again", limits: limits).status == 0, "the next command has a connection of its own")
    }

    @Test func aConnectionThatWasCutIsOpenedAgain() async throws {
        let server = try SSHServer()
        let connection = connection(try machine(server))
        _ = try await connection.run("true", limits: limits)
        try server.killConnections()
        let error = await failure { _ = try await connection.run("true", limits: limits) }
        if let error { guard case .lost = error else { return wasAnother(error) } }
        #expect(try await connection.run("echo again", limits: limits).status == 0)
    }

    @Test func aCommandEndedByASignalHasNoStatus() async throws {
        let server = try SSHServer()
        let result = try await connection(try machine(server)).run("kill -9 $$", limits: limits)
        #expect(result.status == nil)
    }

    private let platform = Platform(name: "p", title: "p", values: [:])

    private func fleet(_ server: SSHServer, dialogue: LoginDialogue = .silent) throws -> Fleet {
        Fleet(
            inventory: Inventory(lab: "x", environment: .own, platform: "p", machines: [try machine(server)]), dialogue: dialogue)
    }

    /// sudo asks three times, and would read the task's commands as the second and third guess.
    @Test func aRefusedSudoPasswordIsTriedAloneAndForgotten() async throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.url
        let sudo = folder.appending(path: "sudo")
        try """
        #!/bin/sh
        case $1 in *n*) exit 1 ;; esac
        read -r guess
        if [ "$guess" = right ]; then shift; while [ "$1" != true ] && [ "$1" != bash ]; do shift; done; exec "$@"; fi
        { echo "$guess"; cat; } >>\(folder.path)/guesses
        echo 'Sorry, try again.' >&2
        exit 1

        """.write(to: sudo, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sudo.path)
        let server = try SSHServer(settings: ["SetEnv PATH=\(folder.path):/usr/bin:/bin"])
        let answers = Mutex(["wrong", "right"])
        let fleet = try fleet(
            server, dialogue: LoginDialogue(trust: { _, _ in false }, secret: { _ in answers.withLock { $0.removeFirst() } }))
        let refused = try await fleet.run("echo done", on: "pg1", as: .root, of: platform, seconds: 10, live: { _, _ in })
        #expect(refused.status == 1)
        #expect(String(decoding: refused.errors, as: UTF8.self).contains("try again"))
        #expect(try String(contentsOf: folder.appending(path: "guesses"), encoding: .utf8) == "wrong\n")
        for _ in 1...2 {
            let result = try await fleet.run("echo done", on: "pg1", as: .root, of: platform, seconds: 10, live: { _, _ in })
            #expect(String(decoding: result.output, as: UTF8.self) == "done\n")
        }
        #expect(answers.withLock { $0.isEmpty }, "asked again once, and then known")
        withExtendedLifetime(temporary) {}
    }

    @Test func aTaskCannotSwallowTheCommandsAfterIt() async throws {
        let server = try SSHServer()
        let fleet = try fleet(server)
        let result = try await fleet.run("cat\necho after", on: "pg1", as: .student, of: platform, seconds: 10, live: { _, _ in })
        #expect(String(decoding: result.output, as: UTF8.self) == "after\n")
        let failing = try await fleet.run("false\necho after", on: "pg1", as: .student, of: platform, seconds: 10, live: { _, _ in })
        #expect(failing.status == 1)
        #expect(failing.output.isEmpty)
    }
}

/// Accepts connections on loopback, says one thing, and nothing more.
final class FakeServer {
    let port: Int
    private let listener: Int32

    init(greeting: String) throws {
        port = try SSHServer.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0, listen(listener, 8) == 0 else { throw SSHServer.Failed(said: "bind") }
        let number = listener
        Thread.detachNewThread {
            var kept: [Int32] = []
            while true {
                let client = accept(number, nil, nil)
                guard client >= 0 else { break }
                let bytes = Array(greeting.utf8)
                _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                kept.append(client)
            }
            kept.forEach { close($0) }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)); close(listener) }
}
