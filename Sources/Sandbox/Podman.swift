import Foundation
import Glibc

/// podman, called the way this computer needs it.
struct Podman: Sendable {
    let program: Program
    let host: Host
    let namespace: CgroupNamespace

    init(state: URL, host: Host) {
        let configuration = state.appending(path: "containers.conf")
        program = Program(environment: ["CONTAINERS_CONF": configuration.path])
        self.host = host
        namespace = CgroupNamespace(folder: Self.namespaceFolder)
    }

    /// One namespace for all sandboxes of this computer: podman cannot look at machines whose network namespace is
    /// mounted in another one. It goes away with a restart, as the machines do.
    private static let namespaceFolder = URL(filePath: "/run/lab-sandbox")
    /// Two sandboxes have a lock each; what they share has this one.
    private static let namespaceLock = URL(filePath: "/run/lab-sandbox.lock")
    /// Shared by all who are at work in the namespace: one who puts machines back has none for a moment.
    private static let workersLock = URL(filePath: "/run/lab-sandbox.workers")

    /// Makes ready what every call goes through.
    /// - Returns: what keeps others from taking it down, for as long as the caller works with it.
    func prepare() async throws -> SandboxLock? {
        guard host == .restricted else { return nil }
        let lock = try await SandboxLock.waiting(Self.namespaceLock, seconds: 60)
        defer { withExtendedLifetime(lock) {} }
        try await namespace.make(program)
        return try SandboxLock(Self.workersLock, shared: true)
    }

    /// Takes down what calls go through, when no machine of any sandbox is left in it, and nobody is at work there.
    func leave() async throws {
        guard host == .restricted else { return }
        let lock = try await SandboxLock.waiting(Self.namespaceLock, seconds: 60)
        defer { withExtendedLifetime(lock) {} }
        guard let alone = try? SandboxLock(Self.workersLock) else { return }
        defer { withExtendedLifetime(alone) {} }
        let others = try await call(["ps", "--all", "--quiet"], doing: "looking for other machines", mayFail: true)
        if others.succeeded, others.output.isEmpty { try await namespace.remove(program) }
    }

    /// Removes the empty cgroups that a machine leaves behind if this program made them.
    func removeCgroups(of container: String) async throws {
        guard host == .restricted else { return }
        let words = ["find", "/sys/fs/cgroup/\(container)", "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]
        // rmdir refuses one with processes in it, and there may be none: both are fine.
        _ = try await program.run(namespace.entering + words, seconds: 15, doing: "removing cgroups")
    }

    /// podman's settings for the sandbox alone: nothing of the user's own is touched.
    static let configuration = """
        [network]
        network_backend = "netavark"
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "none"

        """

    /// Calls podman.
    /// - Throws: `SandboxError.podman` when it fails, unless `mayFail`.
    @discardableResult
    func call(_ words: [String], input: String = "", seconds: Int = 60, doing: String, mayFail: Bool = false) async throws
        -> Program.Outcome
    {
        let prefix = host == .restricted ? namespace.entering : []
        let outcome = try await program.run(prefix + ["podman"] + words, input: input, seconds: seconds, doing: doing)
        guard outcome.succeeded || mayFail else { throw SandboxError.podman(doing: doing, said: outcome.tail) }
        return outcome
    }

    /// Runs or starts a container so that its systemd has a cgroup tree of its own: without one, four systemds would
    /// share a tree, and stopping a service on one machine would stop it on all.
    func boot(_ words: [String], container: String, doing: String) async throws {
        guard host == .restricted else {
            try await call(words, doing: doing)
            return
        }
        let script = "mkdir -p \"$1\" && echo $$ >\"$1/cgroup.procs\" && shift && exec podman \"$@\""
        let outcome = try await program.run(
            namespace.entering + ["sh", "-c", script, "sh", "/sys/fs/cgroup/\(container)"] + words, doing: doing)
        guard outcome.succeeded else { throw SandboxError.podman(doing: doing, said: outcome.tail) }
    }

    /// What `podman run` needs here besides the machine's own settings.
    var hostOptions: [String] {
        guard host == .restricted else { return [] }
        // podman's own limits may be more than this process is allowed to set.
        return ["--cgroups=disabled", "--cgroupns=private"]
            + ["--ulimit", "nofile=\(Self.openFiles):\(Self.openFiles)", "--ulimit", "nproc=4096:4096"]
    }

    /// How many files a machine's processes may open: no more than this process may.
    private static var openFiles: UInt64 {
        var own = rlimit()
        let known = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &own) == 0
        return known ? min(UInt64(own.rlim_max), 20000) : 1024
    }
}
