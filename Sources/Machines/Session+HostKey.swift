import CSSH

extension Session {
    /// Goes on only with a host key that is known, or that a person trusts now.
    /// - Returns: the key's fingerprint.
    /// - Throws: `ConnectionError.hostKeyUnknown` or `.hostKeyChanged`.
    func checkHostKey(_ dialogue: LoginDialogue) throws -> String {
        let key = try shownKey()
        let file = option(SSH_OPTIONS_KNOWNHOSTS) ?? machine.knownHosts ?? "~/.ssh/known_hosts"
        switch ssh_session_is_known_server(handle) {
        case SSH_KNOWN_HOSTS_OK: return key.fingerprint
        case SSH_KNOWN_HOSTS_CHANGED, SSH_KNOWN_HOSTS_OTHER:
            throw ConnectionError.hostKeyChanged(key, knownHosts: file)
        case SSH_KNOWN_HOSTS_UNKNOWN, SSH_KNOWN_HOSTS_NOT_FOUND:
            guard dialogue.trust(machine.name, key) else { throw ConnectionError.hostKeyUnknown(key, knownHosts: file) }
            guard ssh_session_update_known_hosts(handle) == SSH_OK else {
                throw ConnectionError.lost(place: place, said: "the host key could not be written to \(file): \(said)")
            }
        default: throw ConnectionError.lost(place: place, said: "the known hosts could not be read: \(said)")
        }
        return key.fingerprint
    }

    /// The key that the machine showed.
    private func shownKey() throws -> HostKey {
        var key: ssh_key?
        guard ssh_get_server_publickey(handle, &key) == SSH_OK, let key else {
            throw ConnectionError.lost(place: place, said: "it showed no host key")
        }
        defer { ssh_key_free(key) }
        var hash: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == 0 else {
            throw ConnectionError.lost(place: place, said: "its host key cannot be read")
        }
        defer { ssh_clean_pubkey_hash(&hash) }
        let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length)
        defer { ssh_string_free_char(text) }
        let type = ssh_key_type_to_char(ssh_key_type(key)).map { String(cString: $0) } ?? "unknown"
        var port: UInt32 = 22
        ssh_options_get_port(handle, &port)
        let host = option(SSH_OPTIONS_HOST) ?? machine.host
        return HostKey(
            host: port == 22 ? host : "[\(host)]:\(port)", type: type, fingerprint: text.map { String(cString: $0) } ?? "unknown")
    }
}
