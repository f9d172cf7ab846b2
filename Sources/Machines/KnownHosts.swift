import Foundation
import Glibc
import Synchronization

/// The host keys that somebody has confirmed: known_hosts files, read by OpenSSH's grammar.
///
/// libssh's reader gives up at the first line that it does not know, such as a security key's, and takes none after it. ssh passes over
/// such a line, and so does this. What ssh refuses is refused here: another key than the known one, and a revoked one.
struct KnownHosts: Sendable {
    /// In the order in which they are read.
    let files: [String]
    /// What a command prints about a name and the key that was shown under it.
    var printed: @Sendable (_ name: String, _ key: PublicKey) -> KnownHostsFile? = { _, _ in nil }

    init(files: [String]) { self.files = files }

    /// What is known of a key that a host has shown.
    enum Standing: Sendable, Hashable { case known, unknown, changed, revoked }

    /// What is known of this key under this name. Where nothing is known under `[host]:port`, the host alone counts, as with ssh.
    func standing(of key: PublicKey, as name: String) -> Standing {
        let entries = entries(for: name, showing: key)
        if entries.contains(where: { $0.isRevoked && $0.key == key }) { return .revoked }
        let known = entries.filter { !$0.isRevoked }
        if known.contains(where: { $0.key == key }) { return .known }
        if !known.isEmpty { return .changed }
        guard let host = Self.hostAlone(name) else { return .unknown }
        let others = self.entries(for: host, showing: key)
        if others.contains(where: { $0.isRevoked && $0.key == key }) { return .revoked }
        return others.contains { $0.key == key } ? .known : .unknown
    }

    /// The types of the keys that are known under this name: what to ask the host for first.
    func types(for name: String) -> [String] { entries(for: name).filter { !$0.isRevoked }.map(\.key.type) }

    /// The first of the files that trusts an authority to certify the keys of this host.
    func authority(for name: String) -> String? {
        let names = [name.lowercased()] + (Self.hostAlone(name.lowercased()).map { [$0] } ?? [])
        return files.first { file in names.contains { KnownHostsFile.read(file).hasAuthority(for: $0) } }
    }

    func entries(for name: String, showing key: PublicKey? = nil) -> [Entry] {
        let name = name.lowercased()
        return files.flatMap { KnownHostsFile.read($0).entries(for: name) }
            + (key.flatMap { printed(name, $0) }?.entries(for: name) ?? [])
    }

    /// Writes a key down, in the first of the files.
    /// - Throws: the file system's error.
    func add(_ key: PublicKey, as name: String) throws(KnownHostsError) {
        guard let file = files.first else { throw KnownHostsError(said: "your configuration names no file for them") }
        try KnownHostsFile.append("\(name) \(key.type) \(key.base64)", to: file)
    }

    /// The name under which known_hosts has a host.
    static func name(host: String, port: Int) -> String { port == 22 ? host : "[\(host)]:\(port)" }

    private static func hostAlone(_ name: String) -> String? {
        guard name.hasPrefix("["), let end = name.lastIndex(of: "]"), name[end...].hasPrefix("]:") else { return nil }
        return String(name[name.index(after: name.startIndex)..<end])
    }

    /// A line that is about a host.
    struct Entry: Sendable, Hashable {
        var key: PublicKey
        var isRevoked: Bool
    }
}

/// Why a host key could not be written down.
struct KnownHostsError: Error { var said: String }

/// A public key as SSH's files have it.
struct PublicKey: Sendable, Hashable {
    /// Such as `ssh-ed25519`.
    let type: String
    let base64: String

    init(type: String, base64: String) {
        self.type = type
        self.base64 = base64
    }

    /// A key as the protocol has it; nil if it says of itself no type.
    init?(ofProtocol bytes: [UInt8]) {
        guard let type = Identity.type(of: bytes) else { return nil }
        self.init(type: type, base64: Data(bytes).base64EncodedString())
    }

    /// The length of an RSA key's modulus in bits; nil for other keys.
    var rsaBits: Int? {
        guard type == "ssh-rsa", let data = Data(base64Encoded: base64) else { return nil }
        var reader = WireReader(Array(data))
        guard reader.string() != nil, reader.string() != nil, let modulus = reader.string() else { return nil }
        let digits = modulus.drop { $0 == 0 }
        return digits.isEmpty ? nil : digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
    }

    /// A key in a line of known_hosts; nil if ssh would pass over the line.
    init?(type: some StringProtocol, text: some StringProtocol) {
        guard Self.types.contains(String(type)), let data = Data(base64Encoded: String(text)), data.count > 4 + type.utf8.count else {
            return nil
        }
        // The key says of itself which type it has.
        let bytes = Array(data.prefix(4 + type.utf8.count))
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length == type.utf8.count, bytes.dropFirst(4).elementsEqual(type.utf8) else { return nil }
        self.type = String(type)
        base64 = data.base64EncodedString()
    }

    /// Those that OpenSSH knows as keys of hosts. A certificate is not one: it is trusted for its authority.
    private static let types: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ]
}
