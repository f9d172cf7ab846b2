import Display
import Machines
import Synchronization
import Terminal

/// Asks a person in the middle of a look: whether a host key is right, and for secrets. Progress steps aside meanwhile.
final class Asking: Sendable {
    private let progress = Mutex<ProgressLines?>(nil)

    /// The progress that is on the screen now.
    func shows(_ lines: ProgressLines?) { progress.withLock { $0 = lines } }

    /// The dialogue for connections.
    var dialogue: LoginDialogue {
        LoginDialogue(
            trust: { machine, key in
                self.aside {
                    Question.yes(
                        """
                        lab does not know the host key of \(machine) yet. It shows this \(key.type) key:
                            \(key.fingerprint)
                        Compare it with the machine's own console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
                        Is it the same?
                        """)
                }
            },
            secret: { question in self.aside { Question.secret(Self.words(question)) } })
    }

    private func aside<Result>(_ body: () -> Result) -> Result {
        guard let lines = progress.withLock({ $0 }) else { return body() }
        return lines.pausing(body)
    }

    private static func words(_ question: SecretQuestion) -> String {
        switch question {
        case .passphrase(let identity): "Passphrase of the key \(identity): "
        case .password(let user, let machine): "Password of \(user) on \(machine): "
        case .answer(let prompt, let machine): "\(machine) asks: \(Cleaner.line(prompt, limit: 120)) "
        case .sudo(let user, let machine): "sudo on \(machine) wants the password of \(user): "
        }
    }
}
