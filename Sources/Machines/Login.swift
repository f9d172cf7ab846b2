import Synchronization

/// What `lab` may ask a person while it logs in. Without these closures nothing is asked: unknown keys and secrets are
/// refusals then.
package struct LoginDialogue: Sendable {
    /// Whether an unknown host key is to be trusted.
    package var trust: @Sendable (_ machine: String, HostKey) -> Bool
    /// A secret, such as a passphrase; nil when there is none.
    package var secret: @Sendable (SecretQuestion) -> String?

    package init(
        trust: @escaping @Sendable (String, HostKey) -> Bool, secret: @escaping @Sendable (SecretQuestion) -> String?
    ) {
        self.trust = trust
        self.secret = secret
    }

    /// Asks nothing and trusts nobody new.
    package static let silent = LoginDialogue(trust: { _, _ in false }, secret: { _ in nil })
}

/// A secret that is needed to go on.
package enum SecretQuestion: Sendable, Hashable {
    case passphrase(identity: String)
    case password(user: String, machine: String)
    /// A server's own question (keyboard-interactive); what it says is the machine's text.
    case answer(prompt: String, machine: String)
    case sudo(user: String, machine: String)
}

/// The secrets given so far: in memory only, for the life of the program. Each is asked for once.
package final class SecretBook: Sendable {
    private let known = Mutex<[SecretQuestion: String]>([:])
    private let ask: @Sendable (SecretQuestion) -> String?

    package init(ask: @escaping @Sendable (SecretQuestion) -> String?) { self.ask = ask }

    /// The secret, from memory or from the person. Two machines that need the same one wait for one question.
    package func answer(_ question: SecretQuestion) -> String? {
        known.withLock { known in
            if let secret = known[question] { return secret }
            let secret = ask(question)
            known[question] = secret
            return secret
        }
    }

    /// The secret, if it was given already.
    func given(_ question: SecretQuestion) -> String? { known.withLock { $0[question] } }

    /// Forgets a secret that turned out to be wrong.
    package func forget(_ question: SecretQuestion) { known.withLock { $0[question] = nil } }
}
