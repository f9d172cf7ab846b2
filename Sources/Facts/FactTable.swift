import Course
import DataFiles

/// What can be observed of a machine: a table, and how to look. The format is in docs/writing-checks.md.
package struct FactTable: Sendable, Hashable {
    package var name: String
    package var place: Place
    package var about: String
    /// The account that looks.
    package var account: Account
    /// Looked at once for each other machine, whose values are `{{peer.…}}`.
    package var eachPeer: Bool
    /// Looked at only on machines where a check failed.
    package var diagnosing: Bool
    /// How long the look may take, in seconds.
    package var limit: Int
    /// The limit of a table that names none.
    package static let usualLimit = 5
    /// The database that a query runs in, if it names one, which may quote a value; if there is none of that name, there are no rows.
    package var database: Template?
    /// What the query depends on in that database; if it does not exist, there are no rows.
    package var relation: String?
    /// Columns that change by themselves, such as a lag: not a change worth reporting.
    package var moving: Set<String> = []
    /// By column, values between which it moves by itself, such as the states of a process that lives.
    package var alike: [String: [String]] = [:]
    /// The columns that tell a row from the others; the first one if none is named.
    package var key: [String] = []
    package var nature = Nature.state
    /// Columns of a table that somebody made which nonetheless follow from something else.
    package var follows: Set<String> = []
    /// Columns of which each machine has its own value, such as a key: no difference between two machines.
    package var own: Set<String> = []
    /// Columns of which each cluster has its own values.
    package var elsewhere: Set<String> = []
    /// By column: numbers that are no farther apart are alike.
    package var apart: [String: Double] = [:]
    /// Without the first column, `machine`, which every table has.
    package var columns: [Column]
    package var probe: Probe
    /// What its code calls.
    package var functions: [ProbeFunction] = []
    /// Of a library that the lab does not use: nobody looks, and it is known to have no rows.
    package var isAbsent = false
    /// The environments in which it is looked at; none named means all. Elsewhere it is known to have no rows.
    package var environments: [Environment] = []
    /// The program of the workstation that knows about the machine, if it is looked at there and not on the machine.
    package var program: String?
    /// Whether it is looked at on the workstation, once for each machine: also for one that is not reached.
    package var isAtWorkstation: Bool { program != nil }

    /// Whether somebody looks at it if the machines are in this environment.
    package func isSeen(in environment: Environment) -> Bool {
        !isAbsent && (environments.isEmpty || environments.contains(environment))
    }

    /// What a table's rows are, for whoever compares two looks.
    package enum Nature: String, Sendable, Hashable, CaseIterable {
        /// Laid down by somebody: settings, files, rules, what is installed.
        case made
        /// What follows from that: states, answers, measurements.
        case state
        /// Lines and events that grow by themselves: they are no difference.
        case log
    }

    /// Whether a column moves by itself between two values.
    func areAlike(_ one: FactValue, _ other: FactValue, in column: Int) -> Bool {
        let name = columns[column].name
        if let apart = apart[name], let one = one.number, let other = other.number { return abs(one - other) <= apart }
        guard let values = alike[name] else { return false }
        return values.contains(one.description) && values.contains(other.description)
    }

    /// Whether each machine, or each cluster, has a text of its own in a column.
    package func isOwn(_ column: Column) -> Bool {
        column.type == .text && (own.union(elsewhere).contains(column.name) || column.identifies != nil)
    }

    /// The places of the key's columns.
    var keyColumns: [Int] { key.isEmpty ? [0] : columns.indices.filter { key.contains(columns[$0].name) } }

    /// How to look.
    package enum Probe: Sendable, Hashable {
        /// POSIX shell that prints rows with `row`.
        case sh(Template)
        /// A query for the platform's client.
        case sql(Template)

        /// The command or query before its values are put in.
        package var template: Template {
            switch self {
            case .sh(let template), .sql(let template): template
            }
        }
    }

    /// A column and its type.
    package struct Column: Sendable, Hashable {
        package var name: String
        package var type: ColumnType
        /// What a value of it distinguishes from all others.
        package var identifies: IdentityMark?
    }

    /// Types of columns. Booleans are `t` or `f` on the wire, and 1 or 0 in queries.
    package enum ColumnType: String, Sendable, Hashable, CaseIterable {
        case text, int, real, bool
    }

    /// Reads one entry of `tables:`.
    static func read(_ node: DataNode, book: ComplaintBook) -> FactTable? {
        let keys = [
            "table", "about", "at", "program", "environment", "as", "each", "when", "limit", "columns", "moving", "alike", "key", "own",
            "elsewhere", "apart",
            "nature", "follows", "sh", "sql",
            "database", "relation",
        ]
        guard let entry = node.mapping(keys: keys) else { return nil }
        let name = entry.requiredName("table")
        let about = entry.requiredText("about")
        let isAtWorkstation = entry["at"].flatMap { onlyWord(Target.workstation.description, $0) } ?? false
        let account = isAtWorkstation ? Account.student : entry.requiredText("as").map { Account($0.string) }
        let program = isAtWorkstation ? entry.requiredText("program") : nil
        let each = entry["each"].flatMap { onlyWord("peer", $0) } ?? false
        let diagnosing = entry["when"].flatMap { onlyWord("diagnosing", $0) } ?? false
        let columns = entry.required("columns")?.entries()?.entries.compactMap { readColumn($0, book: book) } ?? []
        let sh = entry.template("sh", book)
        let sql = entry.template("sql", book)
        if (sh == nil) == (sql == nil) {
            book.note(entry.place, "a table has one way to look", expected: "either 'sh' or 'sql'")
        }
        if isAtWorkstation {
            for key in ["as", "each", "sql"] {
                entry[key]?.complain("a table of the workstation has no '\(key)'", expected: "'program' and 'sh'")
            }
        } else {
            entry["program"]?.complain("'program' is for tables of the workstation", expected: "'at: workstation' beside it")
        }
        if sql != nil, each { book.note(entry.place, "'each' works with 'sh' only", expected: "no 'each'") }
        let database = entry["database"]?.filledText().flatMap { readDatabase($0, book) }
        let relation = entry["relation"]?.filledText()
        if sql == nil, database != nil || relation != nil {
            book.note(entry.place, "'database' and 'relation' belong to queries", expected: "'sql' beside them")
        }
        let moving = entry["moving"].map { names($0, of: columns) } ?? []
        let key = entry["key"].map { names($0, of: columns) } ?? []
        let alike = entry["alike"]?.entries()?.entries.map { column -> (String, [String]) in
            noteUnknown(column.name, among: columns, column.key)
            return (column.name, column.value.list().compactMap { $0.text()?.string })
        }
        let elsewhere = entry["elsewhere"].map { names($0, of: columns) } ?? []
        let apart = entry["apart"]?.entries()?.entries.compactMap { column -> (String, Double)? in
            noteUnknown(column.name, among: columns, column.key)
            return column.value.int(in: 1...1_000_000).map { (column.name, Double($0)) }
        }
        let follows = entry["follows"].map { names($0, of: columns) } ?? []
        let own = entry["own"].map { names($0, of: columns) } ?? []
        if let column = key.first(where: moving.contains) {
            entry["key"]?.complain("'\(column)' moves by itself", expected: "columns that stay as they are")
        }
        guard let name, let about, let account, let probe = sh.map(Probe.sh) ?? sql.map(Probe.sql) else { return nil }
        if Self.reserved.contains(name.string) || name.string.contains("-") {
            book.note(
                name.place, "'\(name.string)' cannot name a table",
                expected: "a name with '_' and not one of \(reserved.sorted().joined(separator: ", "))")
        }
        return FactTable(
            name: name.string, place: name.place, about: about.string, account: account, eachPeer: each,
            diagnosing: diagnosing, limit: entry["limit"].map(readLimit) ?? usualLimit, database: database,
            relation: relation?.string, moving: Set(moving),
            alike: Dictionary(alike ?? []) { first, _ in first }, key: key,
            nature: entry.word("nature", default: .state) ?? .state, follows: Set(follows), own: Set(own), elsewhere: Set(elsewhere),
            apart: Dictionary(apart ?? []) { first, _ in first }, columns: columns, probe: probe,
            environments: entry["environment"].map(Environment.read) ?? [], program: program?.string)
    }

    /// Without its place: tables with the same database are asked together.
    private static func readDatabase(_ text: Text, _ book: ComplaintBook) -> Template? {
        guard let template = text.template(book) else { return nil }
        if template.names.isEmpty { _ = text.checkedAsName(book) }
        return try? Template(Text(text.string, at: Place(file: "", line: 1, column: 1)))
    }

    /// Tables that every store has besides the facts.
    package static let reserved: Set<String> = ["machine", "observed", "expected", "judged", "figure"]

    /// Names of columns that are there.
    private static func names(_ node: DataNode, of columns: [Column]) -> [String] {
        node.list().compactMap { node in
            guard let text = node.text() else { return nil }
            noteUnknown(text.string, among: columns, node)
            return text.string
        }
    }

    private static func noteUnknown(_ name: String, among columns: [Column], _ node: DataNode) {
        guard !columns.contains(where: { $0.name == name }) else { return }
        node.complain(
            "there is no column '\(name)'", expected: "a column of this table",
            nearest: nearestName(to: name, among: columns.map(\.name)))
    }

    private static func onlyWord(_ word: String, _ node: DataNode) -> Bool? {
        guard let text = node.text() else { return nil }
        if text.string == word { return true }
        node.complain("'\(text.string)' is not valid here", expected: word)
        return nil
    }

    private static func readLimit(_ node: DataNode) -> Int {
        Seconds.read(node, in: 1...60) ?? usualLimit
    }

    private static func readColumn(_ entry: (name: String, key: DataNode, value: DataNode), book: ComplaintBook) -> Column? {
        _ = Text(entry.name, at: entry.key.place).checkedAsName(book)
        if entry.name == "machine" {
            entry.key.complain("every table has the column 'machine'", expected: "another name")
        }
        if entry.value.isMapping { return readIdentifying(entry.name, entry.value, book: book) }
        return readType(entry.value).map { Column(name: entry.name, type: $0) }
    }

    /// A column that tells its machine, or its cluster, from all others.
    private static func readIdentifying(_ name: String, _ node: DataNode, book: ComplaintBook) -> Column? {
        guard let entry = node.mapping(keys: ["type", "identifies", "key", "say"]), let type = entry.required("type").flatMap(readType),
            let whose: IdentityMark.Whose = entry.word("identifies"), let key = entry.requiredText("key"),
            let say = entry.requiredText("say")
        else { return nil }
        if type != .text { node.complain("a column that identifies is a text", expected: "type: text") }
        return Column(name: name, type: type, identifies: IdentityMark(key: key.string, words: say.string, whose: whose))
    }

    private static func readType(_ node: DataNode) -> ColumnType? {
        guard let word = node.text() else { return nil }
        guard let type = ColumnType(rawValue: word.string) else {
            let types = ColumnType.allCases.map(\.rawValue)
            node.complain(
                "there is no type '\(word.string)'", expected: "one of \(types.joined(separator: ", "))",
                nearest: nearestName(to: word.string, among: types))
            return nil
        }
        return type
    }
}
