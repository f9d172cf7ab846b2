import CSSH

extension Session {
    private var knownHosts: KnownHosts { client.allKnownHosts }

    /// The host key algorithms to ask for: first those of keys that are known, as ssh does.
    var hostKeyAlgorithms: [String] {
        let allowed = client.hostKeyAlgorithms ?? Self.algorithms
        let usual = allowed.filter(Self.algorithms.contains)
        let known = Set(knownHosts.types(for: client.knownAs))
        func isKnown(_ algorithm: String) -> Bool { known.contains(algorithm.hasPrefix("rsa-sha2-") ? "ssh-rsa" : algorithm) }
        return usual.filter(isKnown) + usual.filter { !isKnown($0) }
    }

    /// Those of libssh that are safe today.
    private static let algorithms = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256",
    ]

    /// Goes on only with a host key that is known, or that a person trusts now.
    /// - Returns: the key's fingerprint.
    /// - Throws: `ConnectionError.hostKeyUnknown`, `.hostKeyChanged` or `.hostKeyRevoked`.
    func checkHostKey(_ dialogue: LoginDialogue) throws -> String {
        let (shown, fingerprint) = try shownKey()
        let file = client.knownHosts.first ?? "no file"
        var key = HostKey(host: client.knownAs, type: shown.type, fingerprint: fingerprint)
        let standing = knownHosts.standing(of: shown, as: client.knownAs)
        if standing == .known { return fingerprint }
        key.owner = owner(of: shown)
        switch standing {
        case .known: return fingerprint
        case .changed: throw ConnectionError.hostKeyChanged(key, knownHosts: file)
        case .revoked: throw ConnectionError.hostKeyRevoked(key, knownHosts: file)
        case .unknown:
            guard dialogue.trust(machine.name, key) else { throw ConnectionError.hostKeyUnknown(key, knownHosts: file) }
            do {
                try knownHosts.add(shown, as: client.knownAs)
            } catch {
                throw ConnectionError.lost(place: place, said: "the host key could not be written to \(file): \(error.said)")
            }
        }
        return fingerprint
    }

    /// The one other machine of this student that is known by a key. If several are, as clones, it says nothing.
    private func owner(of key: PublicKey) -> String? {
        let owners = neighbours.filter { other in
            guard other.name != machine.name, let client = try? other.client(), client.knownAs != self.client.knownAs else { return false }
            return client.allKnownHosts.standing(of: key, as: client.knownAs) == .known
        }
        return owners.count == 1 ? owners.first?.name : nil
    }

    /// The key that the machine showed, and its fingerprint.
    private func shownKey() throws -> (PublicKey, fingerprint: String) {
        var key: ssh_key?
        guard ssh_get_server_publickey(handle, &key) == SSH_OK, let key else {
            throw ConnectionError.lost(place: place, said: "it showed no host key")
        }
        defer { ssh_key_free(key) }
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        var base64: UnsafeMutablePointer<CChar>?
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0,
            ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK, let base64
        else { throw ConnectionError.lost(place: place, said: "its host key cannot be read") }
        defer {
            ssh_clean_pubkey_hash(&hash)
            ssh_string_free_char(base64)
        }
        let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length)
        defer { ssh_string_free_char(text) }
        let type = ssh_key_type_to_char(ssh_key_type(key)).map { String(cString: $0) } ?? "unknown"
        return (PublicKey(type: type, base64: String(cString: base64)), text.map { String(cString: $0) } ?? "unknown")
    }
}
