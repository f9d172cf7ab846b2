import Database
import Foundation
import Synchronization

/// Writes a row four times a second through libpq's list of hosts, and asks every server at the same time what it is.
package final class FailoverWatch: Sendable {
    /// How often a row is written and a server is asked.
    static let interval = Duration.milliseconds(250)
    /// What is not acknowledged in this time, in seconds, is given up.
    static let writeSeconds = 2.0
    /// How long one server may take to answer, in seconds.
    static let readSeconds = 1.5

    /// The name of this watch in the column `run`.
    package let run: String
    private let endpoints: [DatabaseEndpoint]
    private let account: DatabaseAccount
    private let database: String
    private let watching = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - endpoints: the machines that have a copy of the data, in the order in which libpq tries them.
    ///   - account: the owner of the database.
    package init(_ endpoints: [DatabaseEndpoint], database: String = "labdb", account: DatabaseAccount) {
        self.endpoints = endpoints
        self.account = account
        self.database = database
        run = UUID().uuidString.lowercased()
    }

    /// Makes the table if it is missing, and takes away what watches left behind that never came to their end.
    /// - Returns: the machine that takes writes now.
    /// - Throws: `DatabaseError` or `CancellationError`.
    @discardableResult
    package func prepare() async throws -> String {
        let connection = try await DatabaseConnection.open(target(endpoints, takesWrites: true))
        try await connection.query(
            """
            CREATE TABLE IF NOT EXISTS lab_watch (
                run text, n bigint, at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (run, n))
            """, seconds: 5)
        try await connection.query("DELETE FROM lab_watch WHERE at < now() - interval '1 day'", seconds: 5)
        return connection.machine
    }

    /// Begins to write and to read. Ends when nobody reads the stream.
    package func samples() -> AsyncStream<FailoverSample> {
        AsyncStream { continuation in
            let board = FailoverBoard(machines: endpoints.map(\.machine)) { continuation.yield($0) }
            let task = Task.detached { [self] in
                await watch(board)
                continuation.finish()
            }
            watching.withLock { $0 = task }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Stops writing and reading, and waits for that.
    package func stop() async {
        let task = watching.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    func target(_ endpoints: [DatabaseEndpoint], takesWrites: Bool = false) -> DatabaseTarget {
        DatabaseTarget(endpoints, database: database, account: account, takesWrites: takesWrites)
    }

    func endpoint(_ machine: String) -> DatabaseEndpoint? { endpoints.first { $0.machine == machine } }

    private func watch(_ board: FailoverBoard) async {
        await withTaskGroup { group in
            group.addTask { await self.write(board) }
            for endpoint in endpoints { group.addTask { await self.read(endpoint, board) } }
            // So that a picture moves on while everything waits.
            group.addTask { await Self.every(Self.interval) { board.tick() } }
        }
    }

    /// Writes rows, each in a transaction of its own, until cancelled. A row that failed is not tried again: the next
    /// attempt has the next number.
    private func write(_ board: FailoverBoard) async {
        var connection: DatabaseConnection?
        var row = 0
        await Self.every(Self.interval) { [self] in
            row += 1
            do {
                let open = if let connection { connection } else { try await DatabaseConnection.open(target(endpoints, takesWrites: true)) }
                connection = open
                try await open.query(
                    "INSERT INTO lab_watch (run, n) VALUES ($1, $2::bigint)", [run, String(row)], seconds: Self.writeSeconds)
                board.wrote(.acknowledged(row: row, by: open.machine))
            } catch let error as DatabaseError {
                connection = nil
                board.wrote(error.leavesOutcomeOpen ? .unanswered(row: row, said: error.said) : .refused(row: row, said: error.said))
            } catch {}
        }
    }

    private func read(_ endpoint: DatabaseEndpoint, _ board: FailoverBoard) async {
        var connection: DatabaseConnection?
        await Self.every(Self.interval) { [self] in
            do {
                let open = if let connection { connection } else { try await DatabaseConnection.open(target([endpoint])) }
                connection = open
                board.saw(endpoint.machine, .answers(try await ServerQuestion.ask(open, run: run, seconds: Self.readSeconds)))
            } catch let error as DatabaseError {
                connection = nil
                board.saw(endpoint.machine, .silent(said: error.said))
            } catch {}
        }
    }

    /// Does something again and again until the task is cancelled, each time at the next beat.
    private static func every(_ interval: Duration, _ body: () async -> Void) async {
        var next = ContinuousClock.now
        while !Task.isCancelled {
            await body()
            // What took long is not made up for: that would be a burst of writes after an outage.
            next = max(next + interval, .now)
            try? await Task.sleep(until: next, clock: .continuous)
        }
    }
}
