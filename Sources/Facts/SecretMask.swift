/// Takes secrets out of text that leaves a student's hands. No fact is meant to hold one, but what people write into
/// settings and what programs say may.
package enum SecretMask {
    package static let mark = "(masked)"

    /// The text without its secrets, and how many there were.
    package static func mask(_ text: String) -> (text: String, count: Int) {
        // Most facts are short words, in which no rule below can find anything: every check of a walk masks thousands.
        if text.utf8.count < 35, !text.utf8.contains(where: { "=:$'\"".utf8.contains($0) }) { return (text, 0) }
        var text = text
        var count = 0
        func replace(_ regex: Regex<(Substring, kept: Substring)>) {
            text = text.replacing(regex) { match in
                count += 1
                return String(match.output.kept) + mark
            }
        }
        // password=…, passwd: …, PGPASSWORD="…", and the like; in quotes, or up to a blank.
        // sudo's NOPASSWD is not a password.
        replace(
            #/
            (?i)(?<kept>\b(?!nopasswd\b)(?:[a-z_]*password|[a-z_]*passwd|secret|token|api_?key)\s*(?:=|:\s)\s*)
            (?:''(?:[^'])*''|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?!\(masked\))[^\s'",;]+)
            /#
        )
        // CREATE ROLE … PASSWORD '…'
        replace(/(?i)(?<kept>\bpassword\s+)'(?:[^']|'')*'/)
        // A line of a password file: host:port:database:user:password.
        replace(/(?m)(?<kept>^[^\s:#\/]+:(?:[0-9]{1,5}|\*):[^\s:]+:[^\s:]+:)(?!\(masked\))[^\s:]+$/)
        // postgresql://user:secret@host
        // No scheme is longer than that, and a text of letters only takes no time.
        replace(/(?<kept>\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s\/:@]*:)[^\s@\/]+(?=@)/)
        // Verifiers of passwords: as good as the password for guessing it.
        replace(/(?<kept>\bSCRAM-SHA-256\$)[0-9]+:[A-Za-z0-9+\/=]+\$[A-Za-z0-9+\/=]+:[A-Za-z0-9+\/=]+/)
        replace(/(?<kept>\bmd5)[0-9a-f]{32}\b/)
        replace(/(?<kept>\$(?:1|2[aby]|5|6|7|y|gy)\$)[^\s:'"]+/)
        replace(/(?<kept>-----BEGIN [A-Z ]*PRIVATE KEY-----)(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|$)/)
        return (text, count)
    }
}

/// What a machine sent: it may hold secrets. Only what is masked is judged, shown, kept or written down: ``MachineFacts``.
package struct RawFacts: Sendable {
    private let facts: MachineFacts

    package init(_ facts: MachineFacts) { self.facts = facts }

    /// The facts without secrets, and how many were taken out of each table.
    package var masked: (facts: MachineFacts, taken: [String: Int]) { facts.masked }
}

extension [RawFacts] {
    /// The facts of all machines without secrets, and how many were taken out, by machine and table.
    package var masked: (facts: [MachineFacts], taken: [(machine: String, table: String, count: Int)]) {
        let masked = map(\.masked)
        let taken = masked.flatMap { machine in
            machine.taken.sorted { $0.key < $1.key }.map { (machine.facts.machine, $0.key, $0.value) }
        }
        return (masked.map(\.facts), taken)
    }
}

extension MachineFacts {
    fileprivate var masked: (facts: MachineFacts, taken: [String: Int]) {
        var facts = self
        var counts: [String: Int] = [:]
        func mask(_ text: String, in table: String) -> String {
            let (clean, count) = SecretMask.mask(text)
            if count > 0 { counts[table, default: 0] += count }
            return clean
        }
        for (name, observation) in tables {
            switch observation {
            case .unknown(let reason): facts.tables[name] = .unknown(reason: mask(reason, in: name))
            case .rows(let rows):
                facts.tables[name] = .rows(
                    rows.map { row in
                        row.map { value in
                            if case .text(let text) = value { .text(mask(text, in: name)) } else { value }
                        }
                    })
            }
        }
        facts.said = said.map { mask($0, in: "said") }
        return (facts, counts)
    }
}
