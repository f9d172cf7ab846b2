/// The tables that an SQL text names, in small letters: what comes after FROM, JOIN, IN, or a comma in a FROM clause.
///
/// A column may have the name of a table, so a word alone does not decide. If a text leaves it open, a name too many
/// is taken rather than one too few: a query then waits for a fact that it does not need.
struct TableNames {
    private(set) var names: Set<String> = []
    /// Whether the word `reached` is in it.
    private(set) var saysReached = false

    init(_ sql: String) {
        // One entry per open parenthesis: whether a table's name may come here after a comma.
        var inFrom = [false]
        var expectsTable = false
        // Whether a text in single quotes may be that table, as SQLite has it in a FROM clause.
        var mayBeLiteral = false
        // Whether the last token stood for a table and is a schema of SQLite's: with a dot behind it, the table is still to come. Any other
        // name before a dot is a table of a column.
        var wasSchema = false
        var sql = sql
        sql.withUTF8 { sql in
            Self.eachToken(of: sql) { token in
                let isSchema = wasSchema
                wasSchema = false
                switch token {
                case .sign(UInt8(ascii: ",")):
                    expectsTable = inFrom.last ?? false
                    mayBeLiteral = expectsTable
                case .sign(UInt8(ascii: ".")): expectsTable = isSchema
                case .sign(UInt8(ascii: "(")): inFrom.append(expectsTable && (inFrom.last ?? false))
                case .sign(UInt8(ascii: ")")):
                    if inFrom.count > 1 { inFrom.removeLast() }
                    expectsTable = false
                case .literal(let word):
                    if expectsTable && mayBeLiteral { names.insert(Self.small(word)) }
                    expectsTable = false
                case .sign: expectsTable = false
                case .word(let word), .quoted(let word):
                    let keyword: Keyword? = if case .word = token { Keyword(word) } else { nil }
                    switch keyword {
                    case .begins:
                        inFrom[inFrom.count - 1] = true
                        expectsTable = true
                        mayBeLiteral = true
                    case .asks:
                        expectsTable = true
                        mayBeLiteral = false
                    case .ends:
                        inFrom[inFrom.count - 1] = false
                        expectsTable = false
                    case nil:
                        if Self.says(word, "reached") { saysReached = true }
                        wasSchema = expectsTable && (Self.says(word, "main") || Self.says(word, "temp"))
                        if expectsTable { names.insert(Self.small(word)) }
                        expectsTable = false
                    }
                }
            }
        }
    }

    /// The words of SQL that decide what comes after them.
    private enum Keyword {
        /// Begins a FROM clause, or goes on with it.
        case begins
        /// A list, a query or a table comes after it.
        case asks
        /// Ends a FROM clause.
        case ends

        init?(_ word: Slice<UnsafeBufferPointer<UInt8>>) {
            func isOne(of words: [StaticString]) -> Bool { words.contains { TableNames.says(word, $0) } }
            // Most words are longer or shorter than all of these with their first letter.
            switch word.first.map({ $0 | 0x20 }) {
            case UInt8(ascii: "f") where isOne(of: ["from"]), UInt8(ascii: "j") where isOne(of: ["join"]): self = .begins
            case UInt8(ascii: "i"):
                if isOne(of: ["in"]) { self = .asks } else if isOne(of: ["intersect"]) { self = .ends } else { return nil }
            case UInt8(ascii: "w") where isOne(of: ["where", "window"]), UInt8(ascii: "o") where isOne(of: ["on", "order"]),
                UInt8(ascii: "u") where isOne(of: ["using", "union"]), UInt8(ascii: "g") where isOne(of: ["group"]),
                UInt8(ascii: "h") where isOne(of: ["having"]), UInt8(ascii: "l") where isOne(of: ["limit"]),
                UInt8(ascii: "s") where isOne(of: ["select"]), UInt8(ascii: "e") where isOne(of: ["except"]):
                self = .ends
            default: return nil
            }
        }
    }

    private enum Token {
        case word(Slice<UnsafeBufferPointer<UInt8>>)
        /// A name in quotes, which is no word of SQL's.
        case quoted(Slice<UnsafeBufferPointer<UInt8>>)
        /// What is between single quotes.
        case literal(Slice<UnsafeBufferPointer<UInt8>>)
        case sign(UInt8)
    }

    /// Whether a word is this one, in letters of whatever size.
    private static func says(_ word: Slice<UnsafeBufferPointer<UInt8>>, _ one: StaticString) -> Bool {
        word.count == one.utf8CodeUnitCount
            && zip(word, UnsafeBufferPointer(start: one.utf8Start, count: word.count)).allSatisfy { $0 | 0x20 == $1 }
    }

    private static func small(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        String(decoding: bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Goes through an SQL text; blanks and comments are passed over.
    private static func eachToken(of sql: UnsafeBufferPointer<UInt8>, _ take: (Token) -> Void) {
        func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }
        var here = 0
        /// Goes on to where a condition ends, and at most to the end.
        func skip(while holds: (Int) -> Bool) { while here < sql.count, holds(here) { here += 1 } }
        while here < sql.count {
            let start = here
            let byte = sql[here]
            let next = here + 1 < sql.count ? sql[here + 1] : 0
            switch byte {
            case _ where isName(byte):
                skip { isName(sql[$0]) }
                take(.word(sql[start..<here]))
            case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
                let end = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte
                here += 1
                skip { sql[$0] != end }
                take(.quoted(sql[start + 1..<here]))
                here += 1
            case UInt8(ascii: "'"):
                here += 1
                skip { sql[$0] != byte }
                take(.literal(sql[start + 1..<here]))
                here += 1
            case UInt8(ascii: "-") where next == byte: skip { sql[$0] != UInt8(ascii: "\n") }
            case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
                here += 2
                skip { sql[$0] != UInt8(ascii: "*") || $0 + 1 == sql.count || sql[$0 + 1] != UInt8(ascii: "/") }
                here += 2
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): here += 1
            default:
                here += 1
                take(.sign(byte))
            }
        }
    }
}
