import Course
import DataFiles
import Foundation

extension Inventory {
    /// The inventory as a file that ``load(_:)`` reads back to the same.
    package func yaml() -> String {
        var lines = [
            "# Your machines. lab asked for these and wrote them down; change them as you like.", "format: 1", "lab: \(lab)",
            "environment: \(environment.rawValue)", "platform: \(platform)",
        ]
        if !variables.isEmpty { lines.append("variables:") }
        for (name, text) in variables.sorted(by: { $0.key < $1.key }) { lines.append("  \(name): \(yamlQuoted(text.string))") }
        if let variant {
            lines.append("# Your own values are drawn from this name: 'lab variants' shows them.")
            lines.append("variant: \(yamlQuoted(variant.name.string))")
            if variant.variety != .all { lines.append("vary: \(variant.variety.yaml)") }
        }
        lines.append("machines:")
        for machine in machines {
            lines.append("  \(machine.name):")
            let values: [(String, String?)] = [
                ("address", machine.address), ("reach", machine.reach), ("user", machine.userIsConfigured ? nil : machine.user),
                ("identity", machine.identity),
                ("known_hosts", machine.knownHosts), ("sudo_password_file", machine.sudoPasswordFile),
                ("proxy_command", machine.proxyCommand), ("proxy_jump", machine.proxyJump),
            ]
            for (key, value) in values { if let value { lines.append("    \(key): \(yamlQuoted(value))") } }
            if let port = machine.port { lines.append("    port: \(port)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes the inventory in one go, readable for its owner alone.
    /// - Throws: `FileFault`.
    package func write(to url: URL) throws(FileFault) { try PrivateFile.write(Data(yaml().utf8), to: url) }

    /// A configuration for OpenSSH that knows every machine by its name: for `ssh -F FILE NAME`.
    package var sshConfiguration: String {
        var lines = ["# Written by lab from your machines.yaml, anew at every start."]
        for machine in machines {
            lines.append("Host \(machine.name)")
            // What the configuration says of the machine's address, ssh would not find under its name.
            let client = try? machine.client()
            let usual = ClientConfiguration(host: machine.host, port: machine.port, user: machine.user)
            lines.append("    HostName \(client?.hostName ?? machine.host)")
            if let port = machine.port ?? client.flatMap({ $0.port == 22 ? nil : $0.port }) { lines.append("    Port \(port)") }
            lines.append("    User \(machine.user)")
            if let identity = machine.identity {
                lines += ["    IdentityFile \(word(identity))", "    IdentitiesOnly yes"]
            } else if let client, client.identities != usual.identities {
                lines += client.identities.map { "    IdentityFile \(word($0))" }
                if client.identitiesOnly { lines.append("    IdentitiesOnly yes") }
            }
            if let alias = client?.hostKeyAlias { lines.append("    HostKeyAlias \(word(alias))") }
            if let knownHosts = machine.knownHosts {
                lines.append("    UserKnownHostsFile \(word(knownHosts))")
            } else if let client, client.knownHosts != usual.knownHosts {
                lines.append(
                    "    UserKnownHostsFile " + (client.knownHosts.isEmpty ? "none" : client.knownHosts.map(word).joined(separator: " ")))
            }
            if let proxy = machine.proxyCommand ?? (machine.proxyJump == nil ? client?.proxyCommand : nil) {
                lines.append("    ProxyCommand \(proxy.replacing("\n", with: " "))")
            }
            if let jump = machine.proxyJump ?? (machine.proxyCommand == nil ? client?.proxyJump : nil) {
                lines.append("    ProxyJump \(jump)")
            }
            lines.append("    StrictHostKeyChecking ask")
            lines.append("    ForwardAgent no")
            lines.append("    ServerAliveInterval 15")
        }
        // Outside the last machine's block, or it would count for that one alone.
        lines += ["Match all", "    Include ~/.ssh/config"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A word of OpenSSH's configuration; a quote in a path cannot be said there and is dropped.
    private func word(_ text: String) -> String { "\"\(text.replacing("\"", with: "").replacing("\n", with: ""))\"" }
}

extension Inventory {
    /// Writes the configuration with which `ssh -F` knows the machines by name.
    /// - Throws: `FileFault`.
    package func writeSSHConfiguration(to file: URL) throws(FileFault) { try PrivateFile.write(Data(sshConfiguration.utf8), to: file) }
}
