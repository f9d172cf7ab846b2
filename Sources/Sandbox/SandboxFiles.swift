import DataFiles
import Foundation

/// The files of a sandbox on this computer: its key, its inventory and what else reaching the machines takes.
struct SandboxFiles: Sendable {
    let state: URL

    var identity: URL { state.appending(path: "id_ed25519") }
    var knownHosts: URL { state.appending(path: "known_hosts") }
    var inventory: URL { state.appending(path: "machines.yaml") }
    var sudoPassword: URL { state.appending(path: "sudo_password") }
    var configuration: URL { state.appending(path: "containers.conf") }
    var lock: URL { state.appending(path: "lock") }
    var plan: URL { state.appending(path: "plan.json") }
    var log: URL { state.appending(path: "image.log") }

    /// Makes the folder and the files that do not depend on running machines.
    func prepare(_ program: Program) async throws {
        try write(Podman.configuration, to: configuration)
        if !FileManager.default.fileExists(atPath: identity.path) {
            let made = try await program.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab sandbox", "-f", identity.path], seconds: 20,
                doing: "making a key")
            guard made.succeeded else { throw SandboxError.notAllowed(doing: "ssh-keygen", said: made.tail) }
        }
        try write(SandboxPlan.password + "\n", to: sudoPassword)
    }

    /// The public half of the workstation's key for the sandbox.
    func publicKey() throws(FileFault) -> String {
        String(decoding: try BoundedFile.read(identity.appendingPathExtension("pub"), atMost: 64 << 10), as: UTF8.self)
    }

    /// The plan that the machines were made after, so that every later command means the same ones.
    func storedPlan() -> SandboxPlan? {
        (try? Data(contentsOf: plan)).flatMap { try? JSONDecoder().decode(SandboxPlan.self, from: $0) }
    }

    func store(_ plan: SandboxPlan) throws {
        try write(String(decoding: try JSONEncoder().encode(plan), as: UTF8.self), to: self.plan)
    }

    func writeInventory(_ plan: SandboxPlan) throws { try write(Self.inventory(plan, files: self), to: inventory) }

    /// Writes what the machines' consoles said of their host keys: lines of type and key, by machine.
    func writeKnownHosts(_ keys: [(machine: SandboxPlan.PlannedMachine, lines: [String])]) throws {
        let lines = keys.flatMap { entry in entry.lines.map { "[127.0.0.1]:\(entry.machine.port) \($0)" } }
        try write(lines.joined(separator: "\n") + "\n", to: knownHosts)
    }

    /// The host keys known by now: lines of type and key, by machine.
    func knownKeys(_ plan: SandboxPlan) -> [String: [String]] {
        guard let text = try? String(contentsOf: knownHosts, encoding: .utf8) else { return [:] }
        var keys: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let machine = plan.machines.first(where: { "[127.0.0.1]:\($0.port)" == words[0] }) else { continue }
            keys[machine.name, default: []].append("\(words[1]) \(words[2])")
        }
        return keys
    }

    static func inventory(_ plan: SandboxPlan, files: SandboxFiles) -> String {
        var lines = [
            "# Written by 'lab sandbox up'. These are practice machines: their password is not a secret.", "format: 1",
            "lab: \(plan.lab)", "environment: sandbox", "platform: \(plan.platform)", "defaults:", "  user: \(SandboxPlan.account)",
            "  identity: \(yamlQuoted(files.identity.path))", "  known_hosts: \(yamlQuoted(files.knownHosts.path))",
            "  sudo_password_file: \(yamlQuoted(files.sudoPassword.path))", "  reach: 127.0.0.1", "machines:",
        ]
        if let variant = plan.variant { lines.insert("variant: \(yamlQuoted(variant))", at: 5) }
        for machine in plan.machines { lines.append("  \(machine.name): {address: \(machine.address), port: \(machine.port)}") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func write(_ text: String, to url: URL) throws(FileFault) { try PrivateFile.write(Data(text.utf8), to: url) }
}
