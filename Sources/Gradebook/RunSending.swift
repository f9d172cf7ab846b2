import Checks
import Database
import Foundation
import Reports

/// Writes runs into the database. Everything can be sent again: what is there already is replaced.
struct RunSending {
    private static let seconds = 60.0
    private let connection: DatabaseConnection

    init(_ connection: DatabaseConnection) { self.connection = connection }

    /// Makes the run known, incomplete.
    func begin(_ header: RunHeader) async throws {
        try await transaction { try await insert(header) }
    }

    /// Sends students, and the end of the run if there is one, in one transaction.
    func send(_ header: RunHeader, _ students: [PlacedStudent], _ end: RunEnd?) async throws {
        try await transaction {
            try await insert(header)
            try await insert(students, of: header)
            if let end { try await update(header, end) }
        }
    }

    func finish(_ header: RunHeader, _ end: RunEnd) async throws {
        try await transaction { try await update(header, end) }
    }

    private func transaction(_ body: () async throws -> Void) async throws {
        try await connection.query("BEGIN", seconds: Self.seconds)
        do {
            try await body()
            try await connection.query("COMMIT", seconds: Self.seconds)
        } catch {
            _ = try? await connection.query("ROLLBACK", seconds: 5)
            throw error
        }
    }

    private func insert(_ header: RunHeader) async throws {
        let run = header.run.uuidString
        let rows = try await connection.query(
            "INSERT INTO lab.run (run, lab, class, started, shard) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (run) DO NOTHING RETURNING run",
            [run, header.lab, header.className, header.started.ISO8601Format(), header.shard], seconds: Self.seconds)
        guard !rows.isEmpty else { return }
        try await connection.copy(
            into: "lab.step (run, position, step, title, points, weights)",
            header.steps.enumerated().map { position, step in
                [run, String(position), step.name, step.title, String(step.points), try Self.json(step.weights)]
            }, seconds: Self.seconds)
    }

    private func insert(_ students: [PlacedStudent], of header: RunHeader) async throws {
        guard !students.isEmpty else { return }
        // Of a student who comes twice, the later result counts.
        let students = Dictionary(students.map { ($0.report.student, $0) }) { $1 }.values.sorted { $0.position < $1.position }
        let run = header.run.uuidString
        try await connection.query(
            "DELETE FROM lab.student WHERE run = $1 AND student IN (SELECT jsonb_array_elements_text($2::jsonb))",
            [run, try Self.json(students.map(\.report.student))], seconds: Self.seconds)
        try await connection.copy(
            into: "lab.student (run, student, position, group_name, step, collected, collected_at, warnings)",
            students.map { placed in
                let student = placed.report
                return [
                    run, student.student, String(placed.position), student.group, student.step, student.collected.kind.rawValue,
                    student.collected.at.ISO8601Format(), try Self.json(student.warnings),
                ]
            }, seconds: Self.seconds)
        try await connection.copy(
            into: "lab.machine (run, student, position, machine, reached, seconds, said, identity)",
            students.flatMap { placed in
                try placed.report.machines.enumerated().map { position, machine in
                    [
                        run, placed.report.student, String(position), machine.machine, machine.reached ? "t" : "f", String(machine.seconds),
                        machine.said,
                        try machine.identity.map { try Self.json($0) },
                    ]
                }
            }, seconds: Self.seconds)
        try await connection.copy(
            into: "lab.verdict (run, student, position, step, check_name, machine, verdict, cause, because, detail)",
            students.flatMap { placed in
                try placed.report.verdicts.enumerated().map { position, verdict in
                    [
                        run, placed.report.student, String(position), verdict.step, verdict.check, verdict.machine,
                        verdict.verdict.rawValue,
                        verdict.causes.first?.cause, verdict.causes.first?.because, try Self.json(verdict),
                    ]
                }
            }, seconds: Self.seconds)
    }

    private func update(_ header: RunHeader, _ end: RunEnd) async throws {
        try await connection.query(
            "UPDATE lab.run SET finished = $2, complete = $3 WHERE run = $1",
            [header.run.uuidString, end.finished.ISO8601Format(), end.isComplete ? "t" : "f"], seconds: Self.seconds)
    }

    /// JSON as `jsonb` takes it: PostgreSQL's texts cannot hold the character NUL.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return withoutNUL(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// JSON in which `\u0000` has become the replacement character. A backslash that is itself escaped begins nothing.
    static func withoutNUL(_ json: String) -> String {
        guard json.contains(#"\u0000"#) else { return json }
        var result: [UInt8] = []
        let bytes = Array(json.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if index + 6 <= bytes.count, bytes[(index + 1)..<(index + 6)].elementsEqual("u0000".utf8) {
                result += Array(#"\ufffd"#.utf8)
                index += 6
            } else {
                result += [bytes[index], bytes[index + 1]]
                index += 2
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
