import CSSH
import Foundation

/// Logs in: with the agent and keys first, then with what a person answers.
struct Login {
    let session: Session
    let dialogue: LoginDialogue
    let secrets: SecretBook
    private var deadline: Deadline
    let cancellation: Cancellation
    private let client: ClientConfiguration
    /// What was offered.
    private var tried: [String] = []
    /// What could have been offered, and why it was not.
    private var passedOver: [String] = []
    /// What ssh could do here, and libssh cannot.
    private var limit: ConnectionError?
    /// Whether the machine has been asked for anything yet.
    private var hasAsked = false
    /// Whether the machine has taken something and wants more.
    private var isHalfIn = false
    /// Whether the machine wants nothing at all.
    private var isOpen = false

    init(session: Session, dialogue: LoginDialogue, secrets: SecretBook, deadline: Deadline, cancellation: Cancellation) {
        self.session = session
        client = session.client
        self.dialogue = dialogue
        self.secrets = secrets
        self.deadline = deadline
        self.cancellation = cancellation
    }

    private var machine: ReachableMachine { session.machine }

    /// The method that worked.
    /// - Throws: `ConnectionError.notLetIn` when none did, or what in the configuration is the reason.
    mutating func run() throws -> String {
        // A machine that wants two things is asked once more for each of them.
        for _ in 1...3 {
            isHalfIn = false
            for method in client.preferred where try isPossible(method) {
                if isOpen { return "none" }
                let isIn =
                    switch method {
                    case "publickey": try keys()
                    case "keyboard-interactive": try keyboardInteractive()
                    default: try password()
                    }
                if isIn { return method }
                if isHalfIn { break }
            }
            guard isHalfIn else { break }
        }
        throw failure()
    }

    /// Whether a way to log in is one that lab knows, the configuration allows and the machine offers.
    private mutating func isPossible(_ method: String) throws -> Bool {
        switch method {
        // Offered without asking first whether keys are accepted: they nearly always are.
        case "publickey": return client.offersKeys && (!hasAsked || acceptedMethods.contains(method))
        case "keyboard-interactive": guard client.answersQuestions else { return false }
        case "password": guard client.asksForPasswords else { return false }
        default: return false
        }
        try askForMethods()
        return isOpen || acceptedMethods.contains(method)
    }

    /// The machine says what it accepts once it has been asked for anything.
    private mutating func askForMethods() throws {
        guard !hasAsked else { return }
        isOpen = try attempt { [session] in ssh_userauth_none(session.handle, nil) }
    }

    private mutating func failure() -> ConnectionError {
        if !hasAsked { _ = try? askForMethods() }
        let accepted = acceptedMethods
        if let limit = shortfall(accepted) { return limit }
        guard tried.isEmpty else {
            return .notLetIn(user: client.user, place: session.place, tried: tried + passedOver, accepted: accepted)
        }
        if let option = exclusion(accepted) {
            return .ruledOut(option: option, why: "nothing was offered; it accepts \(accepted.joined(separator: ", "))")
        }
        return .nothingOffered(user: client.user, lacking: passedOver)
    }

    /// What ssh might have got in with.
    private func shortfall(_ accepted: [String]) -> ConnectionError? {
        if accepted.contains("publickey"), let limit { return limit }
        if accepted.contains("publickey"), let library = client.foreign["pkcs11provider"] {
            return .notLikeSSH(option: "PKCS11Provider \(library)", why: "lab takes no keys from such a library; an agent can")
        }
        if accepted.contains("gssapi-with-mic"), client.foreign["gssapiauthentication"] != nil, hasTicket {
            return .notLikeSSH(option: "GSSAPIAuthentication", why: "lab does not log in with Kerberos")
        }
        if accepted.contains("hostbased"), client.foreign["hostbasedauthentication"] != nil {
            return .notLikeSSH(option: "HostbasedAuthentication", why: "lab does not log in with the key of this computer")
        }
        if let path = client.foreign["controlpath"], let socket = Agent.connect(path) {
            close(socket)
            return .notLikeSSH(
                option: "ControlPath \(path)", why: "ssh uses the connection that is open there; lab makes its own, and was not let in")
        }
        return nil
    }

    private var hasTicket: Bool {
        ProcessInfo.processInfo.environment["KRB5CCNAME"] != nil || FileManager.default.fileExists(atPath: "/tmp/krb5cc_\(getuid())")
    }

    /// The option that keeps from offering what the machine accepts.
    private func exclusion(_ accepted: [String]) -> String? {
        let switches = [
            ("publickey", client.offersKeys, "PubkeyAuthentication no"),
            ("keyboard-interactive", client.answersQuestions, "KbdInteractiveAuthentication no"),
            ("password", client.asksForPasswords, "PasswordAuthentication no"),
        ]
        for (method, isOn, option) in switches where accepted.contains(method) {
            if !isOn { return option }
            if !client.preferred.contains(method) { return "PreferredAuthentications \(client.preferred.joined(separator: ","))" }
        }
        return nil
    }

    private var acceptedMethods: [String] {
        let methods = ssh_userauth_list(session.handle, nil)
        return [
            (SSH_AUTH_METHOD_PUBLICKEY, "publickey"), (SSH_AUTH_METHOD_PASSWORD, "password"),
            (SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"), (SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"),
            (SSH_AUTH_METHOD_HOSTBASED, "hostbased"),
        ].filter { methods & Int32($0.0) != 0 }.map(\.1)
    }

    private mutating func attempt(_ step: () -> Int32) throws -> Bool {
        hasAsked = true
        let result = try drive(step)
        if result == SSH_AUTH_ERROR.rawValue, !session.isConnected { throw ended(session.said) }
        if result == SSH_AUTH_PARTIAL.rawValue { isHalfIn = true }
        return result == SSH_AUTH_SUCCESS.rawValue
    }

    private func drive(_ step: () -> Int32) throws -> Int32 {
        do {
            return try session.drive(.login, deadline, cancellation, again: SSH_AUTH_AGAIN.rawValue, step)
        } catch ConnectionError.lost(_, let said) {
            throw ended(said)
        }
    }

    /// The machine has hung up. After MaxAuthTries it says so.
    private func ended(_ said: String) -> ConnectionError {
        said.contains("Too many authentication failures")
            ? .tooManyKeys(user: client.user, place: session.place, tried: tried + passedOver) : .lost(place: session.place, said: said)
    }

    private mutating func keys() throws -> Bool {
        // A key that machines.yaml names is meant, whoever may read it; and if it is not there, that is the fault.
        if let path = machine.identity, Identity(path) == nil {
            throw ConnectionError.identityUnreadable(path: path, said: "There is no such file, or you may not read it.")
        }
        let keys = KeyOffers(client, usesExposedKeys: machine.identity != nil)
        passedOver = keys.passedOver
        limit = keys.securityKey.map { .notLikeSSH(option: "IdentityFile \($0)", why: "libssh cannot use a security key from a file") }
        for offer in keys.offers {
            switch offer {
            case .agent(let offers): if let agent = keys.agent, try self.agent(agent, offers) { return true }
            case .file(let identity, let certificate): if try publicKey(identity.path, certificate: certificate) { return true }
            }
            if isHalfIn { return false }
        }
        return false
    }

    private mutating func agent(_ agent: Agent, _ offers: [Agent.Offer]) throws -> Bool {
        // libssh closes the socket with the session.
        guard let socket = agent.socket(offering: offers) else { return false }
        guard ssh_set_agent_socket(session.handle, socket) == SSH_OK else {
            close(socket)
            return false
        }
        tried.append("your agent's keys")
        return try attempt { [session] in ssh_userauth_agent(session.handle, nil) }
    }

    private mutating func publicKey(_ path: String, certificate: String?) throws -> Bool {
        let found: ssh_key?
        do {
            found = try privateKey(path)
        } catch ConnectionError.identityUnreadable(_, let said) where machine.identity == nil {
            // ssh passes over a key that it cannot read, and so does this; one that the inventory names is meant.
            passedOver.append("not the key \(path) (\(said))")
            return false
        }
        guard let key = found else { return false }
        defer { ssh_key_free(key) }
        if let certificate {
            var shown: ssh_key?
            guard ssh_pki_import_cert_file(certificate, &shown) == SSH_OK, let shown else { return false }
            defer { ssh_key_free(shown) }
            guard ssh_pki_copy_cert_to_privkey(shown, key) == SSH_OK else { return false }
            tried.append("the certificate \(certificate)")
        } else {
            tried.append("the key \(path)")
        }
        return try attempt { [session] in ssh_userauth_publickey(session.handle, nil, key) }
    }

    /// Asks a person, who may take their time.
    private mutating func answer(_ question: SecretQuestion) -> String? {
        // With BatchMode ssh asks nothing.
        if client.isBatch { return secrets.given(question) }
        return deadline.pausing { [secrets] in secrets.answer(question) }
    }

    /// Reads a private key, with its passphrase if it has one.
    private mutating func privateKey(_ path: String) throws -> ssh_key? {
        let question = SecretQuestion.passphrase(identity: path)
        for _ in 0..<3 {
            let asking = PassphraseQuestion { [secrets, client] in client.isBatch ? secrets.given(question) : secrets.answer(question) }
            var key: ssh_key?
            let result = withExtendedLifetime(asking) {
                deadline.pausing {
                    ssh_pki_import_privkey_file(path, nil, PassphraseQuestion.callback, Unmanaged.passUnretained(asking).toOpaque(), &key)
                }
            }
            if result == SSH_OK, let key { return key }
            if result == SSH_EOF {
                throw ConnectionError.identityUnreadable(path: path, said: "There is no such file, or you may not read it.")
            }
            guard asking.wasAsked else {
                throw ConnectionError.identityUnreadable(path: path, said: "It is not a private key that can be used here.")
            }
            guard asking.wasAnswered else {
                passedOver.append("the key \(path), whose passphrase was not given")
                return nil
            }
            secrets.forget(question)
        }
        passedOver.append("the key \(path), whose passphrase was wrong three times")
        return nil
    }

    private mutating func password() throws -> Bool {
        let question = SecretQuestion.password(user: machine.user, machine: machine.name)
        for _ in 0..<3 {
            guard let password = answer(question) else { return false }
            if !tried.contains("a password") { tried.append("a password") }
            if try attempt({ [session] in ssh_userauth_password(session.handle, nil, password) }) { return true }
            if isHalfIn { return false }
            secrets.forget(question)
        }
        return false
    }

    private mutating func keyboardInteractive() throws -> Bool {
        for _ in 0..<3 {
            var asked: [SecretQuestion] = []
            while true {
                let result = try drive { [session] in ssh_userauth_kbdint(session.handle, nil, nil) }
                guard result == SSH_AUTH_INFO.rawValue else {
                    if result == SSH_AUTH_SUCCESS.rawValue { return true }
                    isHalfIn = result == SSH_AUTH_PARTIAL.rawValue
                    break
                }
                for index in 0..<max(0, ssh_userauth_kbdint_getnprompts(session.handle)) {
                    var echo: CChar = 0
                    let prompt = ssh_userauth_kbdint_getprompt(session.handle, UInt32(index), &echo).map { String(cString: $0) } ?? ""
                    // The usual prompt is a password's: asked for in our own words, once for all methods.
                    let isPassword = prompt.lowercased().contains("password")
                    let question: SecretQuestion =
                        isPassword ? .password(user: machine.user, machine: machine.name) : .answer(prompt: prompt, machine: machine.name)
                    guard let answer = self.answer(question) else { return false }
                    asked.append(question)
                    ssh_userauth_kbdint_setanswer(session.handle, UInt32(index), answer)
                }
            }
            if asked.isEmpty { return false }
            if !tried.contains("keyboard-interactive") { tried.append("keyboard-interactive") }
            if isHalfIn { return false }
            asked.forEach(secrets.forget)
        }
        return false
    }
}

/// A passphrase that libssh may ask for while it reads a key: shows whether the key has one at all.
private final class PassphraseQuestion {
    private let ask: () -> String?
    private(set) var wasAsked = false
    private(set) var wasAnswered = false

    init(_ ask: @escaping () -> String?) { self.ask = ask }

    static let callback: ssh_auth_callback = { _, buffer, length, _, _, userdata in
        guard let userdata, let buffer else { return -1 }
        let question = Unmanaged<PassphraseQuestion>.fromOpaque(userdata).takeUnretainedValue()
        question.wasAsked = true
        guard let answer = question.ask() else { return -1 }
        let bytes = Array(answer.utf8CString)
        guard bytes.count <= length else { return -1 }
        question.wasAnswered = true
        for (index, byte) in bytes.enumerated() { buffer[index] = byte }
        return 0
    }
}
