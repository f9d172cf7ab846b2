import Course
import DataFiles
import Foundation

extension Fleet {
    /// What one task may print on one machine, in bytes.
    static let taskBytes = 4 << 20

    /// Runs a task's commands on a machine as an account. The commands are inside a function with no standard input, so
    /// that none of them can swallow the ones after it; the first that fails ends them.
    /// - Throws: `ConnectionError`, `SudoPasswordFileError` or `CancellationError`.
    package func run(
        _ commands: String, on machine: String, as account: Account, of platform: Platform, seconds: Int,
        live: @escaping @Sendable (CommandStream, [UInt8]) -> Void
    ) async throws -> CommandResult {
        guard let connection = connection(to: machine) else {
            throw ConnectionError.nameUnknown(host: machine, said: "not in machines.yaml")
        }
        var password = try sudo.known(for: connection.machine)
        let limits = CommandLimits(seconds: seconds, bytes: Self.taskBytes)
        // Nobody is there to be asked: without the first line, each of Debian's packages says so in a dozen lines.
        let body = "export DEBIAN_FRONTEND=noninteractive\nlab_task() {\nset -e\n\(commands)\n}\nlab_task </dev/null\n"
        let user = platform[account]?.user ?? account.name
        let shell =
            switch account {
            case .student: "exec bash -s"
            case .root: "exec sudo -n -H bash -s"
            default: "exec sudo -n -H -u \(shellQuoted(user)) bash -c 'cd; exec bash -s'"
            }
        if account != .student {
            let free = try await connection.run("sudo -kn true", limits: CommandLimits(seconds: 20, bytes: 4096))
            if free.status == 0 { password = nil } else if password == nil { password = sudo.ask(for: connection.machine) }
        }
        guard let password, account != .student else {
            return try await connection.run(shell, input: Array(body.utf8), limits: limits, live: live)
        }
        // Tried alone first: a refused password must not make sudo read the commands as further guesses.
        let trial = try await connection.run(
            "sudo -kS -p '' true", input: Array((password + "\n").utf8), limits: CommandLimits(seconds: 20, bytes: 4096), live: live)
        guard trial.status == 0 else {
            sudo.forget(connection.machine)
            return trial
        }
        let withPassword = shell.replacing("sudo -n", with: "sudo -kS -p ''")
        return try await connection.run(withPassword, input: Array((password + "\n" + body).utf8), limits: limits, live: live)
    }
}
