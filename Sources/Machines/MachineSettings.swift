import Course
import DataFiles
import Foundation

/// What is said of machines in one place of a file: texts by key, each with its place.
package struct MachineSettings {
    /// The keys that say how a machine is reached.
    package static let keys = [
        "address", "reach", "port", "user", "identity", "known_hosts", "sudo_password_file", "proxy_command", "proxy_jump",
    ]
    /// Those that can be common to several machines.
    package static let commonKeys = keys.filter { $0 != "address" }

    package var texts: [String: Text] = [:]

    package init(_ texts: [String: Text] = [:]) { self.texts = texts }

    /// What a mapping says, which may have other keys as well.
    package init(_ mapping: DataMapping) {
        for entry in mapping.entries where Self.keys.contains(entry.name) {
            // A port is a number to YAML; every other value has to be text.
            if entry.name == "port" {
                texts[entry.name] = entry.value.scalar.map { Text($0, at: entry.value.place) }
            } else {
                texts[entry.name] = entry.value.filledText()
            }
        }
    }
}

/// The users that OpenSSH's configuration names where the file does not: found for all machines side by side.
package struct ConfiguredUsers {
    private let openSSH: OpenSSHClient
    private let book: ComplaintBook

    package init(of machines: [ReachableMachine], openSSH: OpenSSHClient = .ofThisComputer, book: ComplaintBook) {
        self.openSSH = openSSH
        self.book = book
        openSSH.learn(machines.filter(\.userIsConfigured))
    }

    /// The machine with its user, or nil after a complaint.
    package func fill(_ machine: ReachableMachine, at place: Place) -> ReachableMachine? {
        guard machine.userIsConfigured else { return machine }
        var machine = machine
        // A configuration that ssh refuses is reported when the machine is to be reached, for each machine.
        machine.user = (try? machine.configured().user) ?? ClientConfiguration.localUser
        // It ends up in commands.
        guard Alphabet.user.accepts(machine.user) else {
            book.note(
                place, "your SSH configuration logs in to \(machine.host) as '\(machine.user)'",
                expected: "\(Alphabet.user.description), or 'user: …' here")
            return nil
        }
        return machine
    }
}

/// Makes a machine of what several places of a file say of it.
package struct MachineReader {
    package let name: String
    /// What is said nearest to the machine comes first and goes before the rest.
    package let layers: [MachineSettings]
    /// What patterns may quote; without these, `{{…}}` is not a pattern.
    package var values: Value?
    /// Where relative paths begin; without it, they stay as they are.
    package var folder: URL?
    /// Who knows what OpenSSH's configuration says.
    package var openSSH = OpenSSHClient.ofThisComputer
    package let book: ComplaintBook

    package init(
        name: String, layers: [MachineSettings], values: Value? = nil, folder: URL? = nil, openSSH: OpenSSHClient = .ofThisComputer,
        book: ComplaintBook
    ) {
        self.name = name
        self.layers = layers
        self.values = values
        self.folder = folder
        self.openSSH = openSSH
        self.book = book
    }

    /// The machine, or nil after a complaint. A user that is not said is still missing: ``ConfiguredUsers`` finds it.
    /// - Parameter place: where the machine is, for a complaint about what is missing.
    package func read(at place: Place) -> ReachableMachine? {
        guard text("address") != nil else {
            book.note(place, "the key 'address' is missing", expected: "'address: …'")
            return nil
        }
        guard let address = checked("address", .host) else { return nil }
        if text("proxy_jump") != nil, let command = text("proxy_command") {
            book.note(command.place, "there is a proxy_jump as well", expected: "one of the two")
        }
        var machine = ReachableMachine(
            name: name, address: address, reach: checked("reach", .host), port: port, user: checked("user", .user) ?? "",
            identity: path("identity"), knownHosts: path("known_hosts"), sudoPasswordFile: path("sudo_password_file"),
            proxyCommand: text("proxy_command").flatMap(filled), proxyJump: jump)
        machine.openSSH = openSSH
        machine.userIsConfigured = machine.user.isEmpty
        return machine
    }

    private func text(_ key: String) -> Text? { layers.lazy.compactMap { $0.texts[key] }.first }

    /// The text with its pattern's values put in.
    private func filled(_ text: Text) -> String? {
        guard let values, text.string.contains("{{") else { return text.string }
        guard let template = text.template(book) else { return nil }
        let missing = template.missing(in: values)
        missing.forEach(book.note)
        return missing.isEmpty ? template.render(values) : nil
    }

    private func checked(_ key: String, _ rule: Alphabet) -> String? {
        guard let text = text(key), let value = filled(text) else { return nil }
        guard rule.accepts(value) else {
            book.note(text.place, "'\(value)' is not valid here", expected: rule.description)
            return nil
        }
        guard rule != .host || Self.isPossibleAddress(value) else {
            book.note(text.place, "'\(value)' is not an IPv4 address", expected: "four numbers from 0 to 255")
            return nil
        }
        return value
    }

    /// Digits and dots alone are meant as an IPv4 address; a pattern easily counts past 255.
    private static func isPossibleAddress(_ text: String) -> Bool {
        guard text.allSatisfy({ $0.isNumber || $0 == "." }) else { return true }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private var port: Int? {
        guard let text = text("port"), let value = filled(text) else { return nil }
        if let number = Int(value), (1...65535).contains(number) { return number }
        book.note(text.place, "'\(value)' is not valid here", expected: "a number from 1 to 65535")
        return nil
    }

    private func path(_ key: String) -> String? {
        guard let text = text(key), let value = filled(text) else { return nil }
        let path = NSString(string: value).expandingTildeInPath
        guard let folder, !path.hasPrefix("/") else { return path }
        return folder.appending(path: path).path
    }

    private var jump: String? {
        guard let text = text("proxy_jump"), let value = filled(text) else { return nil }
        if value == "none" { return nil }
        if JumpHost(value) != nil { return value }
        book.note(text.place, "'\(value)' is not a jump host", expected: "[user@]host[:port], several with commas between them")
        return nil
    }
}
