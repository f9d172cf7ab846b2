import Database

/// The schema `lab` of a gradebook, as docs/gradebook.md describes it. lab makes it and brings it up to date.
package enum GradebookSchema {
    /// Each brings the schema from the version before to its own. What was released is never changed, only added to.
    static let migrations = [version1, version2]

    /// Everything as one script, for an administrator who lets nobody else create schemas.
    package static var script: String {
        "BEGIN;\n" + migrations.enumerated().map { $0.element + record($0.offset + 1) }.joined() + "COMMIT;\n"
    }

    /// Makes the schema or brings it up to date. Two that try at once do it one after the other.
    /// - Throws: `GradebookError` or `DatabaseError`.
    static func prepare(_ connection: DatabaseConnection) async throws {
        var version = try await Self.version(connection)
        guard version != migrations.count else { return }
        try await connection.query("BEGIN", seconds: 30)
        do {
            try await connection.query("SELECT pg_advisory_xact_lock(hashtext('lab gradebook'))", seconds: 60)
            version = try await Self.version(connection)
            for number in version..<migrations.count {
                try await connection.execute(migrations[number] + record(number + 1), seconds: 120)
            }
            try await connection.query("COMMIT", seconds: 60)
        } catch {
            _ = try? await connection.query("ROLLBACK", seconds: 5)
            if case DatabaseError.refused("42501", let said) = error { throw GradebookError.mayNotCreate(said: said) }
            throw error
        }
    }

    /// The version that the schema has; 0 when there is none.
    private static func version(_ connection: DatabaseConnection) async throws -> Int {
        let rows = try await connection.query(
            """
            SELECT bool_or(c.relname = 'migration' AND c.relkind = 'r'), count(*) > 0
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'lab'
            """, seconds: 30)
        guard rows.first?.first == "t" else {
            if rows.first?.last == "t" { throw GradebookError.foreignSchema }
            return 0
        }
        let version =
            try await connection.query("SELECT coalesce(max(version), 0) FROM lab.migration", seconds: 30).first?.first.flatMap { $0 }
            .flatMap { Int($0) } ?? 0
        guard version <= migrations.count else { throw GradebookError.newerSchema(version, known: migrations.count) }
        return version
    }

    private static func record(_ version: Int) -> String { "INSERT INTO lab.migration (version) VALUES (\(version));\n" }
}
