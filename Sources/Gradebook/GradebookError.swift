import Database

/// Why the gradebook cannot be used.
package enum GradebookError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The schema was made by a newer lab.
    case newerSchema(Int, known: Int)
    /// There is a schema `lab` that lab has not made.
    case foreignSchema
    case mayNotCreate(said: String)
    /// A run could not be written down in the state folder either.
    case cannotKeep(path: String, said: String)
    case noRun(String?)
    /// The database, in its own words.
    case database(DatabaseError)

    package var description: String {
        switch self {
        case .newerSchema(let version, let known):
            "The gradebook has version \(version) of the schema, and this lab knows \(known). Use a newer lab."
        case .foreignSchema: "The database has a schema 'lab' that lab did not make. Use another database."
        case .mayNotCreate(let said):
            """
            lab may not make its schema in this database (\(said)). Let somebody who may do so run, once:
              lab schema --gradebook | psql DATABASE
              GRANT USAGE ON SCHEMA lab TO you; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lab TO you;
            """
        case .cannotKeep(let path, let said): "The run cannot be kept in \(path): \(said)."
        case .noRun(let run):
            run.map { "The gradebook has no run '\($0)'. lab report --store … --runs lists them." } ?? "The gradebook has no runs yet."
        case .database(let error):
            if error.said.contains("no password supplied") {
                "The gradebook wants a password: put it into ~/.pgpass (or the file that PGPASSFILE names), as "
                    + "host:port:database:user:password."
            } else {
                "The gradebook: \(error.said)"
            }
        }
    }
}
