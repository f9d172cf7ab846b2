import Checks
import Facts
import Testing
import TestSupport

@testable import Machines

/// What a connection says when it fails, and what the student is told of it: the two are written in different places.
@Suite struct UnreachedTests {
    let walk: RecordedWalk

    init() throws { walk = try RecordedWalk("trust-done", upTo: "machines") }

    private static let key = HostKey(host: "10.0.0.1", type: "ssh-ed25519", fingerprint: "SHA256:x")
    private static let place = "10.0.0.1 port 22"

    /// Each way in which a connection fails.
    static let errors: [(error: ConnectionError, cause: String)] = [
        (.nameUnknown(host: "pg3.example", said: "Name or service not known"), "reach-name-unknown"),
        (.noWay(place: place, said: "Network is unreachable"), "no-way-from-here"),
        (.notSSH(place: place, said: "HTTP"), "not-an-ssh-server"),
        (.hostKeyUnknown(key, knownHosts: "/k"), "host-key-not-confirmed"),
        (.hostKeyChanged(key, knownHosts: "/k"), "host-key-has-changed"),
        (.hostKeyRevoked(key, knownHosts: "/k"), "host-key-revoked"),
        (.notLetIn(user: "student", place: place, tried: ["a password"], accepted: ["publickey"]), "login-refused"),
        (.tooManyKeys(user: "student", place: place, tried: []), "too-many-keys"),
        (.nothingOffered(user: "student", lacking: []), "nothing-to-offer"),
        (.nothingOffered(user: "student", lacking: ["the key /id, whose passphrase was not given"]), "nothing-to-offer"),
        (.identityUnreadable(path: "/id", said: "It is not there."), "own-key-unreadable"),
        (.proxyFailed(command: "false", said: "ssh: connect to host gate port 22: Connection refused"), "proxy-command-failed"),
        // What a command on the way says of itself is not said of the machine.
        (
            .proxyFailed(command: "false", said: "gate: it does not let you in, its host key has changed, the connection was lost"),
            "proxy-command-failed"
        ),
        (.configuration(said: "/home/me/.ssh/config: line 2: Bad configuration option: portt"), "ssh-configuration-refused"),
        (.ruledOut(option: "AddressFamily inet6", why: "10.0.0.1 has no such address"), "ssh-configuration-rules-out"),
        (.notLikeSSH(option: "KexAlgorithms", why: "libssh knows none of x"), "not-as-ssh-does"),
        (.lost(place: place, said: "Socket error: disconnected"), "session-ends-at-once"),
        (.timedOut(stage: .greeting, place: place, seconds: 12), "machine-hangs"),
        (.timedOut(stage: .login, place: place, seconds: 12), "machine-hangs"),
        (.timedOut(stage: .running, place: place, seconds: 12), "machine-hangs"),
    ]

    @Test(arguments: errors) func eachErrorHasItsOwnCause(error: ConnectionError, cause: String) throws {
        let tables = walk.judge.catalog.facts.tables
        let facts = walk.recorded.machines.map { one in
            one.machine == "pg3" ? MachineFacts.unreached("pg3", said: error.brief, seconds: 1, tables: tables) : one
        }
        let judgement = try #require(
            try walk.judgements(facts).first { $0.subject == Judgement.Subject(check: "machine-reached", machine: "pg3") })
        #expect(try judgement.diagnosis().causes.map(\.name) == [cause])
    }
}
