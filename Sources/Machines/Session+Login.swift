import CSSH
import Foundation

/// Logs in: with the agent and keys first, then with what a person answers.
struct Login {
    let session: Session
    let dialogue: LoginDialogue
    let secrets: SecretBook
    private var deadline: Deadline
    let cancellation: Cancellation
    private var tried: [String] = []

    init(session: Session, dialogue: LoginDialogue, secrets: SecretBook, deadline: Deadline, cancellation: Cancellation) {
        self.session = session
        self.dialogue = dialogue
        self.secrets = secrets
        self.deadline = deadline
        self.cancellation = cancellation
    }

    private var machine: ReachableMachine { session.machine }

    /// The method that worked.
    /// - Throws: `ConnectionError.notLetIn` when none did.
    mutating func run() throws -> String {
        if session.client.offersKeys {
            if !session.client.identitiesOnly, try agent() { return "publickey" }
            for path in identities where try publicKey(path) { return "publickey" }
        }
        let accepted = acceptedMethods
        if accepted.contains("keyboard-interactive"), try keyboardInteractive() { return "keyboard-interactive" }
        if accepted.contains("password"), try password() { return "password" }
        throw ConnectionError.notLetIn(user: session.client.user, place: session.place, tried: tried, accepted: accepted)
    }

    /// The private keys to offer: the inventory's alone, or those that ssh would offer.
    private var identities: [String] {
        if let identity = machine.identity { return [identity] }
        var seen: Set<String> = []
        return session.client.identities.filter { FileManager.default.fileExists(atPath: $0) && seen.insert($0).inserted }
    }

    private var acceptedMethods: [String] {
        let methods = ssh_userauth_list(session.handle, nil)
        return [
            (SSH_AUTH_METHOD_PUBLICKEY, "publickey"), (SSH_AUTH_METHOD_PASSWORD, "password"),
            (SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"), (SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"),
        ].filter { methods & Int32($0.0) != 0 }.map(\.1)
    }

    private func attempt(_ step: () -> Int32) throws -> Bool {
        let result = try session.drive(.login, deadline, cancellation, again: SSH_AUTH_AGAIN.rawValue, step)
        if result == SSH_AUTH_ERROR.rawValue, !session.isConnected {
            throw ConnectionError.lost(place: session.place, said: session.said)
        }
        return result == SSH_AUTH_SUCCESS.rawValue
    }

    private mutating func agent() throws -> Bool {
        guard session.client.agentSocket != nil else { return false }
        tried.append("your agent's keys")
        return try attempt { ssh_userauth_agent(session.handle, nil) }
    }

    private mutating func publicKey(_ path: String) throws -> Bool {
        let found: ssh_key?
        do {
            found = try privateKey(path)
        } catch ConnectionError.identityUnreadable(_, let said) where machine.identity == nil {
            // ssh passes over a key that it cannot read, and so does this; one that the inventory names is meant.
            tried.append("not the key \(path) (\(said))")
            return false
        }
        guard let key = found else { return false }
        defer { ssh_key_free(key) }
        tried.append("the key \(path)")
        return try attempt { ssh_userauth_publickey(session.handle, nil, key) }
    }

    /// Asks a person, who may take their time.
    private mutating func answer(_ question: SecretQuestion) -> String? { deadline.pausing { [secrets] in secrets.answer(question) } }

    /// Reads a private key, with its passphrase if it has one.
    private mutating func privateKey(_ path: String) throws -> ssh_key? {
        let question = SecretQuestion.passphrase(identity: path)
        for _ in 0..<3 {
            let asking = PassphraseQuestion { [secrets] in secrets.answer(question) }
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
                tried.append("the key \(path), whose passphrase was not given")
                return nil
            }
            secrets.forget(question)
        }
        tried.append("the key \(path), whose passphrase was wrong three times")
        return nil
    }

    private mutating func password() throws -> Bool {
        let question = SecretQuestion.password(user: machine.user, machine: machine.name)
        for _ in 0..<3 {
            guard let password = answer(question) else { return false }
            if !tried.contains("a password") { tried.append("a password") }
            if try attempt({ ssh_userauth_password(session.handle, nil, password) }) { return true }
            secrets.forget(question)
        }
        return false
    }

    private mutating func keyboardInteractive() throws -> Bool {
        for _ in 0..<3 {
            var asked: [SecretQuestion] = []
            while true {
                let result = try session.drive(.login, deadline, cancellation, again: SSH_AUTH_AGAIN.rawValue) {
                    ssh_userauth_kbdint(session.handle, nil, nil)
                }
                guard result == SSH_AUTH_INFO.rawValue else {
                    if result == SSH_AUTH_SUCCESS.rawValue { return true }
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
