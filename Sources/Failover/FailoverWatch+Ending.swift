import Database
import Foundation

extension FailoverWatch {
    /// Asks the primary what it has, and deletes the rows of this watch there. Each part that fails is reported in `gaps`.
    /// - Parameters:
    ///   - machine: the primary that counts.
    ///   - since: how far back events are of interest, in seconds.
    ///   - repmgr: who may read repmgr's tables; nil leaves them out.
    /// - Throws: `CancellationError` only.
    package func conclude(on machine: String, since: Double, repmgr: DatabaseAccount?) async throws -> FailoverEvidence {
        await stop()
        var evidence = FailoverEvidence(primary: machine)
        guard let endpoint = endpoint(machine) else { return evidence }
        try await part("count the rows", &evidence) { evidence in
            let connection = try await DatabaseConnection.open(self.target([endpoint]))
            let rows = try await connection.query("SELECT n FROM lab_watch WHERE run = $1", [self.run], seconds: 5)
            evidence.rows = Set(rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } })
            evidence.deleted = try await connection.query(
                "WITH gone AS (DELETE FROM lab_watch WHERE run = $1 RETURNING 1) SELECT count(*) FROM gone", [self.run], seconds: 5
            ).first?.first.flatMap { $0 }.flatMap { Int($0) }
        }
        guard let repmgr else { return evidence }
        try await part("read repmgr's tables", &evidence) { evidence in
            let target = DatabaseTarget([endpoint], database: "repmgr", account: repmgr)
            try await Self.readRepmgr(target, since: since, into: &evidence)
        }
        return evidence
    }

    private func part(
        _ what: String, _ evidence: inout FailoverEvidence, _ body: (inout FailoverEvidence) async throws -> Void
    ) async throws {
        do { try await body(&evidence) } catch let error as DatabaseError { evidence.gaps.append("lab could not \(what): \(error.said)") }
    }

    private static func readRepmgr(_ target: DatabaseTarget, since: Double, into evidence: inout FailoverEvidence) async throws {
        let connection = try await DatabaseConnection.open(target)
        // This account may do anything; lab only wants to read.
        try await connection.query("SET default_transaction_read_only = on")
        evidence.nodes = try await connection.query("SELECT node_name, type, priority FROM repmgr.nodes ORDER BY node_id").compactMap {
            guard let name = $0[0], let type = $0[1], let priority = $0[2].flatMap({ Int($0) }) else { return nil }
            return .init(name: name, type: type, priority: priority)
        }
        evidence.events = try await connection.query(
            """
            SELECT extract(epoch FROM clock_timestamp() - e.event_timestamp), coalesce(n.node_name, e.node_id::text), e.event,
                e.successful, coalesce(e.details, '')
            FROM repmgr.events e LEFT JOIN repmgr.nodes n USING (node_id)
            WHERE e.event_timestamp > clock_timestamp() - make_interval(secs => $1::float8)
            ORDER BY e.event_timestamp DESC LIMIT 40
            """, [String(since)]
        ).reversed().compactMap {
            guard let ago = $0[0].flatMap({ Double($0) }), let node = $0[1], let event = $0[2] else { return nil }
            return .init(
                at: Date(timeIntervalSinceNow: -ago), node: node, event: event, successful: $0[3] == "t",
                details: String(($0[4] ?? "").prefix(300)))
        }
    }
}
