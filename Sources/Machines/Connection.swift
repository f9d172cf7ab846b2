import CSSH
import Foundation
import Synchronization

/// The kept connection to one machine: opened when it is first needed, opened again when it has gone.
package final class Connection: Sendable {
    package let machine: ReachableMachine
    private let dialogue: LoginDialogue
    private let secrets: SecretBook
    private let neighbours: [ReachableMachine]
    private let name: String
    /// Begun with the first job: a class has thousands of machines, and few at once.
    private let started = Mutex<SessionThread?>(nil)
    private let box = SessionBox()
    private let shown = Mutex<String?>(nil)

    /// How long connecting and logging in may take together, in seconds.
    package static let loginLimit = 12
    /// A connection that was quiet for this long is tried before it is relied on.
    private static let quiet = Duration.seconds(3)

    /// - Parameter neighbours: the student's other machines, to notice the key of one of them.
    package init(_ machine: ReachableMachine, neighbours: [ReachableMachine] = [], dialogue: LoginDialogue, secrets: SecretBook) {
        self.machine = machine
        self.neighbours = neighbours
        self.dialogue = dialogue
        self.secrets = secrets
        name = "ssh \(machine.name)"
        _ = Self.initialised
    }

    private var thread: SessionThread {
        started.withLock { started in
            if let started { return started }
            let thread = SessionThread(name: name)
            started = thread
            return thread
        }
    }

    /// The version of libssh, which logs in.
    package static var libraryVersion: String { ssh_version(0).map { String(cString: $0) } ?? "of unknown version" }

    /// The fingerprint of the host key that the machine showed when it was connected last.
    package var hostKey: String? { shown.withLock { $0 } }

    /// libssh wants this once, before any thread uses it.
    private static let initialised: Int32 = ssh_init()

    /// Runs a command, and connects first if needed. Cancelling the task returns at once.
    /// - Parameters:
    ///   - command: for the login shell of the user.
    ///   - input: the command's whole standard input.
    ///   - live: sees output as it comes, on the connection's own thread.
    /// - Throws: `ConnectionError` or `CancellationError`.
    package func run(
        _ command: String, input: [UInt8] = [], limits: CommandLimits,
        live: @escaping @Sendable (CommandStream, [UInt8]) -> Void = { _, _ in }
    ) async throws -> CommandResult {
        try await thread.run { [self] cancellation in
            let session = try open(within: limits.seconds, cancellation)
            do {
                return try session.run(command, input: input, limits: limits, live: live, cancellation: cancellation)
            } catch {
                // After an error nobody knows what is still under way on this session.
                box.session = nil
                throw error
            }
        }
    }

    /// Connects and logs in if that is not so already.
    /// - Throws: `ConnectionError` or `CancellationError`.
    package func open() async throws {
        _ = try await thread.run { [self] cancellation in try open(within: Self.loginLimit, cancellation).method }
    }

    /// Ends the connection; the next command opens a new one.
    package func close() async {
        guard let thread = started.withLock({ $0 }) else { return }
        _ = try? await thread.run { [box] _ in box.session = nil }
    }

    private func open(within seconds: Int, _ cancellation: Cancellation) throws -> Session {
        if let session = box.session, session.isConnected {
            if ContinuousClock.now - session.lastUsed < Self.quiet { return session }
            let probe = try? session.run(
                "true", input: [], limits: CommandLimits(seconds: 3, bytes: 4096), live: { _, _ in }, cancellation: cancellation)
            if probe?.status != nil { return session }
            if cancellation.isCancelled { throw CancellationError() }
        }
        box.session = nil
        let session = try Session(
            machine, neighbours: neighbours, dialogue: dialogue, secrets: secrets, seconds: min(seconds, Self.loginLimit),
            cancellation: cancellation)
        box.session = session
        shown.withLock { $0 = session.hostKey }
        return session
    }
}

/// Holds the session between jobs.
///
/// Sendable although it is not protected: only jobs on the connection's `SessionThread` touch it, one after the other.
/// The last reference may go on another thread, but then no job is left that could use the session.
private final class SessionBox: @unchecked Sendable {
    var session: Session?
}
