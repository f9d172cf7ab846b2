import Foundation
import Glibc

/// A file with a key to log in with, as IdentityFile names it: the private key, or only its public half if an agent holds the
/// private one.
struct Identity: Sendable {
    let path: String
    /// The public half, as the protocol has it; nil if it cannot be known without the passphrase.
    let key: [UInt8]?
    /// Whether the file can hold a private key.
    let hasPrivateKey: Bool

    /// Nil if there is neither half.
    init?(_ path: String) {
        self.path = path
        let text = Self.text(path)
        let own = text.flatMap { Self.openSSHKey($0) ?? Self.publicLine($0) }
        key = own ?? Self.text("\(path).pub").flatMap(Self.publicLine)
        hasPrivateKey = FileManager.default.fileExists(atPath: path) && text.flatMap(Self.publicLine) == nil
        if key == nil, !hasPrivateKey { return nil }
    }

    /// The certificate that lies beside the key.
    var certificatePath: String? {
        let certificate = "\(path)-cert.pub"
        return FileManager.default.fileExists(atPath: certificate) ? certificate : nil
    }

    /// Whether others may read it: ssh does not use such a key.
    var isExposed: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_uid == getuid() && status.st_mode & 0o077 != 0
    }

    private static func text(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: 1 << 16)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The public half in a private key of OpenSSH's format, which is there in clear even if the private half is not.
    private static func openSSHKey(_ text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.first == "-----BEGIN OPENSSH PRIVATE KEY-----",
            let data = Data(base64Encoded: lines.dropFirst().prefix { !$0.hasPrefix("-") }.joined())
        else { return nil }
        let magic = Array("openssh-key-v1\0".utf8)
        guard data.starts(with: magic) else { return nil }
        var reader = WireReader(Array(data.dropFirst(magic.count)))
        for _ in 1...3 { guard reader.string() != nil else { return nil } }
        guard reader.number() != nil else { return nil }
        return reader.string()
    }

    /// The key or certificate of a file that begins with a public one.
    static func publicKey(at path: String) -> [UInt8]? { text(path).flatMap(publicLine) }

    private static func publicLine(_ text: String) -> [UInt8]? {
        let words = (text.split(whereSeparator: \.isNewline).first ?? "").split(separator: " ")
        guard words.count > 1, let data = Data(base64Encoded: String(words[1])) else { return nil }
        return type(of: Array(data)) == String(words[0]) ? Array(data) : nil
    }

    /// The type that a key or certificate says of itself.
    static func type(of key: [UInt8]) -> String? {
        var reader = WireReader(key)
        return reader.string().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The key that a certificate is about; nil if it is no certificate.
    static func certified(by certificate: [UInt8]) -> [UInt8]? {
        var reader = WireReader(certificate)
        let ending = "-cert-v01@openssh.com"
        guard let type = reader.string().map({ String(decoding: $0, as: UTF8.self) }), type.hasSuffix(ending), reader.string() != nil
        else { return nil }
        let plain = String(type.dropLast(ending.count))
        // How many values the key itself has.
        let values =
            switch plain {
            case "ssh-ed25519": 1
            case "sk-ecdsa-sha2-nistp256": 3
            case "ssh-dss": 4
            default: 2
            }
        var key = WireReader.bytes(Array((plain.hasPrefix("sk-") ? "\(plain)@openssh.com" : plain).utf8))
        for _ in 0..<values {
            guard let value = reader.string() else { return nil }
            key += WireReader.bytes(value)
        }
        return key
    }
}
