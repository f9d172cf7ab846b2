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
        Self.eachToken(of: Array(sql.utf8)) { token in
            switch token {
            case .word("from"), .word("join"):
                inFrom[inFrom.count - 1] = true
                expectsTable = true
            case .word("in"): expectsTable = true
            case .sign(UInt8(ascii: ",")): expectsTable = inFrom.last ?? false
            case .sign(UInt8(ascii: "(")):
                inFrom.append(expectsTable && (inFrom.last ?? false))
            case .sign(UInt8(ascii: ")")):
                if inFrom.count > 1 { inFrom.removeLast() }
                expectsTable = false
            case .word(let word) where Self.ends.contains(word):
                inFrom[inFrom.count - 1] = false
                expectsTable = false
            case .word(let word), .quoted(let word):
                if word == "reached" { saysReached = true }
                if expectsTable { names.insert(word) }
                expectsTable = false
            case .sign, .literal: expectsTable = false
            }
        }
    }

    /// Words that end a FROM clause.
    private static let ends: Set<String> = [
        "where", "on", "using", "group", "order", "having", "limit", "union", "select", "except", "intersect", "window",
    ]

    private enum Token: Equatable {
        /// In small letters.
        case word(String)
        /// A name in quotes, which is no word of SQL's.
        case quoted(String)
        case literal
        case sign(UInt8)
    }

    /// Goes through an SQL text; blanks and comments are passed over.
    private static func eachToken(of sql: [UInt8], _ take: (Token) -> Void) {
        func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }
        func small(_ bytes: ArraySlice<UInt8>) -> String {
            String(decoding: bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
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
                take(.word(small(sql[start..<here])))
            case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
                let end = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte
                here += 1
                skip { sql[$0] != end }
                take(.quoted(small(sql[start + 1..<here])))
                here += 1
            case UInt8(ascii: "'"):
                here += 1
                skip { sql[$0] != byte }
                here += 1
                take(.literal)
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
