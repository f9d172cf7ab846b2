import CSSH
import Foundation

/// One libssh session: connected, checked, logged in. It lives on its ``SessionThread`` and never leaves it.
final class Session {
    let machine: ReachableMachine
    let handle: ssh_session
    /// What OpenSSH's client would do here, with the inventory's values laid over it.
    let client: ClientConfiguration
    /// The machines of the same student, whose keys this one must not show.
    let neighbours: [ReachableMachine]
    let place: String
    private(set) var lastUsed = ContinuousClock.now
    private var descriptor: Int32 = -1
    private var proxy: ProxyProcess?
    /// How the login was done, such as `publickey`.
    private(set) var method = ""
    /// The fingerprint of the host key that the machine showed and that is known.
    private(set) var hostKey = ""

    /// Connects, checks the host key and logs in.
    /// - Throws: `ConnectionError` or `CancellationError`.
    init(
        _ machine: ReachableMachine, neighbours: [ReachableMachine] = [], dialogue: LoginDialogue, secrets: SecretBook, seconds: Int,
        cancellation: Cancellation
    ) throws {
        client = try machine.client()
        guard let handle = ssh_new() else { throw ConnectionError.lost(place: machine.place, said: "libssh has no memory") }
        self.machine = machine
        self.neighbours = neighbours
        self.handle = handle
        place = "\(client.hostName) port \(client.port)"
        var deadline = Deadline(seconds: min(seconds, client.connectTimeout ?? seconds))
        ssh_set_log_level(Int32(SSH_LOG_NOLOG))
        try configure()
        ssh_set_blocking(handle, 0)
        try dial(deadline, cancellation)
        let greeted = try drive(.greeting, deadline, cancellation) { ssh_connect(handle) }
        guard greeted == SSH_OK else { throw explainGreeting() }
        hostKey = try deadline.pausing { try checkHostKey(dialogue) }
        var login = Login(session: self, dialogue: dialogue, secrets: secrets, deadline: deadline, cancellation: cancellation)
        method = try login.run()
    }

    deinit {
        // Without this, saying goodbye could wait for a machine that no longer answers.
        ssh_set_blocking(handle, 0)
        let own = Dialling.identity(of: descriptor)
        ssh_disconnect(handle)
        ssh_free(handle)
        // libssh leaves a socket open that was given to it. The number could be another's by now.
        if own != nil, Dialling.identity(of: descriptor) == own { close(descriptor) }
    }

    var isConnected: Bool { ssh_is_connected(handle) == 1 }
    var said: String { String(cString: ssh_get_error(UnsafeMutableRawPointer(handle))) }
    func touch() { lastUsed = .now }

    private func configure() throws {
        // libssh's own reader of the configuration knows another language than OpenSSH's, and so does that of known_hosts.
        var off = false
        ssh_options_set(handle, SSH_OPTIONS_PROCESS_CONFIG, &off)
        ssh_options_set(handle, SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        ssh_options_set(handle, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        ssh_options_set(handle, SSH_OPTIONS_HOST, client.hostName)
        ssh_options_set(handle, SSH_OPTIONS_USER, client.user)
        var number = UInt32(client.port)
        ssh_options_set(handle, SSH_OPTIONS_PORT, &number)
        ssh_options_set(handle, SSH_OPTIONS_HOSTKEYS, hostKeyAlgorithms.joined(separator: ","))
        if let agent = client.agentSocket { ssh_options_set(handle, SSH_OPTIONS_IDENTITY_AGENT, agent) }
        // Quick for both sides, and what every supported system offers; the rest follows.
        ssh_options_set(
            handle, SSH_OPTIONS_KEY_EXCHANGE,
            "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
                + "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256"
        )
        var on: Int32 = 1
        ssh_options_set(handle, SSH_OPTIONS_NODELAY, &on)
    }

    private func dial(_ deadline: Deadline, _ cancellation: Cancellation) throws {
        if let command = client.proxy {
            let process = try ProxyProcess(command, host: client.hostName, port: client.port, user: client.user)
            proxy = process
            descriptor = process.descriptor
        } else {
            descriptor = try Dialling.connect(
                host: client.hostName, port: client.port, family: client.addressFamily, place: place, deadline: deadline,
                cancellation: cancellation)
        }
        ssh_options_set(handle, SSH_OPTIONS_FD, &descriptor)
    }

    private func explainGreeting() -> ConnectionError {
        if let proxy, let command = client.proxy { return .proxyFailed(command: command, said: proxy.lastWords ?? said) }
        if said.contains("banner") || said.contains("protocol") { return .notSSH(place: place, said: said) }
        return .lost(place: place, said: said)
    }

    /// Calls a libssh function until it no longer asks to be called again.
    func drive(
        _ stage: ConnectionError.Stage, _ deadline: Deadline, _ cancellation: Cancellation, again: Int32 = SSH_AGAIN, _ step: () -> Int32
    ) throws -> Int32 {
        while true {
            let result = step()
            if result != again { return result }
            try wait(stage, deadline, cancellation)
        }
    }

    /// Waits for the session's connection, at most a second: libssh may hold something that the socket no longer
    /// announces, so the caller has to look again now and then.
    func wait(_ stage: ConnectionError.Stage, _ deadline: Deadline, _ cancellation: Cancellation) throws {
        let flags = ssh_get_poll_flags(handle)
        var events = Int16(POLLIN)
        if flags & Int32(SSH_WRITE_PENDING) != 0 { events |= Int16(POLLOUT) }
        proxy?.listen()
        if descriptor >= 0 { Dialling.acknowledgeQuickly(descriptor) }
        try deadline.wait(for: ssh_get_fd(handle), events: events, atMost: 1000, cancellation: cancellation, stage: stage, place: place)
    }
}
