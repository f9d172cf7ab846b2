import Course
import DataFiles
import Facts

/// A check whose queries were tried against the declared tables.
struct PreparedCheck: Sendable {
    var check: Check
    var pass: FactQuery
    var causes: [(cause: Cause, when: FactQuery)]
    var unexplained: FactQuery?

    /// - Throws: a `Complaint` at the line of the query that SQLite does not accept.
    init(_ check: Check, in store: FactStore) throws(Complaint) {
        self.check = check
        pass = try Self.prepare("SELECT (\(check.pass.string)\n)", from: check.pass, in: store)
        var causes: [(Cause, FactQuery)] = []
        for cause in check.causes {
            causes.append((cause, try Self.prepare(cause.when.string, from: cause.when, in: store)))
        }
        self.causes = causes
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
    var judged: Set<String> { Set(pass.reads.map(\.table)) }

    /// The fact tables that its causes and its evidence rest on.
    var explained: Set<String> {
        Set((causes.map(\.when) + [unexplained].compactMap(\.self)).flatMap(\.reads).map(\.table))
    }
}
