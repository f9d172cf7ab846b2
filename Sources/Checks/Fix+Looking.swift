import Foundation

extension Cause {
    /// Whether no command of the repair changes anything, and nothing says what a person has to decide: such a repair fixes nothing.
    /// - Parameter own: commands of libraries' own programs that only look.
    func onlyLooks(knowing own: [CheckLibrary.Look]) -> Bool { !fix.isEmpty && fix.allSatisfy { $0.onlyLooks(knowing: own) } }
}

extension Fix {
    /// Programs that only show something, when their output goes nowhere else.
    private static let looking: Set<String> = [
        "cat", "df", "dmesg", "du", "find", "free", "getent", "getfacl", "grep", "head", "id", "journalctl", "last", "ldd", "ls", "lsof",
        "namei", "ping", "ps", "stat", "sort", "ss", "tail", "wc", "uptime",
    ]
    private static let looks = [
        "sed -n ", "systemctl status", "systemctl cat", "systemctl show", "firewall-cmd --list", "firewall-cmd --get",
        "firewall-cmd --query", "nft list",
        "nft -a list", "ip -br", "ip -4 -br", "ip addr", "ip route show", "{{lab}} show", "{{lab}} machines", "passwd -S", "chage -l",
    ]

    func onlyLooks(knowing own: [CheckLibrary.Look]) -> Bool {
        guard decide == nil, task == nil else { return false }
        if at.source.string.isWorkstation, ["{{lab}}"].contains(run.source.string) { return true }
        return Self.onlyLooks(run.source.string, knowing: own)
    }

    /// Whether all that a command does is to show something.
    static func onlyLooks(_ command: String, knowing own: [CheckLibrary.Look]) -> Bool {
        command.split(whereSeparator: { $0 == "\n" || $0 == ";" || $0 == "|" || $0 == "&" }).allSatisfy { part in
            let command = part.trimmingCharacters(in: .whitespaces)
            let changes =
                command.contains(" -delete") || command.contains(" -exec") || (command.contains(">") && !command.contains("2>/dev/null"))
            let word = command.split(separator: " ").first.map(String.init) ?? ""
            return !changes
                && (Self.looking.contains(word) || Self.looks.contains { command.hasPrefix($0) } || own.contains { $0.fits(command) })
        }
    }
}
