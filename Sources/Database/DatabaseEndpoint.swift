/// Where one machine's server is reached from here: at the machine itself, or at the near end of a forward.
package struct DatabaseEndpoint: Sendable, Hashable {
    /// The machine's name in the course.
    package var machine: String
    /// An IP address: libpq then needs no name service, which could make it wait.
    package var address: String
    package var port: Int
    /// Whether this is the near end of a forward. It takes every connection, also when the server behind it is dead.
    package var isForward: Bool

    package init(machine: String, address: String, port: Int, isForward: Bool = false) {
        self.machine = machine
        self.address = address
        self.port = port
        self.isForward = isForward
    }
}

/// A role of SQL and its password. The password is in no description of it.
package struct DatabaseAccount: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var user: String
    package var password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { user }
    package var debugDescription: String { user }
    package var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// What to connect to, and as whom. Several endpoints are tried in order, as libpq does it.
package struct DatabaseTarget: Sendable {
    package var endpoints: [DatabaseEndpoint]
    package var database: String
    package var account: DatabaseAccount
    /// Whether only a server that accepts writes will do.
    package var takesWrites: Bool

    package init(_ endpoints: [DatabaseEndpoint], database: String, account: DatabaseAccount, takesWrites: Bool = false) {
        self.endpoints = endpoints
        self.database = database
        self.account = account
        self.takesWrites = takesWrites
    }

    /// libpq's parameters. Every one that the environment could change is said here.
    package var parameters: [(String, String)] {
        [
            ("host", endpoints.map(\.machine).joined(separator: ",")),
            ("hostaddr", endpoints.map(\.address).joined(separator: ",")),
            ("port", endpoints.map { String($0.port) }.joined(separator: ",")),
            ("dbname", database), ("user", account.user), ("password", account.password),
            ("target_session_attrs", takesWrites ? "read-write" : "any"), ("connect_timeout", "2"),
            // A machine without power answers nothing: what it leaves unacknowledged for 2 s ends the connection.
            ("keepalives", "1"), ("keepalives_idle", "1"), ("keepalives_interval", "1"), ("keepalives_count", "2"),
            ("tcp_user_timeout", "2000"), ("sslmode", "prefer"), ("gssencmode", "disable"),
            ("application_name", "lab watch"), ("client_encoding", "UTF8"),
        ]
    }
}
