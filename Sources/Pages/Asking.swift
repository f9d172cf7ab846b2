import Display
import Machines
import Synchronization
import Terminal

/// Asks a person in the middle of a look: whether a host key is right, and for secrets. Progress steps aside meanwhile.
package final class Asking: Sendable {
    /// Says what is being done on a machine; an empty name means all of them.
    package typealias Report = @Sendable (_ machine: String, _ what: String) -> Void

    /// The progress that is on the screen now.
    private let progress = Mutex<ProgressLines?>(nil)

    package init() {}

    /// Does something with a line of progress for each name, and stops it at Ctrl-C.
    /// - Throws: what the work throws, and `CancellationError` at Ctrl-C.
    package func withProgress<Result: Sendable>(
        _ names: [String], on terminal: Terminal, _ body: @escaping @Sendable (@escaping Report) async throws -> Result
    ) async throws -> Result {
        let lines = ProgressLines(names, terminal: terminal)
        progress.withLock { $0 = lines }
        defer {
            progress.withLock { $0 = nil }
            lines.finish()
        }
        return try await Interrupts.running { try await body { lines.set($0, $1) } }
    }

    /// The dialogue for connections.
    package var dialogue: LoginDialogue {
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
