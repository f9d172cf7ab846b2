import Synchronization

/// Takes secrets out of text that leaves a student's hands. No fact is meant to hold one, but what people write into
/// settings and what programs say may.
package enum SecretMask {
    package static let mark = "(masked)"

    /// The text without its secrets, and how many there were.
    package static func mask(_ text: String) -> (text: String, count: Int) {
        let signs = Signs(in: text)
        return signs.isEmpty ? (text, 0) : mask(text, asking: signs)
    }

    /// As ``mask(_:)``, by the rules that find something only where these signs are.
    static func mask(_ text: String, asking signs: Signs) -> (text: String, count: Int) {
        rules.withLock { rules in
            var text = text
            var count = 0
            for rule in rules where signs.contains(rule.signs) {
                text = text.replacing(rule.pattern) { match in
                    count += 1
                    return String(match.output.kept) + mark
                }
            }
            return (text, count)
        }
    }

    /// What a secret looks like.
    private struct Rule {
        /// What is in every text that it finds something in, also after another rule has masked something.
        var signs: Signs
        var pattern: Regex<(Substring, kept: Substring)>
    }

    /// Parsed and compiled once: every look at a class masks thousands of cells.
    private static let rules = Mutex(makeRules())
    /// How often that was done, for a test.
    static let timesCompiled = Atomic(0)

    private static func makeRules() -> [Rule] {
        timesCompiled.add(1, ordering: .relaxed)
        return [
            // password=…, passwd: …, PGPASSWORD="…", and the like; in quotes, or up to a blank.
            // sudo's NOPASSWD is not a password.
            Rule(
                signs: [.word, .sign],
                pattern:
                    #/
                    (?i)(?<kept>\b(?!nopasswd\b)(?:[a-z_]*password|[a-z_]*passwd|secret|token|api_?key)\s*(?:=|:\s)\s*)
                    (?:''(?:[^'])*''|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?!\(masked\))[^\s'",;]+)
                    /#),
            // CREATE ROLE … PASSWORD '…'
            Rule(signs: [.word, .quote], pattern: /(?i)(?<kept>\bpassword\s+)'(?:[^']|'')*'/),
            // A line of a password file: host:port:database:user:password.
            Rule(signs: .colons, pattern: /(?m)(?<kept>^[^\s:#\/]+:(?:[0-9]{1,5}|\*):[^\s:]+:[^\s:]+:)(?!\(masked\))[^\s:]+$/),
            // postgresql://user:secret@host
            // No scheme is longer than that, and a text of letters only takes no time.
            Rule(signs: [.sign, .at], pattern: /(?<kept>\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s\/:@]*:)[^\s@\/]+(?=@)/),
            // Verifiers of passwords: as good as the password for guessing it.
            Rule(signs: [.dollar, .sign], pattern: /(?<kept>\bSCRAM-SHA-256\$)[0-9]+:[A-Za-z0-9+\/=]+\$[A-Za-z0-9+\/=]+:[A-Za-z0-9+\/=]+/),
            Rule(signs: .md5, pattern: /(?<kept>\bmd5)[0-9a-f]{32}\b/),
            Rule(signs: .dollar, pattern: /(?<kept>\$(?:1|2[aby]|5|6|7|y|gy)\$)[^\s:'"]+/),
            Rule(
                signs: .dashes, pattern: /(?<kept>-----BEGIN [A-Z ]*PRIVATE KEY-----)(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|$)/),
        ]
    }

    /// What is in a text, found in one pass over its bytes: most facts have nothing in which a rule can find a secret.
    struct Signs: OptionSet {
        var rawValue: UInt8
        static let word = Signs(rawValue: 1 << 0)
        static let sign = Signs(rawValue: 1 << 1)
        static let quote = Signs(rawValue: 1 << 2)
        static let colons = Signs(rawValue: 1 << 3)
        static let at = Signs(rawValue: 1 << 4)
        static let dollar = Signs(rawValue: 1 << 5)
        static let md5 = Signs(rawValue: 1 << 6)
        static let dashes = Signs(rawValue: 1 << 7)
        static let all = Signs(rawValue: .max)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(in text: String) {
            var text = text
            self = text.withUTF8 { bytes in
                var signs: Signs = []
                var colons = 0
                func goesOn(_ word: StaticString, at place: Int) -> Bool {
                    guard place + word.utf8CodeUnitCount <= bytes.count else { return false }
                    return (0..<word.utf8CodeUnitCount).allSatisfy { bytes[place + $0] | 0x20 == word.utf8Start[$0] | 0x20 }
                }
                for (place, byte) in bytes.enumerated() {
                    switch byte {
                    case UInt8(ascii: "="): signs.insert(.sign)
                    case UInt8(ascii: ":"):
                        signs.insert(.sign)
                        colons += 1
                    case UInt8(ascii: "'"): signs.insert(.quote)
                    case UInt8(ascii: "@"): signs.insert(.at)
                    case UInt8(ascii: "$"): signs.insert(.dollar)
                    case UInt8(ascii: "m") where goesOn("md5", at: place): signs.insert(.md5)
                    case UInt8(ascii: "-") where goesOn("-----BEGIN", at: place): signs.insert(.dashes)
                    case UInt8(ascii: "p"), UInt8(ascii: "P"):
                        if goesOn("passw", at: place) { signs.insert(.word) }
                    case UInt8(ascii: "s"), UInt8(ascii: "S"):
                        if goesOn("secret", at: place) { signs.insert(.word) }
                    case UInt8(ascii: "t"), UInt8(ascii: "T"):
                        if goesOn("token", at: place) { signs.insert(.word) }
                    case UInt8(ascii: "a"), UInt8(ascii: "A"):
                        if goesOn("api", at: place) { signs.insert(.word) }
                    // Letters that are others to a pattern without regard to case, such as a long s.
                    case 0x80...: signs.insert(.word)
                    default: break
                    }
                }
                if colons >= 4 { signs.insert(.colons) }
                return signs
            }
        }
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
