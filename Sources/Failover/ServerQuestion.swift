import Database

/// What every server is asked, as an account without privileges.
enum ServerQuestion {
    /// A standby's own timeline is the newest that its control file knows of; a primary's is in the name of its WAL file.
    private static let state = """
        SELECT pg_is_in_recovery(),
            CASE WHEN pg_is_in_recovery()
                THEN greatest((SELECT timeline_id FROM pg_control_checkpoint()), \
                (SELECT min_recovery_end_timeline FROM pg_control_recovery()))
                ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
            CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
            pg_last_wal_replay_lsn(),
        """

    static func ask(_ connection: DatabaseConnection, run: String, seconds: Double) async throws -> ServerState {
        do {
            let sql = "\(state) (SELECT max(n) FROM lab_watch WHERE run = $1)"
            return try read(await connection.query(sql, [run], seconds: seconds))
        } catch DatabaseError.refused("42P01", _) {
            // The table has not come to this standby yet.
            return try read(await connection.query("\(state) NULL", seconds: seconds))
        }
    }

    private static func read(_ rows: [[String?]]) throws -> ServerState {
        guard let row = rows.first, row.count == 5, let recovery = row[0] else { throw DatabaseError.lost(said: "it gave no answer") }
        return ServerState(
            role: recovery == "t" ? .standby : .primary, timeline: row[1].flatMap { Int($0) }, row: row[4].flatMap { Int($0) },
            received: row[2].flatMap { WALLocation($0) }, replayed: row[3].flatMap { WALLocation($0) })
    }
}
