import DataFiles

/// What a shell command destroys, recognised by its words: deleted or renamed files, overwritten data, a machine switched off.
///
/// It errs on the side of harm: a repair with such words has to say what it costs and when it is safe.
package struct Harm: Sendable {
    /// The words by which it was recognised.
    package var words: String
    /// What they do: "deletes files".
    package var does: String

    /// Words by which harm is recognised.
    package struct Sign: Sendable, Hashable {
        package enum Words: Sendable, Hashable {
            /// A command with words that follow it somewhere in the same simple command; `*`: any word that is not an option.
            case command(String, with: [String])
            /// Small letters that may be anywhere, such as those of SQL.
            case anywhere(String)
        }

        package var words: Words
        /// What it does, as in "rm deletes files".
        package var does: String

        init(command: String, with: [String] = [], does: String) {
            words = .command(command, with: with)
            self.does = does
        }

        init(anywhere text: String, does: String) {
            words = .anywhere(text.lowercased())
            self.does = does
        }

        /// Reads one entry of `harms:` of a library.
        static func read(_ node: DataNode) -> Sign? {
            guard let entry = node.mapping(keys: ["command", "with", "anywhere", "does"]), let does = entry.requiredText("does") else {
                return nil
            }
            if let text = entry["anywhere"]?.filledText() { return Sign(anywhere: text.string, does: does.string) }
            guard let command = entry.requiredText("command") else { return nil }
            return Sign(command: command.string, with: entry["with"]?.listOrOne().compactMap { $0.text()?.string } ?? [], does: does.string)
        }
    }

    /// What every Linux machine has, and SQL. Libraries add their own programs.
    package static let general: [Sign] =
        [
            Sign(command: "rm", does: "deletes files"),
            Sign(command: "rmdir", does: "deletes a folder"),
            Sign(command: "unlink", does: "deletes a file"),
            Sign(command: "shred", does: "destroys a file"),
            Sign(command: "find", with: ["-delete"], does: "deletes files"),
            Sign(command: "mv", does: "renames files"),
            Sign(command: "rename", does: "renames files"),
            Sign(command: "truncate", does: "empties a file"),
            Sign(command: "dd", does: "overwrites"),
            Sign(command: "mkfs", does: "makes a new file system"),
            Sign(command: "wipefs", does: "makes a disk unreadable"),
            Sign(command: "poweroff", does: "switches a machine off"),
            Sign(command: "halt", does: "switches a machine off"),
            Sign(command: "shutdown", does: "switches a machine off"),
            Sign(command: "reboot", does: "ends what runs on a machine"),
            Sign(command: "hostnamectl", with: ["set-hostname"], does: "renames a machine"),
            Sign(command: "hostnamectl", with: ["hostname"], does: "renames a machine"),
            Sign(command: "hostname", with: ["*"], does: "renames a machine"),
            Sign(command: "userdel", does: "deletes an account"),
            Sign(command: "groupdel", does: "deletes a group"),
            Sign(command: "apt-get", with: ["purge"], does: "removes a package with its data"),
            Sign(command: "apt-get", with: ["remove"], does: "removes a package"),
            Sign(command: "dnf", with: ["remove"], does: "removes a package"),
            Sign(command: "ssh-keygen", with: ["-R"], does: "forgets a host key"),
            Sign(command: "VBoxManage", with: ["--delete"], does: "deletes a machine"),
        ]
        + [
            "drop table", "drop database", "drop schema", "drop role", "drop user",
            "drop extension", "drop subscription", "drop publication", "delete from", "truncate ",
        ].map { Sign(anywhere: $0, does: "deletes what is in the database") }

    /// - Parameter command: one or more lines of shell, as they are printed.
    package init?(in command: String, by signs: [Sign]) {
        let small = command.lowercased()
        let simple = Self.simpleCommands(of: command)
        guard let sign = signs.first(where: { $0.fits(small, simple) }) else { return nil }
        words = sign.description
        does = sign.does
    }

    /// The words of each simple command. Quotes do not hide a command: what is in them may be run by another shell.
    private static func simpleCommands(of text: String) -> [[Substring]] {
        text.split { ";|&\n()`{}".contains($0) }.map { part in part.split { " \t\"'".contains($0) } }
    }
}

extension Harm.Sign: CustomStringConvertible {
    package var description: String {
        switch words {
        case .command(let command, let with): ([command] + with.filter { $0 != "*" }).joined(separator: " ")
        case .anywhere(let text): text
        }
    }

    fileprivate func fits(_ text: String, _ commands: [[Substring]]) -> Bool {
        switch words {
        case .command(let command, let with): commands.contains { Self.fits($0, command, with) }
        case .anywhere(let small): text.contains(small)
        }
    }

    private static func fits(_ words: [Substring], _ command: String, _ with: [String]) -> Bool {
        // A command's name may be behind others (sudo, env, timeout 20, sh -c), but not be the value of an option.
        guard let place = words.firstIndex(where: { $0.split(separator: "/").last.map(String.init) == command }) else { return false }
        let before = words[..<place], after = words[words.index(after: place)...]
        if harmless.contains(where: { word in before.contains { $0 == word } }) { return false }
        return with.allSatisfy { word in
            word == "*" ? after.first.map { !$0.hasPrefix("-") && !$0.hasPrefix("&") } ?? false : after.contains { $0 == word }
        }
    }

    /// What only looks at the words behind it.
    private static let harmless = ["grep", "ls", "cat", "which", "man", "command", "-v", "systemctl", "stat"]
}
