import DataFiles
import Foundation
import Sandbox

/// Whether practice machines can be made here.
package struct PracticeLook: Sendable {
    private let programs: InstalledPrograms
    private let installer: URL?
    private let proc: String

    /// A look at programs and the kernel.
    /// - Parameters:
    ///   - engine: the folder with what all practice machines are made with, `install` among it; nil if lab's own files are not found.
    ///   - proc: where the kernel describes itself.
    package init(_ programs: InstalledPrograms, engine: URL?, proc: String = "/proc") {
        self.programs = programs
        installer = engine?.appending(path: "install")
        self.proc = proc
    }

    /// As `sandbox/install` installs them.
    static let needed = [
        "podman", "netavark", "aardvark-dns", "mmdebstrap", "dpkg-scanpackages", "ssh-keygen", "nsenter", "nft", "iptables", "ip",
        "newuidmap", "slirp4netns",
        "fuse-overlayfs",
    ]

    /// What is there and what is not.
    /// - Parameter isWanted: whether this student works with practice machines; for others it is no more than a remark.
    package func findings(isWanted: Bool) -> [Finding] {
        let bad: Finding.State = isWanted ? .missing : .remark
        let missing = programs.missing(of: Self.needed)
        guard missing.isEmpty else {
            let these = "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are")"
            let install = installer.map { " To install what is missing: sh \(shellWord($0.path))" } ?? ""
            return [
                Finding(
                    bad, "Practice machines cannot be made: \(these) not installed.",
                    advice: "Your own machines work without it.\(install)")
            ]
        }
        var findings = [Finding(.ready, "podman and whatever else practice machines need are installed.")]
        if let free = memory("MemAvailable"), free < 1500 {
            findings.append(
                Finding(
                    bad, "Only \(free) MB of memory are free; practice machines need about 1500.", advice: "Close something large first."))
        }
        if let watches = number("sys/fs/inotify/max_user_instances"), watches < 128 {
            findings.append(
                Finding(
                    bad, "The kernel allows \(watches) inotify instances per user; each practice machine takes about five.",
                    advice: "As root: sysctl fs.inotify.max_user_instances=1024"))
        }
        return findings
    }

    /// What the practice machines of this computer are doing.
    /// - Throws: `CancellationError`.
    package func findings(of sandbox: Sandbox) async throws -> [Finding] {
        do {
            let states = try await sandbox.status()
            let running = states.count { $0.state == .running }
            if running == states.count { return [Finding(.ready, "The \(running) practice machines are running.")] }
            if states.allSatisfy({ $0.state == .absent }) {
                return [Finding(.remark, "There are no practice machines now.", advice: "lab sandbox up makes them.")]
            }
            let off = states.filter { $0.state != .running }.map(\.machine.name).joined(separator: ", ")
            return [
                Finding(
                    .missing, "Practice machines that are not running: \(off).",
                    advice: "lab sandbox up starts them.")
            ]
        } catch let error as SandboxError {
            return [Finding(.missing, "The practice machines cannot be looked at.", advice: error.description)]
        }
    }

    private func number(_ path: String) -> Int? {
        (try? String(contentsOfFile: "\(proc)/\(path)", encoding: .utf8)).flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// A line of `meminfo`, in MB.
    private func memory(_ key: String) -> Int? {
        let text = try? String(contentsOfFile: "\(proc)/meminfo", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix(key + ":") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1024 }
    }
}
