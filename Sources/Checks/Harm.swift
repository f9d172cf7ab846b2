/// What a shell command destroys, recognised by its words: deleted or renamed files, overwritten data, a machine switched off.
///
/// It errs on the side of harm: a repair with such words has to say what it costs and where it is safe.
package struct Harm: Sendable {
    /// The words by which it was recognised.
    package var words: String
    /// What they do: "deletes files".
    package var does: String

    fileprivate struct Sign {
        /// A command with words that follow it somewhere in the same simple command.
        var command: String
        var with: [String] = []
        var does: String
    }

    private static let signs: [Sign] = [
        Sign(command: "rm", does: "deletes files"),
        Sign(command: "rmdir", does: "deletes a folder"),
        Sign(command: "unlink", does: "deletes a file"),
        Sign(command: "shred", does: "destroys a file"),
        Sign(command: "find", with: ["-delete"], does: "deletes files"),
        Sign(command: "mv", does: "renames files"),
        Sign(command: "rename", does: "renames files"),
        Sign(command: "truncate", does: "empties a file"),
        Sign(command: "dd", does: "overwrites"),
        Sign(command: "mkfs", does: "makes a file system anew"),
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
        Sign(command: "pg_dropcluster", does: "deletes a database server's data"),
        Sign(command: "pg_resetwal", does: "discards WAL"),
        Sign(command: "pg_rewind", does: "takes back what was written"),
        Sign(command: "dropdb", does: "deletes a database"),
        Sign(command: "dropuser", does: "deletes a role"),
        Sign(command: "repmgr", with: ["clone", "--force"], does: "overwrites a data directory"),
        Sign(command: "repmgr", with: ["clone", "-F"], does: "overwrites a data directory"),
        Sign(command: "repmgr", with: ["rejoin", "--force-rewind"], does: "takes back what was written"),
        Sign(command: "repmgr", with: ["unregister"], does: "deletes a node's record"),
        Sign(command: "VBoxManage", with: ["--delete"], does: "deletes a machine"),
    ]

    /// Words of SQL that destroy, wherever they stand.
    private static let statements = [
        "drop table", "drop database", "drop schema", "drop role", "drop user", "drop extension", "drop subscription", "drop publication", "delete from",
        "truncate ", "pg_drop_replication_slot",
    ]

    /// - Parameter command: one or more lines of shell, as they are printed.
    package init?(in command: String) {
        let small = command.lowercased()
        if let statement = Self.statements.first(where: small.contains) {
            self.init(words: statement, does: "deletes what is in the database")
            return
        }
        for simple in Self.simpleCommands(of: command) {
            for sign in Self.signs where sign.fits(simple) {
                self.init(words: ([sign.command] + sign.with.filter { $0 != "*" }).joined(separator: " "), does: sign.does)
                return
            }
        }
        return nil
    }

    private init(words: String, does: String) {
        self.words = words
        self.does = does
    }

    /// The words of each simple command. Quotes do not hide a command: what stands in them may be run by another shell.
    private static func simpleCommands(of text: String) -> [[Substring]] {
        text.split { ";|&\n()`{}".contains($0) }.map { part in part.split { " \t\"'".contains($0) } }
    }
}

extension Harm.Sign {
    fileprivate func fits(_ words: [Substring]) -> Bool {
        // A command's name may stand behind others (sudo, env, timeout 20, sh -c), but not be the value of an option.
        guard let place = words.firstIndex(where: { $0.split(separator: "/").last.map(String.init) == command }) else { return false }
        let before = words[..<place], after = words[words.index(after: place)...]
        if ["grep", "ls", "cat", "which", "man", "command", "-v", "systemctl", "stat"].contains(where: { word in before.contains { $0 == word } }) { return false }
        return with.allSatisfy { word in word == "*" ? after.first.map { !$0.hasPrefix("-") && !$0.hasPrefix("&") } ?? false : after.contains { $0 == word } }
    }
}
