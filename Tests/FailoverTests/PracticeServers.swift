@testable import Database
import Foundation

@testable import Failover

/// A primary and two streaming standbys on loopback, made with Debian's or Red Hat's programs of PostgreSQL. They end with
/// the value's owner.
final class PracticeServers {
    /// Where initdb is; nil when PostgreSQL is not installed here.
    static let programs: String? = {
        let debian = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let folders = debian.sorted().map { "/usr/lib/postgresql/\($0)/bin" } + ["/usr/pgsql-15/bin", "/usr/bin"]
        return folders.last { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }()

    struct Failed: Error { var said: String }

    let folder: URL
    let ports: [String: Int]
    let account = DatabaseAccount(user: "app", password: "not:a\\secret")
    private let programs: String

    private func port(_ name: String) -> Int { ports[name] ?? 0 }

    var endpoints: [DatabaseEndpoint] {
        ["pg1", "pg2", "pg3"].map { DatabaseEndpoint(machine: $0, address: "127.0.0.1", port: port($0)) }
    }

    init() throws {
        guard let programs = Self.programs else { throw Failed(said: "no initdb") }
        self.programs = programs
        folder = URL(filePath: "/tmp/watchtry-\(UUID().uuidString.prefix(8))")
        ports = ["pg1": Network.freePort(), "pg2": Network.freePort(), "pg3": Network.freePort()]
        try sh("mkdir -m 777 \(folder.path)", asPostgres: false)
        try sh("initdb -D \(data("pg1")) -A trust -U postgres --no-sync >/dev/null")
        try sh(
            """
            cat >> \(data("pg1"))/postgresql.conf <<'END'
            listen_addresses = '127.0.0.1'
            unix_socket_directories = '\(folder.path)'
            fsync = off
            shared_buffers = 16MB
            END
            printf 'local all all trust\\nhost labdb app samenet scram-sha-256\\nhost all postgres samenet trust\\nhost replication \
            postgres samenet trust\\n' > \(data("pg1"))/pg_hba.conf
            """)
        try start("pg1")
        try psql("pg1", "CREATE ROLE app LOGIN PASSWORD 'not:a\\secret'")
        try psql("pg1", "CREATE DATABASE labdb OWNER app")
        for name in ["pg2", "pg3"] {
            try sh("pg_basebackup -c fast -R -X stream -h 127.0.0.1 -p \(port("pg1")) -U postgres -D \(data(name))")
            try start(name)
        }
    }

    deinit {
        for name in ports.keys { try? sh("pg_ctl -D \(data(name)) -m immediate stop >/dev/null 2>&1 || true") }
        try? FileManager.default.removeItem(at: folder)
    }

    func data(_ name: String) -> String { "\(folder.path)/\(name)" }
    func start(_ name: String) throws {
        try sh("pg_ctl -D \(data(name)) -o '-p \(port(name))' -l \(folder.path)/\(name).log -w start >/dev/null")
    }
    func psql(_ name: String, _ sql: String, database: String = "postgres") throws {
        try sh("psql -q -h \(folder.path) -p \(port(name)) -U postgres -d \(database) -c \"\(sql)\" >/dev/null")
    }
    func promote(_ name: String) throws { try sh("pg_ctl -D \(data(name)) promote >/dev/null") }

    /// A signal to the server and all its processes, as a machine's power cut would be.
    func signal(_ name: String, _ signal: Int32) throws {
        let lines = try String(contentsOfFile: "\(data(name))/postmaster.pid", encoding: .utf8).split(separator: "\n")
        guard let pid = lines.first.flatMap({ pid_t($0) }) else { throw Failed(said: "no postmaster.pid") }
        // The server's processes first, or the postmaster would be missed by them.
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        for child in [pid] + children.split(separator: " ").compactMap({ pid_t($0) }) { kill(child, signal) }
    }

    private func sh(_ command: String, asPostgres: Bool = true) throws {
        // PostgreSQL does not run as root.
        let lead = asPostgres && getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : []
        let errors = "/tmp/\(folder.lastPathComponent).err"
        let words = lead + ["/bin/sh", "-c", "exec </dev/null 2>&1; cd /tmp; PATH=\(programs):$PATH; set -e; \(command)"]
        // Not Foundation's Process: it takes the descriptors that the server keeps for a sign that the program still runs.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid = pid_t()
        guard posix_spawn(&pid, words[0], &actions, nil, &arguments, environ) == 0 else { throw Failed(said: "\(words[0]) did not start") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        defer { unlink(errors) }
        guard status == 0 else { throw Failed(said: "\(command): \((try? String(contentsOfFile: errors, encoding: .utf8)) ?? "")") }
    }
}
