import CSSH
import DataFiles
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
    /// What tells the socket behind that number from whatever has the number once libssh has closed it.
    private var opened: Dialling.Identity?
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
        let name = machine.name
        try Trace.timed("\(name): connect to \(place)") { try dial(deadline, cancellation) }
        guard try Trace.timed("\(name): greeting", { try greet(deadline, cancellation) }) == SSH_OK else { throw explainGreeting() }
        hostKey = try Trace.timed("\(name): host key") { try deadline.pausing { try checkHostKey(dialogue) } }
        var login = Login(session: self, dialogue: dialogue, secrets: secrets, deadline: deadline, cancellation: cancellation)
        method = try Trace.timed("\(name): login as \(client.user)") { try login.run() }
    }

    deinit {
        // Without this, saying goodbye could wait for a machine that no longer answers.
        ssh_set_blocking(handle, 0)
        PipeSignal.held {
            ssh_disconnect(handle)
            ssh_free(handle)
        }
        // libssh leaves a socket open that was given to it. The number could be another's by now.
        if let opened, Dialling.identity(of: descriptor) == opened { close(descriptor) }
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
        try propose(.hostKeys, try hostKeyAlgorithms(), SSH_OPTIONS_HOSTKEYS)
        // Quick for both sides, and what every supported system offers; the rest follows.
        let usual = [
            "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
            "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha256",
        ]
        try propose(.keyExchange, client.algorithms[.keyExchange] ?? usual, SSH_OPTIONS_KEY_EXCHANGE)
        var ciphers = client.algorithms[.ciphers] ?? []
        if let codes = client.algorithms[.macs], !set(codes, SSH_OPTIONS_HMAC_C_S, SSH_OPTIONS_HMAC_S_C) {
            // Of no use to libssh. Ciphers that vouch for what they encrypt need none.
            ciphers = ciphers.filter { $0.contains("gcm") || $0.contains("poly1305") }
            guard !ciphers.isEmpty else { throw ConnectionError.unknownToLibssh(.macs, codes) }
        }
        if !ciphers.isEmpty { try propose(.ciphers, ciphers, SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C) }
        if let own = client.algorithms[.ownKeys] { _ = set(own, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES) }
        var on: Int32 = 1
        ssh_options_set(handle, SSH_OPTIONS_NODELAY, &on)
    }

    private func propose(_ option: AlgorithmOption, _ names: [String], _ settings: ssh_options_e...) throws(ConnectionError) {
        guard settings.allSatisfy({ set(names, $0) }) else { throw .unknownToLibssh(option, names) }
    }

    /// Whether libssh knows any of these names. It passes over the others.
    private func set(_ names: [String], _ settings: ssh_options_e...) -> Bool {
        settings.allSatisfy { ssh_options_set(handle, $0, names.joined(separator: ",")) == 0 }
    }

    /// The other end of a connection without anything between.
    var peer: (address: String, isLocal: Bool)? { proxy == nil ? Dialling.peer(of: descriptor) : nil }

    private func dial(_ deadline: Deadline, _ cancellation: Cancellation) throws {
        if let command = client.proxy {
            if client.foreign["proxyusefdpass"] != nil {
                throw ConnectionError.notLikeSSH(option: "ProxyUseFdpass", why: "lab takes no open connection from a proxy command")
            }
            let process = try ProxyProcess(command, for: client)
            proxy = process
            descriptor = process.descriptor
        } else {
            descriptor = try Dialling.connect(client, place: place, deadline: deadline, cancellation: cancellation)
        }
        opened = Dialling.identity(of: descriptor)
        ssh_options_set(handle, SSH_OPTIONS_FD, &descriptor)
    }

    private func greet(_ deadline: Deadline, _ cancellation: Cancellation) throws -> Int32 {
        do {
            return try drive(.greeting, deadline, cancellation) { ssh_connect(handle) }
        } catch ConnectionError.timedOut(_, _, let seconds) where client.proxy != nil && ssh_get_serverbanner(handle) == nil {
            // Nobody knows whether the machine was asked at all.
            throw ConnectionError.proxyFailed(
                command: client.proxy ?? "", said: proxy?.lastWords ?? "nothing came through it in \(seconds) s")
        }
    }

    private func explainGreeting() -> ConnectionError {
        if let error = ConnectionError(negotiation: said, client) { return error }
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
            // libssh would be called again for ever.
            if stage != .greeting, !isConnected { throw ConnectionError.lost(place: place, said: said) }
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
        let number = ssh_get_fd(handle)
        if number >= 0 { Dialling.acknowledgeQuickly(number) }
        try deadline.wait(for: number, events: events, atMost: 1000, cancellation: cancellation, stage: stage, place: place)
    }
}
