import Foundation

/// OpenSSH's RevokedHostKeys: a list of public keys, or a key revocation list that `ssh-keygen` reads.
struct RevokedKeys: Sendable {
    let path: String

    /// Whether the file names a key; nil if that cannot be found out, and then no key is to be trusted.
    func contains(_ key: PublicKey) -> Bool? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        if data.starts(with: Array("SSHKRL\n\0".utf8)) { return isListed(key) }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.count > 1 && PublicKey(type: words[0], text: words[1]) == key
        }
    }

    private func isListed(_ key: PublicKey) -> Bool? {
        let file = FileManager.default.temporaryDirectory.appending(path: "lab-key-\(UUID().uuidString).pub")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data("\(key.type) \(key.base64)\n".utf8).write(to: file)) != nil,
            let answer = ShortProgram.run(["ssh-keygen", "-Q", "-f", path, file.path], seconds: 10)
        else { return nil }
        if answer.status == 0 { return false }
        return answer.printed.contains("REVOKED") ? true : nil
    }
}
