import Foundation
import Glibc
import Synchronization

/// The connections to the jump hosts of a class: one each, opened once and shared by all machines behind it. A hundred
/// logins at once are what sshd's MaxStartups refuses.
package final class JumpHosts: Sendable {
    private struct Jump: Hashable {
        var host: JumpHost
        var knownHosts: String?
    }
    private struct Opened {
        var tasks: [Jump: Task<String?, Never>] = [:]
        var sockets: [Jump: String] = [:]
        /// How many connections were opened: each has a socket of its own.
        var count = 0
        /// The sockets of the connections, for nobody else; nil as long as there is none, empty if none can be made.
        var folder: String?
    }
    private let opened = Mutex(Opened())

    package init() {}

    deinit { Self.remove(opened.withLock { $0.folder }) }

    /// A folder for sockets, made when the first is needed. A path in it stays below the limit of 108 bytes.
    private static func makeFolder() -> String {
        removeLeftovers()
        var template = Array("/tmp/lab-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
        }
    }

    private static func remove(_ folder: String?) {
        if let folder, !folder.isEmpty { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Folders that a lab before this one left behind when it was killed, and whose connections have ended: they are empty then,
    /// and nothing else is ever taken away.
    private static func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        let old = time(nil) - 3600
        for name in names where name.hasPrefix("lab-") && name.count == 10 {
            var about = stat()
            guard lstat("/tmp/\(name)", &about) == 0, about.st_mode & S_IFMT == S_IFDIR, about.st_uid == getuid(),
                about.st_mode & 0o777 == 0o700,
                about.st_mtim.tv_sec < old
            else { continue }
            rmdir("/tmp/\(name)")
        }
    }

    /// The inventory, with the connections to its jump hosts open. If one cannot be opened, each machine behind it tries
    /// for itself, and says what is wrong.
    package func through(_ inventory: Inventory) async throws -> Inventory {
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
    package func close() async {
        let all = opened.withLock { opened in
            defer { opened = Opened() }
            return opened
        }
        for (jump, task) in all.tasks {
            guard let socket = await task.value else { continue }
            _ = await Self.ssh(jump.host.ending(control: socket))
        }
        Self.remove(all.folder)
    }

    private func control(_ jump: Jump) async -> String? {
        let task = task(for: jump, insteadOf: nil)
        guard let socket = await task?.value else { return nil }
        if access(socket, F_OK) == 0 { return socket }
        // Nobody was in it for a while, as between two rounds, or the jump host ended it.
        return await self.task(for: jump, insteadOf: socket)?.value
    }

    /// Opens the connection, unless it is open or being opened.
    /// - Parameter gone: the socket of the connection that has ended.
    private func task(for jump: Jump, insteadOf gone: String?) -> Task<String?, Never>? {
        opened.withLock { opened in
            if let task = opened.tasks[jump], gone == nil || opened.sockets[jump] != gone { return task }
            let folder = opened.folder ?? Self.makeFolder()
            opened.folder = folder
            guard !folder.isEmpty else { return nil }
            let socket = "\(folder)/\(opened.count)"
            opened.count += 1
            let task = Task.detached { await Self.ssh(jump.host.opening(knownHosts: jump.knownHosts, control: socket)) == 0 ? socket : nil }
            opened.tasks[jump] = task
            opened.sockets[jump] = socket
            return task
        }
    }

    /// Runs OpenSSH's client, which says nothing and asks nothing, to its end. With `-f` that is when the connection is open.
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
