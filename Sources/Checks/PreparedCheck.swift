import Course
import DataFiles
import Facts
import Synchronization

/// A check with its queries and what they read.
struct PreparedCheck: Sendable {
    var check: Check
    var pass: FactQuery
    /// Where its time is over.
    var over: FactQuery?
    var causes: [PreparedCause]
    /// Where its repairs may be printed.
    var repairs: FactQuery?
    var unexplained: FactQuery?
    var chronicle: PreparedChronicle?
    /// What decides it and then what explains it reads, each once.
    let reads: [FactQuery.Read]

    init(_ check: Check, over names: FactNames) {
        func query(_ text: Text, as sql: String? = nil) -> FactQuery { FactQuery(sql ?? text.string, from: text, over: names) }
        func condition(_ text: Text) -> FactQuery { query(text, as: "SELECT (\(text.string)\n)") }
        self.check = check
        pass = condition(check.pass)
        over = check.over.map(condition)
        causes = check.causes.map { cause in
            PreparedCause(
                cause: cause, when: query(cause.when),
                safe: cause.fix.compactMap(\.safe).map {
                    query($0, as: "SELECT found.*, (\($0.string)\n) FROM (\(cause.when.string)\n) AS found")
                })
        }
        repairs = check.repairs.map { condition($0.safe) }
        unexplained = check.unexplained.map { query($0) }
        chronicle = check.chronicle.map {
            PreparedChronicle(moments: query($0.moments), gaps: $0.gaps.map { query($0) }, decided: query($0.decided))
        }
        var known: Set<FactQuery.Read> = []
        reads = ([pass] + [over, repairs].compactMap(\.self) + causes.flatMap { [$0.when] + $0.safe }).flatMap { query in
            query.reads.filter { known.insert($0).inserted }.sorted { $0.table < $1.table }
        }
    }

    /// Everything that it asks.
    var queries: [FactQuery] { [pass, over, repairs, unexplained].compactMap(\.self) + causes.flatMap { [$0.when] + $0.safe } }

    /// The fact tables that its chronicle depends on.
    var told: Set<String> { Set((chronicle?.queries ?? []).flatMap(\.reads).map(\.table)) }

    /// The fact tables that decide whether the check passes.
    var judged: Set<String> { Set(([pass] + [over].compactMap(\.self)).flatMap(\.reads).map(\.table)) }

    /// The fact tables that its causes and its evidence depend on.
    var explained: Set<String> {
        Set((causes.map(\.when) + causes.flatMap(\.safe) + [repairs, unexplained].compactMap(\.self)).flatMap(\.reads).map(\.table))
    }
}

/// The queries of a chronicle.
struct PreparedChronicle: Sendable {
    var moments: FactQuery
    var gaps: FactQuery?
    var decided: FactQuery

    var queries: [FactQuery] { [moments, gaps, decided].compactMap(\.self) }
}

/// A cause with its queries.
struct PreparedCause: Sendable {
    var cause: Cause
    var when: FactQuery
    /// For each repair that destroys: the rows of `when`, and in a last column whether the repair is safe for that row.
    var safe: [FactQuery]
}

/// The checks of a catalog, each prepared when it is first asked for: the queries of one step are a twentieth of all.
final class PreparedChecks: Sendable {
    private let catalog: CheckCatalog
    private let names: FactNames
    private let known = Mutex<[String: PreparedCheck]>([:])

    /// - Parameter roles: those that one machine has.
    init(_ catalog: CheckCatalog, roles: [Role]) {
        self.catalog = catalog
        names = FactNames(of: catalog.facts, roles: roles)
    }

    /// The check of that name; nil if there is none.
    subscript(_ name: String) -> PreparedCheck? {
        if let known = known.withLock({ $0[name] }) { return known }
        guard let check = catalog[name] else { return nil }
        let prepared = PreparedCheck(check, over: names)
        known.withLock { $0[name] = prepared }
        return prepared
    }
}

extension FactStore {
    /// Runs a query of the course, unless there are so many rows that it is too much for SQLite: then nil.
    /// - Throws: a `Complaint` at the line of the query that SQLite does not accept; `lab lint` finds it before anyone meets it.
    func answer(_ query: FactQuery, this: String?, limit: Int) throws -> FactRows? {
        do {
            return try affordableRows(query, this: this, limit: limit)
        } catch let error as QueryError {
            throw complaint(error, about: query)
        }
    }

    /// Tries a query of the course.
    /// - Returns: its columns.
    func tried(_ query: FactQuery) throws(Complaint) -> [String] {
        do {
            return try columns(of: query)
        } catch {
            throw complaint(error, about: query)
        }
    }

    private func complaint(_ error: QueryError, about query: FactQuery) -> Complaint {
        let known = catalog.schema
        let word = error.said.split(separator: " ").last.map { String($0.split(separator: ".").last ?? $0) } ?? ""
        let names = error.said.contains("no such table") ? known.map(\.table) : known.flatMap(\.columns)
        return Complaint(
            query.source?.place(line: error.line) ?? Place(file: "query", line: 1, column: 1), "this query does not run: \(error.said)",
            expected: "SQL over the declared tables", nearest: nearestName(to: word, among: Set(names)))
    }
}
