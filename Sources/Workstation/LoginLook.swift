import Foundation
import Machines

/// What this computer logs in with.
package struct LoginLook: Sendable {
    private let programs: InstalledPrograms
    private let environment: [String: String]
    private let home: String

    /// A look at a user's keys and agent.
    package init(
        _ programs: InstalledPrograms, environment: [String: String] = ProcessInfo.processInfo.environment, home: String = NSHomeDirectory()
    ) {
        self.programs = programs
        self.environment = environment
        self.home = home
    }

    /// The client, and the keys that there are: the inventory's, or the user's own.
    package func findings(_ inventory: Inventory?) -> [Finding] {
        var findings = [
            programs.has("ssh")
                ? Finding(.ready, "OpenSSH's client is there, for 'ssh MACHINE' and jump hosts.")
                : Finding(.missing, "There is no ssh.", advice: "Install OpenSSH's client (Debian: openssh-client).")
        ]
        let named = Set(inventory?.machines.compactMap(\.identity) ?? []).sorted()
        findings += named.map(identity)
        if named.count < 1 || inventory?.machines.contains(where: { $0.identity == nil }) ?? true { findings.append(own(inventory)) }
        return findings
    }

    private func identity(_ path: String) -> Finding {
        guard FileManager.default.fileExists(atPath: path) else {
            return Finding(
                .missing, "The key \(path) is not there.",
                advice: "Your machines.yaml names it as 'identity': fix it there, or put the key there.")
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            return Finding(.missing, "You may not read the key \(path).", advice: "It has to be yours: ls -l \(path)")
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else {
            return Finding(.remark, "Others may read the key \(path).", advice: "ssh refuses such a key: chmod 600 \(path)")
        }
        return Finding(.ready, "The key \(path) is there.")
    }

    /// The agent, OpenSSH's usual files, and those that its configuration names for the machines.
    private func own(_ inventory: Inventory?) -> Finding {
        let usual = ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }.filter { FileManager.default.fileExists(atPath: $0) }
        let configured = inventory?.machines.filter { $0.identity == nil }.flatMap(\.configuredKeys) ?? []
        let files = Set(usual + configured).sorted()
        if let agent = environment["SSH_AUTH_SOCK"], FileManager.default.fileExists(atPath: agent) {
            return Finding(.ready, "An agent is running\(files.isEmpty ? "" : ", and there is \(files.joined(separator: " and "))").")
        }
        if !files.isEmpty { return Finding(.ready, "There is a key to log in with: \(files.joined(separator: ", ")).") }
        return Finding(
            .remark, "You have no SSH key, and no agent is running: lab will ask for passwords.",
            advice:
                "To have a key: ssh-keygen -t ed25519, then ssh-copy-id USER@ADDRESS for each machine. Practice machines bring their own.")
    }
}
