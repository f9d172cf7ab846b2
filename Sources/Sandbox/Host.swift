import Foundation

/// How practice machines can be run on this computer.
enum Host: Sendable, Hashable {
    /// cgroup v2 throughout: podman works as it is.
    case ordinary
    /// Another cgroup tree: machines need a mount namespace with a pure cgroup v2 tree, and a cgroup each.
    case restricted

    /// Found by looking, never by asking where this is: the root of a pure cgroup v2 tree lists its controllers.
    static func probe(root: String = "/sys/fs/cgroup") -> Host {
        FileManager.default.fileExists(atPath: root + "/cgroup.controllers") ? .ordinary : .restricted
    }
}

/// The mount namespace with a pure cgroup v2 tree, kept alive by a file. Only on restricted hosts.
struct CgroupNamespace: Sendable {
    let folder: URL
    var file: String { folder.appending(path: "mount").path }

    /// What every podman call for these machines goes through.
    var entering: [String] { ["nsenter", "--mount=\(file)", "--"] }

    /// Whether the file leads into a living namespace.
    func isAlive(_ program: Program) async throws -> Bool {
        guard FileManager.default.fileExists(atPath: file) else { return false }
        let look = try await program.run(
            entering + ["stat", "-fc", "%T", "/sys/fs/cgroup"], seconds: 10, doing: "looking at the mount namespace")
        return look.succeeded && look.output.contains("cgroup2fs")
    }

    /// Makes the namespace if there is none.
    /// - Throws: `SandboxError.notAllowed` if the kernel refuses.
    func make(_ program: Program) async throws {
        if try await isAlive(program) { return }
        try await remove(program)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: file))
        let steps: [[String]] = [
            ["mount", "--bind", folder.path, folder.path], ["mount", "--make-private", folder.path],
            [
                "unshare", "--mount=\(file)", "sh", "-c",
                "mount --make-rprivate / && umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup",
            ],
        ]
        for step in steps {
            let outcome = try await program.run(step, seconds: 15, doing: step[0])
            guard outcome.succeeded else { throw SandboxError.notAllowed(doing: step.prefix(2).joined(separator: " "), said: outcome.tail) }
        }
    }

    /// Takes the namespace down, whatever state a crash left it in.
    func remove(_ program: Program) async throws {
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        for path in [file, folder.path] {
            for _ in 0..<3 {
                let outcome = try await program.run(["umount", "-l", path], seconds: 10, doing: "umount")
                if !outcome.succeeded { break }
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }
}
