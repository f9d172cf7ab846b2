/// What went wrong with a connection or a query, with what libpq or the server said about it.
package enum DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No connection came about.
    case notConnected(said: String)
    /// The server answered with an error.
    case refused(sqlState: String, said: String)
    /// The connection ended, so nobody knows what became of the query.
    case lost(said: String)
    /// No answer in time.
    case timedOut(seconds: Double)

    /// What was said, in one line. It comes from elsewhere: clean it before it goes to a terminal.
    package var said: String {
        switch self {
        case .notConnected(let said), .refused(_, let said), .lost(let said): said
        case .timedOut(let seconds): "no answer in \(Int(seconds)) s"
        }
    }

    package var description: String { said }

    /// Whether the server refused what it was given, and would refuse it every time: values that are not of their type (class 22),
    /// that break a constraint (23), or that are too large for it (54).
    package var isAboutData: Bool {
        guard case .refused(let sqlState, _) = self else { return false }
        return ["22", "23", "54"].contains(sqlState.prefix(2))
    }

    /// Whether a COMMIT that ended so may have happened anyway.
    package var leavesOutcomeOpen: Bool {
        switch self {
        case .notConnected: false
        // Class 57P: the server is going down; it may have committed before it said so.
        case .refused(let sqlState, _): sqlState.hasPrefix("57P")
        case .lost, .timedOut: true
        }
    }

    /// The line that matters of what libpq says, bounded. It may mention several hosts, a line each, and often goes on
    /// with questions such as "Is the server running on that host?".
    package static func brief(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline)
        let line = lines.first { $0.contains("FATAL:") } ?? lines.first ?? "nothing was said"
        return String(line.drop(while: \.isWhitespace).prefix(300))
    }
}
