import CSSH

extension Session {
    /// What is known of hosts, without what a command of the configuration prints.
    private var filed: KnownHosts { client.allKnownHosts }

    private func command() throws(ConnectionError) -> KnownHostsCommand? {
        guard let command = client.knownHostsCommand else { return nil }
        return try KnownHostsCommand(command, for: client)
    }

    /// What is known of hosts.
    /// - Parameter fingerprint: of the key that was shown.
    private func knownHosts(_ purpose: KnownHostsCommand.Purpose, showing fingerprint: String) throws(ConnectionError) -> KnownHosts {
        var known = filed
        if let command = try command() {
            known.printed = { name, key in command.lines(about: name, for: purpose, showing: (key, fingerprint)) }
        }
        return known
    }

    /// The host key algorithms to ask for, in ssh's order: first those of keys that are known, unless the best of all is known
    /// or the configuration gives an order of its own.
    func hostKeyAlgorithms() throws(ConnectionError) -> [String] {
        let allowed = client.algorithms[.hostKeys] ?? Self.algorithms
        // libssh knows no certificates of hosts.
        let plain = allowed.filter { !$0.contains("-cert-") }
        guard !plain.isEmpty else { throw .unknownToLibssh(.hostKeys, allowed) }
        // ssh -G does not say whether the list is the user's own. One of somebody's own has no certificates in it.
        guard client.algorithms[.hostKeys] == nil || plain.count < allowed.count else { return plain }
        // ssh asks the command for the host alone, whatever the port and the alias.
        let host = client.hostName.lowercased()
        let printed = try command()?.lines(about: host, for: .order, showing: nil)?.entries(for: host) ?? []
        let known = Set(filed.types(for: client.knownAs) + printed.filter { !$0.isRevoked }.map(\.key.type))
        func isKnown(_ algorithm: String) -> Bool { known.contains(algorithm.hasPrefix("rsa-sha2-") ? "ssh-rsa" : algorithm) }
        if let best = plain.first, isKnown(best) { return plain }
        return plain.filter(isKnown) + plain.filter { !isKnown($0) }
    }

    /// Those of libssh that are safe today.
    private static let algorithms = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256",
    ]

    /// Goes on only with a host key that is known, or that a person trusts now.
    /// - Returns: the key's fingerprint.
    /// - Throws: `ConnectionError.hostKeyUnknown`, `.hostKeyChanged` or `.hostKeyRevoked`; or what in the configuration forbids it.
    func checkHostKey(_ dialogue: LoginDialogue) throws -> String {
        let (shown, fingerprint) = try shownKey()
        try checkAlone(shown, fingerprint)
        let known = try knownHosts(.host, showing: fingerprint)
        let standing = known.standing(of: shown, as: client.knownAs)
        if standing == .known {
            try checkAddress(shown, fingerprint)
            return fingerprint
        }
        var key = HostKey(host: client.knownAs, type: shown.type, fingerprint: fingerprint)
        key.owner = owner(of: shown)
        switch standing {
        case .known: return fingerprint
        case .changed: throw ConnectionError.hostKeyChanged(key, knownHosts: file)
        case .revoked: throw ConnectionError.hostKeyRevoked(key, knownHosts: file)
        case .unknown:
            try checkThatAPersonMayDecide(fingerprint)
            guard dialogue.trust(machine.name, key) else { throw ConnectionError.hostKeyUnknown(key, knownHosts: file) }
            do {
                try filed.add(shown, as: client.knownAs)
            } catch {
                throw ConnectionError.lost(place: place, said: "the host key could not be written to \(file): \(error.said)")
            }
        }
        return fingerprint
    }

    private var file: String { client.knownHosts.first ?? "no file" }

    /// What no known_hosts file can make good.
    private func checkAlone(_ shown: PublicKey, _ fingerprint: String) throws(ConnectionError) {
        if let bits = shown.rsaBits, let smallest = client.smallestRSA, bits < smallest {
            throw .ruledOut(option: "RequiredRSASize \(smallest)", why: "its host key has \(bits) bits")
        }
        guard let path = client.revokedHostKeys else { return }
        switch RevokedKeys(path: path).contains(shown) {
        case false?: return
        case true?: throw .hostKeyRevoked(HostKey(host: client.knownAs, type: shown.type, fingerprint: fingerprint), knownHosts: path)
        case nil: throw .ruledOut(option: "RevokedHostKeys \(path)", why: "that file cannot be read, so no host key can be trusted")
        }
    }

    /// CheckHostIP: another key for the address than for the name is a changed key.
    private func checkAddress(_ shown: PublicKey, _ fingerprint: String) throws(ConnectionError) {
        guard client.checksAddress, client.hostKeyAlias == nil, let peer, !peer.isLocal, peer.address != client.hostName else { return }
        let name = KnownHosts.name(host: peer.address, port: client.port)
        let key = HostKey(host: name, type: shown.type, fingerprint: fingerprint)
        switch try knownHosts(.address, showing: fingerprint).standing(of: shown, as: name) {
        case .known, .unknown: return
        case .changed: throw .hostKeyChanged(key, knownHosts: file)
        case .revoked: throw .hostKeyRevoked(key, knownHosts: file)
        }
    }

    /// Where ssh would not ask about an unknown key, a person is not asked here either.
    private func checkThatAPersonMayDecide(_ fingerprint: String) throws(ConnectionError) {
        if let file = filed.authority(for: client.knownAs) {
            throw .notLikeSSH(
                option: "@cert-authority",
                why: "libssh does not check certificates of hosts, and \(file) trusts this one for its certificate")
        }
        if client.strictness == "yes" {
            throw .ruledOut(option: "StrictHostKeyChecking yes", why: "its host key \(fingerprint) is in no known_hosts file")
        }
        if client.isBatch { throw .ruledOut(option: "BatchMode yes", why: "its host key \(fingerprint) is in no known_hosts file") }
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
