import Foundation
import Glibc

/// A program of this computer that is asked something and answers soon, or is ended.
enum ShortProgram {
    struct Output {
        var status: Int32
        var printed: String
        var complained: String
    }

    /// Runs a program without standard input. Nil if there is none of that name, or if it did not end in time.
    static func run(_ words: [String], seconds: Int) -> Output? {
        var ends: (output: [Int32], errors: [Int32]) = ([-1, -1], [-1, -1])
        // Not pipes: those cannot be made in such a way that no other program that is started meanwhile gets them.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends.output) == 0 else { return nil }
        guard socketpair(AF_UNIX, kind, 0, &ends.errors) == 0 else {
            ends.output.forEach { close($0) }
            return nil
        }
        defer {
            close(ends.output[0])
            close(ends.errors[0])
        }
        let pid = spawn(words, output: ends.output[1], errors: ends.errors[1])
        close(ends.output[1])
        close(ends.errors[1])
        guard let pid else { return nil }
        let end = ContinuousClock.now + .seconds(seconds)
        var texts: [[UInt8]] = [[], []]
        var polls = [
            pollfd(fd: ends.output[0], events: Int16(POLLIN), revents: 0), pollfd(fd: ends.errors[0], events: Int16(POLLIN), revents: 0),
        ]
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while polls.contains(where: { $0.fd >= 0 }), ContinuousClock.now < end, texts[0].count + texts[1].count < 1 << 20 {
            _ = poll(&polls, 2, 200)
            for index in polls.indices where polls[index].fd >= 0 && polls[index].revents != 0 {
                let count = read(polls[index].fd, &buffer, buffer.count)
                if count > 0 { texts[index] += buffer[..<count] } else { polls[index].fd = -1 }
            }
        }
        let isDone = polls.allSatisfy { $0.fd < 0 }
        // Its children may hold the pipes: they are of its group.
        if !isDone { kill(-pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return nil } }
        guard isDone, status & 0x7F == 0 else { return nil }
        return Output(
            status: status >> 8 & 0xFF, printed: String(decoding: texts[0], as: UTF8.self),
            complained: String(decoding: texts[1], as: UTF8.self))
    }

    private static func spawn(_ words: [String], output: Int32, errors: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Called on threads that may block signals; and Ctrl-C is for lab.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid: pid_t = 0
        return posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, environ) == 0 ? pid : nil
    }
}
