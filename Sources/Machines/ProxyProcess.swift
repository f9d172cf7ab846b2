import Foundation
import Glibc

/// A command whose standard input and output lead to a machine's sshd: OpenSSH's ProxyCommand.
///
/// It is started here rather than by libssh, which waits for its end without limit. Here it is killed when the connection
/// ends, whatever it is doing.
final class ProxyProcess {
    /// Our end of the line to the command.
    let descriptor: Int32
    private let pid: pid_t
    /// What the command complains of.
    private let complaints: Int32
    private var heard: [UInt8] = []

    /// - Parameters:
    ///   - command: for the shell; `%h`, `%n`, `%p`, `%r` and `%%` are put in as OpenSSH does.
    ///   - client: what they stand for.
    /// - Throws: `ConnectionError.proxyFailed`.
    init(_ command: String, for client: ClientConfiguration) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw ConnectionError.proxyFailed(command: command, said: String(cString: strerror(errno)))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let expanded = Self.expand(
            command, ["h": client.hostName, "n": client.originalHost, "p": String(client.port), "r": client.user])
        var errors: [Int32] = [-1, -1]
        _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &errors)
        do {
            pid = try Self.spawn(expanded, client.proxyShell, standard: ends[1], errors: errors[1])
        } catch {
            (ends + errors).forEach { close($0) }
            throw error
        }
        close(ends[1])
        close(errors[1])
        complaints = errors[0]
        descriptor = ends[0]
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        // The session closes the descriptor. The command has a process group of its own, so its children go with it.
        kill(-pid, SIGKILL)
        close(complaints)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    /// Takes what the command has complained of, or it would wait for a reader one day.
    func listen() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(complaints, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return }
            heard = (heard + bytes[..<count]).suffix(4096)
        }
    }

    /// The last line of what it complained of so far.
    var lastWords: String? {
        listen()
        let lines = String(decoding: heard, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(200)) }
    }

    /// Puts in what stands for tokens; `%%` is a percent sign, and what else there is stays.
    static func expand(_ command: String, _ tokens: [Character: String]) -> String {
        var result = ""
        var rest = command[...]
        while let character = rest.popFirst() {
            guard character == "%", let key = rest.popFirst() else {
                result.append(character)
                continue
            }
            result += key == "%" ? "%" : tokens[key] ?? "%\(key)"
        }
        return result
    }

    private static func spawn(_ command: String, _ shell: String, standard: Int32, errors: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standard, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, standard, STDOUT_FILENO)
        if errors >= 0 {
            posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A thread of ours may block signals or ignore Ctrl-C; the command begins like any other program.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let words: [String] = [shell, "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, shell, &actions, &attributes, &arguments, environ)
        guard failure == 0 else { throw ConnectionError.proxyFailed(command: command, said: String(cString: strerror(failure))) }
        return pid
    }
}
