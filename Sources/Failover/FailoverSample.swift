/// What was seen at one moment of a failover.
package struct FailoverSample: Sendable, Hashable {
    /// Seconds since the watch began.
    package var time: Double
    /// The attempt to write that ended at this moment, if one did.
    package var write: WriteOutcome?
    /// What each machine was last seen to be.
    package var machines: [String: MachineSighting]

    package init(time: Double, write: WriteOutcome? = nil, machines: [String: MachineSighting] = [:]) {
        self.time = time
        self.write = write
        self.machines = machines
    }
}

/// How an attempt to write one row ended.
package enum WriteOutcome: Sendable, Hashable {
    /// The server said that the row is committed.
    case acknowledged(row: Int, by: String)
    /// The row was certainly not written.
    case refused(row: Int, said: String)
    /// It was sent, and no answer came: the row may be there or not.
    case unanswered(row: Int, said: String)
}

/// What a machine's server was last seen to be.
package enum MachineSighting: Sendable, Hashable {
    case unseen
    case answers(ServerState)
    /// It does not answer, and what was said about that.
    case silent(said: String)

    /// The state of a server that answers.
    package var state: ServerState? { if case .answers(let state) = self { state } else { nil } }
}

/// A server that answers.
package struct ServerState: Sendable, Hashable {
    /// What a server is at the moment, whatever the course meant it to be.
    package enum Role: String, Sendable, Hashable { case primary, standby }

    package var role: Role
    package var timeline: Int?
    /// The highest row of this watch that it shows.
    package var row: Int?
    /// How far it has received the WAL; for a primary, how far it has written it.
    package var received: WALLocation?
    /// How far it has replayed it.
    package var replayed: WALLocation?

    package init(role: Role, timeline: Int? = nil, row: Int? = nil, received: WALLocation? = nil, replayed: WALLocation? = nil) {
        self.role = role
        self.timeline = timeline
        self.row = row
        self.received = received
        self.replayed = replayed
    }
}
