import CCrypto
import Foundation

/// A host's name as HashKnownHosts writes it: `|1|SALT|HMAC-SHA1`, both in base64.
struct HostNameHash: Sendable, Hashable {
    private let salt: [UInt8]
    private let digest: [UInt8]

    /// Nil if the text is not such a hash.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "1", let salt = Data(base64Encoded: String(parts[2])),
            let digest = Data(base64Encoded: String(parts[3])), digest.count == Self.length
        else { return nil }
        self.salt = Array(salt)
        self.digest = Array(digest)
    }

    /// Whether it is the hash of this name.
    func isOf(_ name: String) -> Bool { Self.hmac(Array(name.utf8), key: salt) == digest }

    /// OpenSSH hides names with it; nothing that has to be safe today depends on it.
    private static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: length)
        return HMAC(EVP_sha1(), key, Int32(key.count), message, message.count, &digest, nil) == nil ? nil : digest
    }

    /// The bytes of a SHA-1 digest.
    private static let length = 20
}
