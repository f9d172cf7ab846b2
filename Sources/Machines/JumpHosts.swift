import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The connections to the jump hosts of a class: one each, opened once and shared by all machines behind it. A hundred
/// logins at once are what sshd's MaxStartups refuses.
public final class JumpHosts: Sendable {
    private struct Jump: Hashable {
        var host: JumpHost
        var knownHosts: String?
    }
    private let opened = Mutex<[Jump: Task<String?, Never>]>([:])
    /// The sockets of the connections, for nobody else. A path in it stays below the limit of 108 bytes.
    private let folder: String

    public init() {
        var template = Array("/tmp/lab-XXXXXX".utf8CString)
        folder = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
        }
    }

    deinit { if !folder.isEmpty { try? FileManager.default.removeItem(atPath: folder) } }

    /// The inventory, with the connections to its jump hosts open. Where one cannot be opened, each machine behind it tries
    /// for itself, and says what is wrong.
    public func through(_ inventory: Inventory) async throws -> Inventory {
        guard inventory.machines.contains(where: { $0.proxyJump != nil && $0.proxyCommand == nil }) else { return inventory }
        var inventory = inventory
        for index in inventory.machines.indices {
            let machine = inventory.machines[index]
            guard machine.proxyCommand == nil, let host = machine.proxyJump.flatMap(JumpHost.init) else { continue }
            inventory.machines[index].jumpControl = await control(Jump(host: host, knownHosts: machine.knownHosts))
            try Task.checkCancellation()
        }
        return inventory
    }

    /// Ends the connections.
    public func close() async {
        let all = opened.withLock { opened in
            defer { opened = [:] }
            return opened
        }
        for (jump, task) in all {
            guard let socket = await task.value else { continue }
            _ = await Self.ssh(jump.host.ending(control: socket))
        }
    }

    private func control(_ jump: Jump) async -> String? {
        guard !folder.isEmpty else { return nil }
        let task = opened.withLock { opened in
            if let task = opened[jump] { return task }
            let socket = "\(folder)/\(opened.count)"
            let task = Task.detached { await Self.ssh(jump.host.opening(knownHosts: jump.knownHosts, control: socket)) == 0 ? socket : nil }
            opened[jump] = task
            return task
        }
        return await task.value
    }

    /// Runs OpenSSH's client, which says nothing and asks nothing, to its end. With `-f` that is when the connection stands.
    private static func ssh(_ arguments: [String]) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: run(arguments)) }
        }
    }

    private static func run(_ arguments: [String]) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, flags) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY), (STDERR_FILENO, O_WRONLY)] {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", flags, 0)
        }
        // A process group of its own: Ctrl-C is for lab, which ends the connection in order.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = (["ssh"] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var pid: pid_t = 0
        guard posix_spawnp(&pid, "ssh", &actions, &attributes, &words, environ) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return -1 } }
        return status
    }
}
