import Foundation

/// A real sshd on loopback, for the user who runs the tests. It ends with the value's owner.
final class SSHServer {
    let folder: URL
    let port: Int
    private var pid: pid_t = 0

    struct Failed: Error { var said: String }

    /// - Parameters:
    ///   - settings: further lines of sshd_config.
    ///   - prepare: adds to the folder, in which the host's keys are already.
    init(settings: [String] = [], keyTypes: [String] = ["ed25519"], prepare: (URL) throws -> Void = { _ in }) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sshd-\(UUID().uuidString)")
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for type in keyTypes { try Self.keygen(folder.appending(path: "host_\(type)"), type: type) }
        try Self.keygen(folder.appending(path: "id"), type: "ed25519")
        try FileManager.default.copyItem(at: folder.appending(path: "id.pub"), to: folder.appending(path: "authorized_keys"))
        try prepare(folder)
        port = try Self.freePort()
        let lines =
            [
                "Port \(port)", "ListenAddress 127.0.0.1", "AuthorizedKeysFile \(folder.path)/authorized_keys", "StrictModes no",
                "PidFile none", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
                "PermitRootLogin prohibit-password",
            ] + keyTypes.map { "HostKey \(folder.path)/host_\($0)" } + (Self.canPenalize ? ["PerSourcePenalties no"] : []) + settings
        try lines.joined(separator: "\n").write(to: folder.appending(path: "config"), atomically: true, encoding: .utf8)
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        // Not Foundation's Process: sshd closes all descriptors, which Process takes for the end of the program.
        let words: [String] = ["/usr/sbin/sshd", "-D", "-f", folder.appending(path: "config").path]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        guard posix_spawn(&pid, "/usr/sbin/sshd", nil, nil, &arguments, environ) == 0 else { throw Failed(said: "sshd did not start") }
        try waitUntilItListens()
    }

    deinit {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        try? FileManager.default.removeItem(at: folder)
    }

    /// Whether sshd refuses everyone from an address for a while after logins that failed, as OpenSSH 9.8 and later do: a test fails many.
    private static let canPenalize: Bool = {
        let asked = Process()
        asked.executableURL = URL(filePath: "/usr/sbin/sshd")
        asked.arguments = ["-G", "-f", "/dev/null", "-o", "PerSourcePenalties=no"]
        asked.standardOutput = FileHandle.nullDevice
        asked.standardError = FileHandle.nullDevice
        guard (try? asked.run()) != nil else { return false }
        asked.waitUntilExit()
        return asked.terminationStatus == 0
    }()

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// The line of a known hosts file for this server.
    func knownHostsLine(type: String = "ed25519") throws -> String {
        let key = try String(contentsOf: folder.appending(path: "host_\(type).pub"), encoding: .utf8)
        return "[127.0.0.1]:\(port) " + key.split(separator: " ").prefix(2).joined(separator: " ") + "\n"
    }

    /// How many connections it has just now.
    func connections() throws -> Int { try children().count }

    /// Ends every connection to this server, as a cut line would.
    func killConnections() throws { for pid in try children() { kill(pid, SIGKILL) } }

    private func children() throws -> [pid_t] {
        let listing = Process()
        let output = Pipe()
        listing.executableURL = URL(filePath: "/usr/bin/pgrep")
        listing.arguments = ["-P", "\(pid)"]
        listing.standardOutput = output
        try listing.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return text.split(separator: "\n").compactMap { pid_t($0) }
    }

    static func keygen(_ url: URL, type: String, passphrase: String = "") throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
        process.arguments = ["-q", "-t", type, "-N", passphrase, "-f", url.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(said: "ssh-keygen") }
    }

    /// A port that nothing listens on just now.
    static func freePort() throws -> Int {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) | getsockname(number, $0, &length) }
        }
        guard status == 0 else { throw Failed(said: "bind") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func waitUntilItListens() throws {
        let end = Date() + 20
        while Date() < end {
            let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(number) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            if status == 0 { return }
            usleep(20_000)
        }
        throw Failed(said: "sshd does not listen")
    }
}
