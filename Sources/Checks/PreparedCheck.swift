import Course
import DataFiles
import Facts

/// A check whose queries were tried against the declared tables.
struct PreparedCheck: Sendable {
    var check: Check
    var pass: FactQuery
    /// Where its time is over.
    var over: FactQuery?
    var causes: [PreparedCause]
    /// Where its repairs may be printed.
    var repairs: FactQuery?
    var unexplained: FactQuery?

    /// - Throws: a `Complaint` at the line of the query that SQLite does not accept.
    init(_ check: Check, in store: FactStore) throws(Complaint) {
        self.check = check
        pass = try Self.prepare("SELECT (\(check.pass.string)\n)", from: check.pass, in: store)
        if let text = check.over { over = try Self.prepare("SELECT (\(text.string)\n)", from: text, in: store) }
        var causes: [PreparedCause] = []
        for cause in check.causes { causes.append(try PreparedCause(cause, in: store)) }
        self.causes = causes
        if let text = check.repairs?.safe { repairs = try Self.prepare("SELECT (\(text.string)\n)", from: text, in: store) }
        if let text = check.unexplained {
            unexplained = try Self.prepare(text.string, from: text, in: store)
        }
    }

    static func prepare(_ sql: String, from text: Text, in store: FactStore) throws(Complaint) -> FactQuery {
        do {
            return try store.query(sql)
        } catch {
            let known = store.catalog.schema
            let word = error.said.split(separator: " ").last.map { String($0.split(separator: ".").last ?? $0) } ?? ""
            let names = error.said.contains("no such table") ? known.map(\.table) : known.flatMap(\.columns)
            throw Complaint(
                text.place(line: error.line), "this query does not run: \(error.said)",
                expected: "SQL over the declared tables", nearest: nearestName(to: word, among: Set(names)))
        }
    }

    /// The fact tables that decide whether the check passes.
    var judged: Set<String> { Set(([pass] + [over].compactMap(\.self)).flatMap(\.reads).map(\.table)) }

    /// The fact tables that its causes and its evidence depend on.
    var explained: Set<String> {
        Set((causes.map(\.when) + causes.flatMap(\.safe) + [repairs, unexplained].compactMap(\.self)).flatMap(\.reads).map(\.table))
    }
}

/// A cause whose queries were tried.
struct PreparedCause: Sendable {
    var cause: Cause
    var when: FactQuery
    /// For each repair that destroys: the rows of `when`, and in a last column whether the repair is safe for that row.
    var safe: [FactQuery] = []

    init(_ cause: Cause, in store: FactStore) throws(Complaint) {
        self.cause = cause
        when = try PreparedCheck.prepare(cause.when.string, from: cause.when, in: store)
        for text in cause.fix.compactMap(\.safe) {
            safe.append(
                try PreparedCheck.prepare(
                    "SELECT found.*, (\(text.string)\n) FROM (\(cause.when.string)\n) AS found", from: text, in: store))
        }
    }
}
