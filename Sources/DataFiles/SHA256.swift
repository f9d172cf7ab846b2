import CCrypto
import Foundation

/// The fingerprint that `sha256sum` prints: unlike ``Fingerprint``, it guards against an enemy too. libcrypto counts it.
package enum SHA256 {
    /// The fingerprint of some bytes, in 64 small hexadecimal digits. Should libcrypto be unable to count it (it has no memory), a text that
    /// is like no other, so that nothing passes for unchanged.
    package static func hex(of bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else { return "not counted \(UUID())" }
        return digest.prefix(Int(count)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
