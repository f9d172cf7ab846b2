import CCrypto

/// SHA-256, as `sha256sum` prints it and as other programs come to it: where an enemy might change something, or where every computer has to
/// come to the same bytes. What only has to notice changes uses ``Fingerprint``.
package enum SHA256 {
    /// The 32 bytes of the digest, counted by libcrypto.
    package static func digest(_ message: some Sequence<UInt8>) -> [UInt8] {
        let message = Array(message)
        var digest = [UInt8](repeating: 0, count: 32)
        let isCounted = EVP_Digest(message, message.count, &digest, nil, EVP_sha256(), nil) == 1
        // It fails only where there is no memory, and there an array ends the program just the same.
        precondition(isCounted, "libcrypto could not count a SHA-256 digest")
        return digest
    }

    /// The digest in 64 small hexadecimal digits.
    package static func hex(of bytes: some Sequence<UInt8>) -> String {
        digest(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
