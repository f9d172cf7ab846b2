/// The tables that an SQL text names, in small letters: what comes after FROM, JOIN, IN, or a comma in a FROM clause.
///
/// A column may have the name of a table, so a word alone does not decide. If a text leaves it open, a name too many
/// is taken rather than one too few: a query then waits for a fact that it does not need.
struct TableNames {
    private(set) var names: Set<String> = []
    /// All names in it, in small letters: of tables, columns and functions, and SQL's own words.
    private(set) var words: Set<String> = []

    init(_ sql: String) {
        // One entry per open parenthesis: whether a table's name may come here after a comma.
        var inFrom = [false]
        var expectsTable = false
        for token in Self.tokens(of: sql) {
            words.insert(token)
            switch token {
            case "from", "join":
                inFrom[inFrom.count - 1] = true
                expectsTable = true
            case "in": expectsTable = true
            case ",": expectsTable = inFrom.last ?? false
            case "(":
                inFrom.append(expectsTable && (inFrom.last ?? false))
            case ")":
                if inFrom.count > 1 { inFrom.removeLast() }
                expectsTable = false
            case "where", "on", "using", "group", "order", "having", "limit", "union", "select", "except", "intersect", "window":
                inFrom[inFrom.count - 1] = false
                expectsTable = false
            default:
                if expectsTable { names.insert(token) }
                expectsTable = false
            }
        }
    }

    /// Names, parentheses and commas; literals and comments are passed over. Other signs count as a token of no meaning.
    private static func tokens(of sql: String) -> [String] {
        var tokens: [String] = []
        var rest = sql[...]
        func isName(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
        while let character = rest.first {
            if isName(character) {
                let word = rest.prefix(while: isName)
                tokens.append(word.lowercased())
                rest = rest.dropFirst(word.count)
            } else if character == "\"" || character == "`" || character == "[" {
                let end: Character = character == "[" ? "]" : character
                let word = rest.dropFirst().prefix { $0 != end }
                tokens.append(word.lowercased())
                rest = rest.dropFirst(word.count + 2)
            } else if character == "'" {
                rest = rest.dropFirst().drop { $0 != "'" }.dropFirst()
                tokens.append("''")
            } else if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.hasPrefix("*/") { rest.removeFirst() }
                rest = rest.dropFirst(2)
            } else {
                if !character.isWhitespace { tokens.append(String(character)) }
                rest.removeFirst()
            }
        }
        return tokens
    }
}
