import Checks
import Database
import Facts
import Foundation
import Reports

/// A run as a list of runs shows it.
package struct StoredRun: Sendable, Hashable {
    package var run: String
    package var lab: String
    package var started: Date
    package var finished: Date?
    package var isComplete: Bool
    package var shard: String?
    package var students: Int
}

/// Which results of a gradebook are meant.
package enum StoredChoice: Sendable, Hashable {
    /// The run that began last.
    case newest
    case run(String)
    /// Every student as last seen, in any run.
    case everyonesNewest
}

extension Gradebook {
    private static let seconds = 60.0
    private static let time = "to_char(%@ AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

    private static func time(_ column: String) -> String { time.replacing("%@", with: column) }

    /// The runs, the newest first.
    /// - Throws: `GradebookError` or `CancellationError`.
    package func runs(limit: Int = 50) async throws -> [StoredRun] {
        try await asking { connection in
            try await connection.query(
                """
                SELECT run, lab, \(Self.time("started")), \(Self.time("finished")), complete, shard, \
                (SELECT count(*) FROM lab.student s WHERE s.run = r.run)
                FROM lab.run r ORDER BY started DESC, run LIMIT $1
                """, [String(limit)], seconds: Self.seconds
            ).compactMap { row in
                guard let run = row[0], let lab = row[1], let started = Self.date(row[2]) else { return nil }
                return StoredRun(
                    run: run, lab: lab, started: started, finished: Self.date(row[3]), isComplete: row[4] == "t", shard: row[5],
                    students: row[6].flatMap { Int($0) } ?? 0)
            }
        }
    }

    /// A report out of the gradebook, and the steps and points as they were then.
    /// - Parameter lab: nil: of the lab that the newest run is of.
    /// - Throws: `GradebookError` or `CancellationError`.
    package func report(_ choice: StoredChoice, lab: String? = nil) async throws -> (report: RunReport, steps: [ReportStep]) {
        try await asking { connection in
            let named: String? = if case .run(let run) = choice { run } else { nil }
            if let named, UUID(uuidString: named) == nil { throw GradebookError.noRun(named) }
            let found = try await connection.query(
                """
                SELECT run, lab, \(Self.time("started")), coalesce(\(Self.time("finished")), \(Self.time("started"))), complete, \
                shard, class FROM lab.run
                WHERE run = coalesce($1, run) AND lab = coalesce($2, lab) ORDER BY started DESC, run LIMIT 1
                """, [named, lab], seconds: Self.seconds)
            guard let row = found.first, let run = row[0], let lab = row[1], let started = Self.date(row[2]),
                let finished = Self.date(row[3])
            else {
                throw GradebookError.noRun(named)
            }
            // The same queries for one run and for everyone's newest: which student's rows, of which run.
            let (source, parameter) = choice == .everyonesNewest ? ("lab.newest WHERE lab = $1", lab) : ("lab.student WHERE run = $1", run)
            let students = try await Self.students(connection, source, parameter)
            let steps = try await Self.steps(connection, run)
            let isNow = choice == .everyonesNewest
            return (
                RunReport(
                    lab: lab, className: isNow ? nil : row[6], started: isNow ? students.map(\.collected.at).min() ?? started : started,
                    finished: finished,
                    isComplete: isNow || row[4] == "t", shard: isNow ? nil : row[5], students: students), steps
            )
        }
    }

    private static func students(_ connection: DatabaseConnection, _ source: String, _ parameter: String) async throws -> [StudentReport] {
        let rows = try await connection.query(
            "SELECT student, group_name, step, collected, \(time("collected_at")), warnings FROM (SELECT * FROM \(source)) s "
                + "ORDER BY position, student",
            [parameter], seconds: seconds)
        let machines = try await connection.query(
            """
            SELECT m.student, m.machine, m.reached, m.seconds, m.said, m.identity FROM lab.machine m \
            JOIN (SELECT run, student FROM \(source)) s USING (run, student)
            ORDER BY m.student, m.position
            """, [parameter], seconds: seconds)
        let verdicts = try await connection.query(
            "SELECT v.student, v.detail FROM lab.verdict v JOIN (SELECT run, student FROM \(source)) s USING (run, student) "
                + "ORDER BY v.student, v.position",
            [parameter], seconds: seconds)
        let machinesOf = Dictionary(grouping: machines) { $0[0] ?? "" }
        let verdictsOf = Dictionary(grouping: verdicts) { $0[0] ?? "" }
        let decoder = JSONDecoder()
        return try rows.map { row in
            let name = row[0] ?? ""
            return StudentReport(
                student: name, group: row[1], step: row[2],
                collected: Collected(kind: row[3].flatMap { Collected.Kind(rawValue: $0) } ?? .bundle, at: date(row[4]) ?? .distantPast),
                warnings: try decoder.decode([String].self, from: Data((row[5] ?? "[]").utf8)),
                machines: try machinesOf[name, default: []].map { row in
                    MachineReport(
                        machine: row[1] ?? "", reached: row[2] == "t", seconds: row[3].flatMap { Double($0) } ?? 0, said: row[4],
                        identity: try row[5].map { try decoder.decode(MachineIdentity.self, from: Data($0.utf8)) })
                },
                verdicts: try verdictsOf[name, default: []].map { try decoder.decode(VerdictRecord.self, from: Data(($0[1] ?? "").utf8)) })
        }
    }

    private static func steps(_ connection: DatabaseConnection, _ run: String) async throws -> [ReportStep] {
        let decoder = JSONDecoder()
        return try await connection.query(
            "SELECT step, title, points, weights FROM lab.step WHERE run = $1 ORDER BY position", [run], seconds: seconds
        ).map {
            ReportStep(
                name: $0[0] ?? "", title: $0[1] ?? "", points: $0[2].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } ?? 1,
                weights: try decoder.decode([String: Double].self, from: Data(($0[3] ?? "{}").utf8)))
        }
    }

    private static func date(_ text: String?) -> Date? { text.flatMap { try? Date($0, strategy: .iso8601) } }

    /// Sends what was kept, and asks in one transaction, so that all answers fit each other.
    private func asking<Answer: Sendable>(_ body: (DatabaseConnection) async throws -> Answer) async throws -> Answer {
        do {
            try await sendKept()
            let connection = try await open()
            try await connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", seconds: Self.seconds)
            let answer = try await body(connection)
            try await connection.query("COMMIT", seconds: Self.seconds)
            return answer
        } catch let error as DatabaseError {
            throw GradebookError.database(error)
        }
    }
}
