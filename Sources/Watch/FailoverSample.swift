/// What was seen at one moment of a failover.
public struct FailoverSample: Sendable, Hashable {
    /// Seconds since the watch began.
    public var time: Double
    /// The attempt to write that ended at this moment, if one did.
    public var write: WriteOutcome?
    /// What each machine was last seen to be.
    public var machines: [String: MachineSighting]

    public init(time: Double, write: WriteOutcome? = nil, machines: [String: MachineSighting] = [:]) {
        self.time = time
        self.write = write
        self.machines = machines
    }
}

/// How an attempt to write one row ended.
public enum WriteOutcome: Sendable, Hashable {
    /// The server said that the row is committed.
    case acknowledged(row: Int, by: String)
    /// The row was certainly not written.
    case refused(row: Int, said: String)
    /// It was sent, and no answer came: the row may be there or not.
    case unanswered(row: Int, said: String)
}

/// What a machine's server was last seen to be.
public enum MachineSighting: Sendable, Hashable {
    case unseen
    case answers(ServerState)
    /// It does not answer, and what was said about that.
    case silent(said: String)

    /// The state of a server that answers.
    public var state: ServerState? { if case .answers(let state) = self { state } else { nil } }
}

/// A server that answers.
public struct ServerState: Sendable, Hashable {
    /// What a server is at the moment, whatever the course meant it to be.
    public enum Role: String, Sendable, Hashable { case primary, standby }

    public var role: Role
    public var timeline: Int?
    /// The highest row of this watch that it shows.
    public var row: Int?
    /// How far it has received the WAL; for a primary, how far it has written it.
    public var received: WALLocation?
    /// How far it has replayed it.
    public var replayed: WALLocation?

    public init(role: Role, timeline: Int? = nil, row: Int? = nil, received: WALLocation? = nil, replayed: WALLocation? = nil) {
        self.role = role
        self.timeline = timeline
        self.row = row
        self.received = received
        self.replayed = replayed
    }
}
