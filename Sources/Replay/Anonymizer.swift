import Course
import DataFiles
import Facts
import Foundation

/// Puts other words in the place of what says whose machines a walk was made on: addresses, keys, ids, accounts and home folders, the same
/// word for the same thing throughout.
///
/// It knows what the facts and the settings of the walk say, and what looks like an address, a fingerprint or a home folder. A name that somebody
/// typed somewhere is not among it: who passes a text on has to read it.
package struct Anonymizer: Sendable {
    /// Whole words, and what they become.
    private let words: [String: String]

    package init(_ replay: Replay) {
        var words: [String: String] = [:]
        var counts: [String: Int] = [:]
        func name(_ value: String, _ kind: String) {
            guard words[value] == nil, value.count >= Self.shortest else { return }
            counts[kind, default: 0] += 1
            words[value] = "\(kind.replacing("_", with: "-"))-\(counts[kind] ?? 0)"
        }
        for machine in replay.lab.machines {
            guard let contact = replay.situation.contacts[machine.name] else { continue }
            // An address is replaced by what it looks like, below.
            if contact.address.contains(where: \.isLetter), contact.address != machine.name { name(contact.address, "host") }
            if contact.user != Self.user, contact.user.count > 1 { words[contact.user] = Self.user }
        }
        let catalog = replay.judge.catalog.facts
        for looked in replay.journal.looks(upTo: replay.journal.lines.count - 1) {
            guard case .round(_, let looks, let closer, _) = looked else { continue }
            for facts in (looks + closer).map({ $0.fitting(catalog) }) {
                for table in catalog.seen {
                    guard case .rows(let rows)? = facts.tables[table.name] else { continue }
                    for (index, column) in table.columns.enumerated() where table.isOwn(column) {
                        for row in rows { if case .text(let value) = row[index] { name(value, column.name) } }
                    }
                }
            }
        }
        self.words = words
    }

    private static let user = "student"
    /// A shorter value would be a word of the language.
    private static let shortest = 6

    /// The text with the other words.
    package func text(_ text: String) -> String {
        var numbers: [String: Int] = [:]
        func numbered(_ value: Substring, _ make: (Int) -> String) -> String {
            let number = numbers[String(value)] ?? numbers.count + 1
            numbers[String(value)] = number
            return make(number)
        }
        var text = text.replacing(/\/(home|Users)\/([A-Za-z0-9._-]+)/) { "/\($0.output.1)/\(Self.user)" }
        text = text.replacing(/SHA256:[A-Za-z0-9+\/]{43}/) { match in numbered(match.output) { "SHA256:fingerprint-\($0)" } }
        // Unicode's words go on after a semicolon between digits, as in "&#39;10.0.0.1"; simple ones do not.
        // Of documentation's networks (RFC 5737). Loopback, any address and netmasks say nothing of anybody.
        text = text.replacing(/\b(\d{1,3}\.){3}\d{1,3}\b/.wordBoundaryKind(.simple)) { match in
            let address = match.output.0
            if ["127.", "0.", "255."].contains(where: { address.hasPrefix($0) }) { return String(address) }
            return numbered(address) { $0 < 250 ? "192.0.2.\($0)" : "198.51.100.\($0 % 250)" }
        }
        // What keys, ids and host names are made of.
        return text.replacing(words: words, of: "._-+/=:")
    }
}
