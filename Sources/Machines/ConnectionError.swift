/// Why a machine was not reached, or stopped answering: what was tried, what it said, what to do.
package enum ConnectionError: Error, Sendable, Hashable, CustomStringConvertible {
    case nameUnknown(host: String, said: String)
    case refused(place: String)
    /// Nothing was sent: this computer itself sees no way there.
    case noWay(place: String, said: String)
    case unreachable(place: String, said: String)
    /// No answer in time, and at which stage.
    case timedOut(stage: Stage, place: String, seconds: Int)
    case notSSH(place: String, said: String)
    case hostKeyUnknown(HostKey, knownHosts: String)
    case hostKeyChanged(HostKey, knownHosts: String)
    case hostKeyRevoked(HostKey, knownHosts: String)
    /// Everything that was offered was refused.
    case notLetIn(user: String, place: String, tried: [String], accepted: [String])
    /// The machine gave up before all keys were offered.
    case tooManyKeys(user: String, place: String, tried: [String])
    /// There was nothing to offer, so the machine has refused nothing. `lacking` says what was looked for.
    case nothingOffered(user: String, lacking: [String])
    case identityUnreadable(path: String, said: String)
    case proxyFailed(command: String, said: String)
    /// OpenSSH's client refuses its configuration.
    case configuration(said: String)
    /// OpenSSH's configuration leaves no way in, for ssh either: an option, and what it rules out.
    case ruledOut(option: String, why: String)
    /// ssh might get in here; libssh cannot do what the option asks for.
    case notLikeSSH(option: String, why: String)
    /// The connection ended in the middle.
    case lost(place: String, said: String)

    /// How far a connection had come.
    package enum Stage: String, Sendable, Hashable {
        case connecting, greeting, login = "logging in", running = "running a command"
    }

    /// In a few words, for a line beside the machine's name.
    package var brief: String {
        switch self {
        case .nameUnknown(let host, _): "the name \(host) is not known"
        case .refused(let place): "\(place) refuses connections"
        case .unreachable(let place, let said): "\(place) is not reachable (\(said))"
        case .timedOut(let stage, let place, let seconds): "no answer from \(place) in \(seconds) s while \(stage.rawValue)"
        case .notSSH(let place, _): "what answers at \(place) is not an SSH server"
        case .hostKeyUnknown(let key, _): "its host key is not known yet (\(key.fingerprint)\(key.ownedBy))"
        case .hostKeyChanged(let key, _): "its host key has changed (now \(key.fingerprint)\(key.ownedBy))"
        case .hostKeyRevoked(let key, _): "its host key is marked as revoked (\(key.fingerprint))"
        case .noWay(let place, let said): "this computer has no way to \(place) (\(said))"
        case .notLetIn(let user, _, _, _): "it does not let \(user) in"
        case .tooManyKeys(let user, let place, _): "\(place) gave up before the right key for \(user) came: too many were offered"
        case .nothingOffered(let user, let lacking):
            "lab has nothing to log in with as \(user) (\(lacking.isEmpty ? "no key was found" : lacking.joined(separator: "; ")))"
        case .ruledOut(let option, let why): "your SSH configuration rules it out (\(option): \(why))"
        case .notLikeSSH(let option, let why): "lab cannot do here what ssh can (\(option): \(why))"
        case .identityUnreadable(let path, _): "the key \(path) cannot be read"
        case .proxyFailed(_, let said): "the proxy command failed (\(said))"
        case .configuration(let said): "ssh refuses your SSH configuration (\(said))"
        case .lost(_, let said): "the connection was lost (\(said))"
        }
    }

    /// What to do about it.
    package var advice: String {
        switch self {
        case .nameUnknown: "Look at the address in your machines.yaml."
        case .refused(let place) where place.hasPrefix("127.") || place.hasPrefix("localhost ") || place.hasPrefix("::1 "):
            "Nothing listens at that port of this computer: the machine that it should lead to is off, or no port is forwarded to it."
        case .refused: "The machine is up, but no sshd listens there. On its console: systemctl status ssh (Rocky: sshd)."
        case .noWay: "Nothing was sent. Is this computer in the machine's network, and is this its address? ip -4 -br addr; ip route"
        case .tooManyKeys(_, _, let tried):
            "Tried: \(tried.joined(separator: ", ")). Name the key as 'identity' in your machines.yaml, or with IdentityFile and "
                + "IdentitiesOnly yes in ~/.ssh/config."
        case .nothingOffered:
            "The machine was not asked. Make a key (ssh-keygen -t ed25519), give its passphrase when lab asks, or start your agent."
        case .ruledOut: "The machine has nothing to do with it. Change that option in your SSH configuration."
        case .notLikeSSH:
            "This is a limit of libssh, which lab logs in with, and not a fault of the machine. Change that option for this host, or name "
                + "another key, host or proxy_command in your machines.yaml."
        case .unreachable, .timedOut(stage: .connecting, _, _):
            "Is the machine switched on, and is this its address? On its console: ip -4 -br addr"
        case .timedOut, .lost: "If it happens again, look at the machine's console: is it busy, or restarting?"
        case .notSSH(_, let said): "It said: \(said). Look at the port in your machines.yaml."
        case .hostKeyUnknown(_, let file):
            "Compare that fingerprint with the one on the machine's console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), "
                + "then say yes when lab asks. It is remembered in \(file)."
        case .hostKeyChanged(let key, let file):
            """
            The key in \(file) is a different one. That is right if the machine was rebuilt or its host keys were renewed \
            (step identity); otherwise somebody may be between you and it, so lab does not go on.
            If you renewed them, forget the old one: ssh-keygen -f \(file) -R '\(key.host)'
            """
        case .notLetIn(let user, let place, let tried, let accepted):
            "Tried: \(tried.isEmpty ? "nothing, since no key was found" : tried.joined(separator: ", ")). "
                + "It accepts: \(accepted.joined(separator: ", ")). "
                + "Put your public key there: ssh-copy-id \(user)@\(place.split(separator: " ").first ?? "")"
        case .hostKeyRevoked(let key, let file):
            "A line of \(file) says @revoked for this key of \(key.host): nobody should trust it any more."
        case .configuration: "Then ssh itself does not run either. Correct that line, or remove it."
        case .identityUnreadable(_, let said): "\(said) Look at 'identity' in your machines.yaml."
        case .proxyFailed(let command, let said): "The command was: \(command). \(said)"
        }
    }

    package var description: String { "\(brief). \(advice)" }
}

/// A host key as a machine showed it.
package struct HostKey: Sendable, Hashable {
    /// As known hosts files write it: `name`, or `[name]:port`.
    package var host: String
    /// Such as `ssh-ed25519`.
    package var type: String
    /// `SHA256:…`, as ssh-keygen prints it.
    package var fingerprint: String
    /// The other machine of this student that is known by this key.
    package var owner: String?

    init(host: String, type: String, fingerprint: String, owner: String? = nil) {
        self.host = host
        self.type = type
        self.fingerprint = fingerprint
        self.owner = owner
    }

    fileprivate var ownedBy: String { owner.map { ", known as the key of \($0)" } ?? "" }
}
