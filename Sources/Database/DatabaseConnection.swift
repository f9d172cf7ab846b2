import CPostgreSQL
import Glibc

/// One connection to a server. Every wait in it is bounded and ends soon after the task is cancelled. After an error other
/// than ``DatabaseError/refused(sqlState:said:)`` it is of no more use.
package actor DatabaseConnection {
    /// The machine whose endpoint libpq chose.
    package nonisolated let machine: String
    let handle: Handle
    private nonisolated let executor: ConnectionExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Connects.
    ///
    /// libpq goes on to the next host when one refuses, but not when one accepts and then ends the connection: and that is
    /// what a forward to a dead server does. Behind forwards the hosts are therefore tried one by one here, as libpq would.
    /// - Throws: `DatabaseError.notConnected` or `CancellationError`.
    package static func open(_ target: DatabaseTarget) async throws -> DatabaseConnection {
        guard target.endpoints.count > 1, target.endpoints.contains(where: \.isForward) else {
            return DatabaseConnection(try await Handle.open(target.parameters))
        }
        var failure: DatabaseError?
        for endpoint in target.endpoints {
            var single = target
            single.endpoints = [endpoint]
            do {
                return DatabaseConnection(try await Handle.open(single.parameters))
            } catch let error as DatabaseError {
                failure = failure ?? error
            }
        }
        throw failure ?? DatabaseError.notConnected(said: "there is no host to connect to")
    }

    /// Connects to where a connection string of libpq says, with what libpq's environment, password file and service file
    /// add to it.
    /// - Throws: `DatabaseError.notConnected` or `CancellationError`.
    package static func open(address: String, application: String, seconds: Int) async throws -> DatabaseConnection {
        DatabaseConnection(
            try await Handle.open(
                [
                    ("dbname", address), ("fallback_application_name", application), ("connect_timeout", String(seconds)),
                    ("client_encoding", "UTF8"), ("tcp_user_timeout", String(seconds * 1000)),
                ], expandsName: true))
    }

    private init(_ handle: Handle) {
        self.handle = handle
        machine = PQhost(handle.pointer).map { String(cString: $0) } ?? ""
        executor = ConnectionExecutor(machine)
    }

    /// Sends one statement and waits for its answer.
    /// - Parameters:
    ///   - seconds: how long to wait.
    /// - Returns: the rows, each value as text.
    /// - Throws: `DatabaseError` or `CancellationError`.
    @discardableResult
    package func query(_ sql: String, _ parameters: [String?] = [], seconds: Double = 2) throws -> [[String?]] {
        // libpq takes texts to their first NUL, which PostgreSQL's cannot hold anyway.
        var values: [UnsafePointer<CChar>?] = parameters.map { $0.map { UnsafePointer(strdup($0)) } ?? nil }
        defer { values.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        guard PQsendQueryParams(handle.pointer, sql, Int32(values.count), nil, &values, nil, nil, 0) == 1 else {
            throw DatabaseError.lost(said: handle.said)
        }
        let end = ContinuousClock.now + .seconds(seconds)
        var rows: [[String?]] = []
        var failure: DatabaseError?
        while true {
            try waitUntilReady(end, seconds)
            guard let result = PQgetResult(handle.pointer) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: break
            case PGRES_TUPLES_OK: rows = Self.rows(of: result)
            default: if failure == nil { failure = error(of: result) }
            }
        }
        if let failure { throw failure }
        return rows
    }

    /// Sends a script of several statements, whose rows nobody wants.
    /// - Throws: `DatabaseError` or `CancellationError`.
    package func execute(_ script: String, seconds: Double) throws {
        guard PQsendQuery(handle.pointer, script) == 1 else { throw DatabaseError.lost(said: handle.said) }
        try drain(ContinuousClock.now + .seconds(seconds), seconds)
    }

    /// Waits until the next result can be taken without waiting.
    func waitUntilReady(_ end: ContinuousClock.Instant, _ seconds: Double) throws {
        while true {
            let unsent = PQflush(handle.pointer)
            guard unsent >= 0 else { throw DatabaseError.lost(said: handle.said) }
            if unsent == 0, PQisBusy(handle.pointer) == 0 { return }
            try waitForSocket(end, seconds, alsoToWrite: unsent == 1)
        }
    }

    /// Waits until more can be sent.
    func waitUntilSent(_ end: ContinuousClock.Instant, _ seconds: Double) throws {
        while true {
            let unsent = PQflush(handle.pointer)
            guard unsent >= 0 else { throw DatabaseError.lost(said: handle.said) }
            if unsent == 0 { return }
            try waitForSocket(end, seconds, alsoToWrite: true)
        }
    }

    private func waitForSocket(_ end: ContinuousClock.Instant, _ seconds: Double, alsoToWrite: Bool) throws {
        let left = (end - .now) / .milliseconds(1)
        guard left > 0 else { throw DatabaseError.timedOut(seconds: seconds) }
        try Task.checkCancellation()
        var polls = [pollfd(fd: PQsocket(handle.pointer), events: Int16(POLLIN | (alsoToWrite ? POLLOUT : 0)), revents: 0)]
        // In short pieces, so that a cancelled task is noticed.
        let ready = poll(&polls, 1, Int32(min(100, max(1, left.rounded(.up)))))
        if ready > 0, PQconsumeInput(handle.pointer) == 0 { throw DatabaseError.lost(said: handle.said) }
    }

    private static func rows(of result: OpaquePointer) -> [[String?]] {
        (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : PQgetvalue(result, row, column).map { String(cString: $0) }
            }
        }
    }

    func error(of result: OpaquePointer) -> DatabaseError {
        // The letter that libpq knows the SQLSTATE by.
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        let said = DatabaseError.brief(String(cString: PQresultErrorMessage(result)))
        // Without a state libpq speaks, not the server: the connection has broken.
        guard let state, PQstatus(handle.pointer) == CONNECTION_OK || state.hasPrefix("57P") else { return .lost(said: said) }
        return .refused(sqlState: state, said: said)
    }
}
