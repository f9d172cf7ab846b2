import CPostgreSQL
import Foundation
import Racing

/// A connection of libpq, ended with its last owner.
///
/// `@unchecked Sendable`: libpq lets any thread use a connection as long as no two do so at once. The thread that opens it
/// hands it over and does not touch it again; then it belongs to one ``DatabaseConnection``, an actor.
final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }

    var said: String { DatabaseError.brief(String(cString: PQerrorMessage(pointer))) }

    /// Opens a connection on a thread of its own, which waits at most `connect_timeout` for each host. When the task is
    /// cancelled, this returns at once, and the thread ends what it opened.
    /// - Parameters:
    ///   - parameters: libpq's.
    ///   - expandsName: whether `dbname` may be a whole connection string.
    /// - Throws: `DatabaseError.notConnected` or `CancellationError`.
    static func open(_ parameters: [(String, String)], expandsName: Bool = false) async throws -> Handle {
        let race = Race<Handle>()
        Thread.detachNewThread { race.settle(Result { try connect(parameters, expandsName) }) }
        return try await withTaskCancellationHandler {
            try await race.outcome().get()
        } onCancel: {
            race.settle(.failure(CancellationError()))
        }
    }

    private static func connect(_ parameters: [(String, String)], _ expandsName: Bool) throws -> Handle {
        var names: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { (names + values).forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        guard let pointer = PQconnectdbParams(&names, &values, expandsName ? 1 : 0) else {
            throw DatabaseError.notConnected(said: "out of memory")
        }
        let handle = Handle(pointer)
        guard PQstatus(pointer) == CONNECTION_OK else { throw DatabaseError.notConnected(said: handle.said) }
        // Notices would go to standard error, into the middle of what is drawn there.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        PQsetnonblocking(pointer, 1)
        return handle
    }
}
