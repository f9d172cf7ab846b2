import DataFiles
import Foundation
import Machines

/// What `ansible-inventory --list` prints: hosts with their variables, and groups of hosts.
///
/// JSON is YAML as well, and read as such, since that gives the place of everything.
struct AnsibleInventory {
    private let root: DataMapping
    private let book: ComplaintBook
    private let file: String

    init(_ url: URL, book: ComplaintBook) throws(Complaints) {
        try self.init(DataFile(url, book: book))
    }

    init(_ file: DataFile) throws(Complaints) {
        guard let root = file.root.entries() else {
            try file.book.close()
            throw Complaints([])
        }
        self.root = root
        book = file.book
        self.file = file.path
    }

    /// What Ansible calls the values of a machine.
    private static let names: [(ansible: [String], ours: String)] = [
        (["ansible_host", "ansible_ssh_host"], "address"), (["lab_reach"], "reach"), (["ansible_port", "ansible_ssh_port"], "port"),
        (["ansible_user", "ansible_ssh_user"], "user"),
        (["ansible_ssh_private_key_file", "ansible_private_key_file"], "identity"), (["lab_known_hosts"], "known_hosts"),
        (["lab_proxy_jump"], "proxy_jump"), (["lab_proxy_command"], "proxy_command"),
    ]
    private static let arguments = ["ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args"]

    /// The students, in the order of the hosts; and a remark on hosts that belong to no student.
    ///
    /// A host's student and machine come from its variables `lab_student` and `lab_machine`, or from its name: `ada-pg1`, `pg1.ada`…
    /// - Parameter hosts: what hosts are named like, such as `{{student}}-{{machine}}`.
    func students(outline: LabOutline, hosts: Text?) throws(Complaints) -> (entries: [StudentEntry], remarks: [String]) {
        guard let hostvars = root["_meta"]?.entries()?["hostvars"]?.entries() else {
            book.note(root.place, "there is no _meta.hostvars", expected: "what 'ansible-inventory --list' prints")
            throw Complaints(book.all)
        }
        let pattern = hosts.flatMap { HostPattern($0, machines: outline.machines, book: book) }
        var entries: [StudentEntry] = []
        var positions: [String: Int] = [:]
        var others: [String] = []
        for host in hostvars.entries {
            guard let variables = host.value.entries() else { continue }
            let guess = pattern.map { $0.match(host.name) } ?? HostPattern.usual(host.name, machines: outline.machines)
            let student = text(variables, "lab_student")?.string ?? guess?.student
            let machine = text(variables, "lab_machine")?.string ?? guess?.machine
            guard let student, let machine else {
                others.append(host.name)
                continue
            }
            guard outline.machines.contains(machine) else {
                host.key.complain(
                    "lab \(outline.name) has no machine '\(machine)'", expected: "one of \(outline.machines.joined(separator: ", "))",
                    nearest: nearestName(to: machine, among: outline.machines))
                continue
            }
            let position = positions[student] ?? entries.count
            if position == entries.count {
                positions[student] = position
                entries.append(StudentEntry(name: Text(student, at: host.key.place)))
            } else if let first = entries[position].part.machines[machine] {
                host.key.complain("\(machine) of '\(student)' is already at \(first.place)", expected: "each machine once")
                continue
            }
            entries[position].part.machines[machine] = (settings(host, variables), host.key.place)
            if let text = text(variables, "lab_group") { entries[position].group = text }
            if let text = text(variables, "lab_platform") { entries[position].part.platform = text }
            if let text = text(variables, "lab_environment") { entries[position].part.environment = text }
        }
        let remarks =
            others.isEmpty
            ? []
            : [
                "\(file): hosts that belong to no student: \(others.prefix(5).joined(separator: ", "))"
                    + (others.count > 5 ? " and \(others.count - 5) more" : "")
            ]
        return (entries, remarks)
    }

    /// The value of a variable. What Ansible resolves only while it runs is not one, and a complaint: its braces are Jinja's, and not a
    /// pattern of lab.
    private func text(_ variables: DataMapping, _ key: String) -> Text? {
        guard var node = variables[key] else { return nil }
        var isUnsafe = false
        if node.isMapping, let tagged = node.entries() {
            if tagged["__ansible_vault"] != nil {
                complainOfVault(node, key)
                return nil
            }
            // The mark of !unsafe, whose text is never a template.
            guard let inner = tagged["__ansible_unsafe"] else {
                node.complain("\(key) is a mapping", expected: "a single value")
                return nil
            }
            node = inner
            isUnsafe = true
        }
        guard let value = node.scalar else { return nil }
        if value.hasPrefix("$ANSIBLE_VAULT;") {
            complainOfVault(node, key)
            return nil
        }
        if !isUnsafe, ["{{", "{%", "{#"].contains(where: value.contains) {
            node.complain(
                "\(key) is a Jinja expression (\(value.prefix(60))), which ansible-inventory does not resolve",
                expected: "the value itself; 'ansible HOST -m debug -a var=\(key)' shows it")
            return nil
        }
        return Text(value, at: node.place)
    }

    private func complainOfVault(_ node: DataNode, _ key: String) {
        node.complain(
            "\(key) is encrypted with Ansible Vault",
            expected:
                "the value itself; 'ansible HOST -m debug -a var=\(key) --ask-vault-pass' shows it (ansible-inventory prints it "
                + "encrypted, with the password too)"
        )
    }

    private func settings(_ host: (name: String, key: DataNode, value: DataNode), _ variables: DataMapping) -> MachineSettings {
        var settings = MachineSettings()
        for (names, ours) in Self.names {
            settings.texts[ours] = names.first { variables[$0] != nil }.flatMap { text(variables, $0) }
        }
        // Without ansible_host, Ansible connects to the host's name.
        if settings.texts["address"] == nil { settings.texts["address"] = Text(host.name, at: host.key.place) }
        for key in Self.arguments {
            guard let text = text(variables, key), settings.texts["proxy_jump"] == nil, settings.texts["proxy_command"] == nil else {
                continue
            }
            readProxy(text, into: &settings)
        }
        return settings
    }

    /// The proxy in arguments for ssh: `-J HOST`, `-o ProxyJump=HOST`, `-o ProxyCommand="…"`.
    private func readProxy(_ text: Text, into settings: inout MachineSettings) {
        let words = Self.words(text.string)
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : nil
            if word == "-J" { settings.texts["proxy_jump"] = next.map { Text($0, at: text.place) } }
            let option = word == "-o" ? next : word.hasPrefix("-o") ? String(word.dropFirst(2)) : nil
            guard let option, let equals = option.firstIndex(where: { $0 == "=" || $0 == " " }) else { continue }
            let value = option[option.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            switch option[..<equals].lowercased() {
            case "proxyjump": settings.texts["proxy_jump"] = Text(value, at: text.place)
            case "proxycommand": settings.texts["proxy_command"] = Text(value, at: text.place)
            default: break
            }
        }
    }

    /// The words of a command line, without their quotes.
    static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character.isWhitespace {
                word.map { words.append($0) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        word.map { words.append($0) }
        return words
    }
}

/// How a host's name says whose machine it is.
struct HostPattern {
    private let pieces: [String]
    private let studentFirst: Bool
    private let machines: [String]

    /// A pattern with `{{student}}` and `{{machine}}`, each once.
    init?(_ text: Text, machines: [String], book: ComplaintBook) {
        let marked = text.string.replacing("{{student}}", with: "\u{0}S\u{0}").replacing("{{machine}}", with: "\u{0}M\u{0}")
        let parts = marked.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, Set([parts[1], parts[3]]) == ["S", "M"] else {
            book.note(text.place, "'\(text)' does not tell students from machines", expected: "{{student}} and {{machine}}, each once")
            return nil
        }
        self.init(pieces: [parts[0], parts[2], parts[4]], studentFirst: parts[1] == "S", machines: machines)
    }

    private init(pieces: [String], studentFirst: Bool, machines: [String]) {
        self.pieces = pieces
        self.studentFirst = studentFirst
        self.machines = machines
    }

    func match(_ host: String) -> (student: String, machine: String)? {
        guard host.hasPrefix(pieces[0]), host.hasSuffix(pieces[2]), host.count > pieces[0].count + pieces[2].count else { return nil }
        let middle = host.dropFirst(pieces[0].count).dropLast(pieces[2].count)
        // The longest machine name that fits: pg1 must not be found in pg10.
        for machine in machines.sorted(by: { $0.count > $1.count }) {
            let fits = studentFirst ? middle.hasSuffix(pieces[1] + machine) : middle.hasPrefix(machine + pieces[1])
            let length = machine.count + pieces[1].count
            if fits, middle.count > length { return (String(studentFirst ? middle.dropLast(length) : middle.dropFirst(length)), machine) }
        }
        return nil
    }

    /// `ada-pg1`, `pg1-ada`, and so on with `_` and `.`. Names of hosts have hyphens where machines have underscores.
    static func usual(_ host: String, machines: [String]) -> (student: String, machine: String)? {
        for separator in ["-", "_", "."] {
            for studentFirst in [true, false] {
                let spellings = machines.flatMap { name in
                    Set([name, name.replacing("_", with: "-"), name.replacing("_", with: "")]).map { ($0, name) }
                }
                let pattern = HostPattern(pieces: ["", separator, ""], studentFirst: studentFirst, machines: spellings.map(\.0))
                if let match = pattern.match(host), let name = spellings.first(where: { $0.0 == match.machine })?.1 {
                    return (match.student, name)
                }
            }
        }
        return nil
    }
}
