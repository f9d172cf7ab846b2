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

extension RecordedFacts {
    /// The facts without secrets, and how many were taken out, by machine and table.
    package var masked: (facts: RecordedFacts, taken: [(machine: String, table: String, count: Int)]) {
        var facts = self
        var taken: [(String, String, Int)] = []
        for index in facts.machines.indices {
            let (clean, tables) = facts.machines[index].masked
            facts.machines[index] = clean
            taken += tables.sorted { $0.key < $1.key }.map { (clean.machine, $0.key, $0.value) }
        }
        return (facts, taken)
    }
}

extension MachineFacts {
    /// The facts without secrets, and how many were taken out of each table.
    package var masked: (facts: MachineFacts, tables: [String: Int]) {
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

    /// The facts as far as they have the form that the tables have now. What was recorded in another form is unknown: rows
    /// that were dropped in silence would look as if nothing were there.
    package func fitting(_ catalog: FactCatalog) -> MachineFacts {
        var facts = self
        facts.tables = [:]
        for table in catalog.tables {
            guard let observation = tables[table.name] else { continue }
            if case .rows(let rows) = observation, !rows.allSatisfy({ $0.fits(table.columns) }) {
                facts.tables[table.name] = .unknown(reason: "it was recorded in a form that this lab does not know")
            } else {
                facts.tables[table.name] = observation
            }
        }
        return facts
    }
}

extension [FactValue] {
    fileprivate func fits(_ columns: [FactTable.Column]) -> Bool {
        count == columns.count
            && zip(self, columns).allSatisfy { value, column in
                switch (value, column.type) {
                case (.null, _), (.text, .text), (.int, .int), (.int, .real), (.real, .real), (.bool, .bool): true
                // A text that is written like a number may come back as one; JSON does not tell 1 from 1.0.
                case (.real(let number), .int): number == number.rounded()
                default: false
                }
            }
    }
}
