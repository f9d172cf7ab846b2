import Database
import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A local forward of OpenSSH to one server, started again when it dies: a machine that lost its power may come back.
final class Forward: Sendable {
    let machine: String
    let endpoint: DatabaseEndpoint
    private let task: Task<Void, Never>
    private let lastWords: SharedText

    /// What ssh said when it ended last.
    var said: String? { lastWords.value }

    init(to server: DatabaseEndpoint, sshArguments: [String]) {
        let port = Network.freePort()
        machine = server.machine
        endpoint = DatabaseEndpoint(machine: server.machine, address: "127.0.0.1", port: port, isForward: true)
        let arguments = Self.arguments(to: server, from: port, sshArguments)
        let said = SharedText()
        lastWords = said
        task = Task.detached { await Self.keepOpen(arguments, said) }
    }

    static func arguments(to server: DatabaseEndpoint, from port: Int, _ sshArguments: [String]) -> [String] {
        let target = server.address.contains(":") ? "[\(server.address)]" : server.address
        // Nobody is there to answer ssh's questions, and a machine without power has to be noticed soon.
        let options = [
            "ExitOnForwardFailure=yes", "BatchMode=yes", "ConnectTimeout=5", "ServerAliveInterval=2", "ServerAliveCountMax=2",
            "ControlPath=none", "LogLevel=ERROR",
        ]
        // Not -N: the remote cat ends with its input, so nothing of this outlives a lab that was killed.
        return sshArguments + ["-T"] + options.flatMap { ["-o", $0] }
            + ["-L", "127.0.0.1:\(port):\(target):\(server.port)", server.machine, "exec cat >/dev/null"]
    }

    /// Waits until something listens at the near end.
    func waitUntilOpen(seconds: Double) async -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end, !Task.isCancelled {
            if Network.listens(onPort: endpoint.port) { return true }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    /// Ends ssh and waits for that.
    func close() async {
        task.cancel()
        await task.value
    }

    private static func keepOpen(_ arguments: [String], _ said: SharedText) async {
        var options = PlatformOptions()
        // A session of its own: Ctrl-C in the terminal is not meant for it, and it cannot ask there.
        options.createSession = true
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .milliseconds(500))]
        while !Task.isCancelled {
            do {
                let line = try Lifeline()
                defer { line.cut() }
                let result = try await Subprocess.run(
                    .name("ssh"), arguments: Arguments(arguments), platformOptions: options,
                    input: .fileDescriptor(line.reader, closeAfterSpawningProcess: true), output: .discarded,
                    error: .string(limit: 1 << 16))
                said.set(DatabaseError.brief(result.standardError))
            } catch {
                said.set("\(error)")
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}

/// A pipe that nothing is ever written to. What reads from it ends when this program does, however that comes about.
private struct Lifeline {
    let reader: FileDescriptor
    private let writer: FileDescriptor

    init() throws {
        (reader, writer) = try FileDescriptor.pipe()
        for end in [reader, writer] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    }

    func cut() { try? writer.close() }
}

/// A text that one task writes and another reads.
private final class SharedText: Sendable {
    private let text = Mutex<String?>(nil)

    var value: String? { text.withLock { $0 } }
    func set(_ new: String) { text.withLock { $0 = new } }
}
