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

    // MARK: No verdict without evidence

    private static let bases = ["acceptance-debian12", "acceptance-debian13", "acceptance-rocky9", "acceptance-sid"]

    /// The subjects that fail once these machines are not reached.
    private func failing(_ walk: RecordedWalk, without unreached: Set<String>) throws -> [Judgement.Subject] {
        let tables = walk.judge.catalog.facts.tables
        let looks = walk.recorded.machines.map {
            unreached.contains($0.machine) ? $0.unreached(said: "no answer in 12 s", tables: tables) : $0
        }
        return try walk.judgements(looks).compactMap { if case .failed = $0.verdict { $0.subject } else { nil } }
    }

    /// Of a cluster in which all is well, whichever machines are not reached, nothing fails but that they are not: what lacks facts waits.
    @Test(arguments: bases) func nothingElseFailsWhereMachinesAreNotReached(base: String) throws {
        let walk = try RecordedWalk(base, upTo: "acceptance")
        let names = walk.recorded.machines.map(\.machine)
        let reach = try #require(walk.judge.catalog.telling(.reach)).name
        for number in 1..<(1 << names.count) {
            let unreached = Set(names.indices.filter { number & (1 << $0) != 0 }.map { names[$0] })
            let failed = try failing(walk, without: unreached)
            #expect(Set(failed) == Set(unreached.map { .init(check: reach, machine: $0) }), "without \(unreached.sorted())")
        }
    }

    /// Of machines of which nothing was ever seen, every check of the course waits: also those that no step of the walk up to here has.
    @Test func noCheckFailsBeforeAnythingWasSeen() throws {
        let walk = try RecordedWalk("trust-done", upTo: "machines")
        let catalog = walk.judge.catalog
        let store = try walk.judge.emptyStore()
        for facts in walk.recorded.machines {
            try store.load(.unreached(facts.machine, said: "no answer in 12 s", seconds: 12, tables: catalog.facts.tables))
        }
        let reach = try #require(catalog.telling(.reach)).name
        for check in catalog.checks where check.name != reach {
            for subject in walk.judge.subjects(of: check.name) {
                let verdict = try walk.judge.verdict(on: subject, store: store)
                if case .failed = verdict { Issue.record("\(subject) fails though nothing was seen: \(verdict)") }
                if verdict == .passed { Issue.record("\(subject) passes though nothing was seen") }
            }
        }
    }
}
