import Course
import DataFiles
import Facts
import Foundation
import Journal

/// Writes a walk's journal once more, with other words for what says whose machines it was made on: addresses, keys, ids, accounts and home
/// folders, the same word for the same thing throughout.
///
/// It knows what the facts and the settings of the walk say, and what looks like an address, a fingerprint or a home folder. A name that somebody
/// typed somewhere is not among it: who passes a walk on has to read it.
package struct Anonymizer {
    private let replay: Replay
    /// Keys and ids, and what they become: words that have the signs of Base64 in them.
    private var keys: [String: String] = [:]
    /// Names of hosts and accounts, and what they become.
    private var names: [String: String] = [:]
    /// What looks like an address or a fingerprint, by the number that it got.
    private var numbers: [String: Int] = [:]
    /// Texts that came before, and what became of them: one look says mostly what the look before it said.
    private var known: [String: String] = [:]

    package init(_ replay: Replay) {
        self.replay = replay
        var counts: [String: Int] = [:]
        func next(_ kind: String) -> String {
            counts[kind, default: 0] += 1
            return "\(kind.replacing("_", with: "-"))-\(counts[kind] ?? 0)"
        }
        for machine in replay.lab.machines {
            guard let contact = replay.situation.contacts[machine.name] else { continue }
            // An address of numbers is known by what it looks like.
            let isName = contact.address.contains { $0.isLetter } && !contact.address.contains(":")
            if isName, contact.address != machine.name, names[contact.address] == nil { names[contact.address] = next("host") + ".example" }
            if contact.user != Self.user, !contact.user.isEmpty { names[contact.user] = Self.user }
        }
        let catalog = replay.judge.catalog.facts
        for looked in replay.journal.looks(upTo: replay.journal.lines.count - 1) {
            guard case .round(_, let looks, let closer, _) = looked else { continue }
            for facts in (looks + closer).map({ $0.fitting(catalog) }) {
                for table in catalog.seen {
                    guard case .rows(let rows)? = facts.tables[table.name] else { continue }
                    for (index, column) in table.columns.enumerated() where table.isOwn(column) {
                        for case .text(let value) in rows.map({ $0[index] }) where value.count >= Self.shortest && keys[value] == nil {
                            keys[value] = next(column.name)
                        }
                    }
                }
            }
        }
    }

    private static let user = "student"
    /// A shorter value would be a word of the language.
    private static let shortest = 6

    /// Writes the journal.
    /// - Throws: `JournalError`.
    package mutating func write(to file: URL) throws {
        let journal = try Journal(file)
        var looks = Array(replay.journal.looks(upTo: replay.journal.lines.count - 1)).reversed().map { $0 }
        for line in replay.journal.lines {
            guard let entry = try? replay.journal.entry(line) else { continue }
            switch entry.event {
            case .facts:
                // A round for each line of facts; that machines were put back is an event of its own.
                while let looked = looks.popLast() {
                    guard case .round(_, let first, let closer, _) = looked else { continue }
                    try journal.append(looks: first.map { renamed($0) }, closer: closer.map { renamed($0) }, at: entry.at)
                    break
                }
            case .opened(let lab, let platform, let environment, let setting):
                var own = setting
                for (name, address) in (setting?.addresses ?? [:]).sorted(by: { $0.key < $1.key }) { own?.addresses[name] = text(address) }
                own?.users = setting?.users.mapValues { _ in Self.user } ?? [:]
                for (name, value) in (setting?.variables ?? [:]).sorted(by: { $0.key < $1.key }) { own?.variables[name] = text(value) }
                // It is the student's name, most likely. The values stay: the walk is judged by them.
                own?.variant = setting?.variant.map { _ in Self.user }
                own?.ssh = setting?.ssh.map { text($0) }
                own?.program = setting?.program.map { text($0) }
                try journal.append(.opened(lab: lab, platform: platform, environment: environment, setting: own), at: entry.at)
            default:
                var other = self
                let event = entry.event.replacingTexts { other.text($0) }
                self = other
                try journal.append(event, at: entry.at)
            }
        }
    }

    private mutating func renamed(_ facts: MachineFacts) -> MachineFacts {
        var facts = facts
        facts.said = facts.said.map { text($0) }
        facts.hostKey = nil
        // In an order: numbers are given as things come.
        for (name, observation) in facts.tables.sorted(by: { $0.key < $1.key }) {
            switch observation {
            case .unknown(let reason): facts.tables[name] = .unknown(reason: text(reason))
            case .rows(let rows):
                facts.tables[name] = .rows(
                    rows.map { row in row.map { if case .text(let value) = $0 { .text(text(value)) } else { $0 } } })
            }
        }
        return facts
    }

    /// A text with the other words.
    mutating func text(_ text: String) -> String {
        if let known = known[text] { return known }
        let other = renamed(text)
        known[text] = other
        return other
    }

    private mutating func renamed(_ text: String) -> String {
        var text = text.replacing(words: keys, of: "+/=._:-")
        text = text.replacing(/\/(home|Users)\/([A-Za-z0-9._-]+)/) { "/\($0.output.1)/\(Self.user)" }
        var numbers = self.numbers
        func numbered(_ value: Substring, _ make: (Int) -> String) -> String {
            let number = numbers[String(value)] ?? numbers.count + 1
            numbers[String(value)] = number
            return make(number)
        }
        // Unicode's words go on between a semicolon and a digit; simple ones do not.
        text = text.replacing(/SHA256:[A-Za-z0-9+\/]{43}/) { match in numbered(match.output) { "SHA256:fingerprint-\($0)" } }
        text = text.replacing(/\b([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b/.wordBoundaryKind(.simple)) { match in
            numbered(match.output.0) { "02:00:00:00:00:\(String($0 % 256, radix: 16))" }
        }
        // Addresses become those of documentation (RFC 5737, RFC 3849). Loopback, any address and netmasks say nothing of anybody.
        text = text.replacing(/\b[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{0,4}){2,7}/.wordBoundaryKind(.simple)) { match in
            // Times of day and such have no double colon and no eight parts.
            let value = match.output.0
            guard value.contains("::") || value.split(separator: ":").count == 8 else { return String(value) }
            return numbered(value) { "2001:db8::\(String($0, radix: 16))" }
        }
        text = text.replacing(/\b(\d{1,3}\.){3}\d{1,3}\b/.wordBoundaryKind(.simple)) { match in
            let address = match.output.0
            if ["127.", "0.", "255."].contains(where: { address.hasPrefix($0) }) { return String(address) }
            return numbered(address) { $0 < 250 ? "192.0.2.\($0)" : "198.51.100.\($0 % 250)" }
        }
        self.numbers = numbers
        return text.replacing(words: names, of: "._-").replacing(words: names, of: "_-")
    }
}
