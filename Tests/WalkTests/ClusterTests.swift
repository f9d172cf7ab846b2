import Checks
import Facts
import Testing
import TestSupport

@testable import Course

/// The whole course, judged from facts that were recorded after step acceptance, on both platforms.
@Suite struct ClusterTests {
    private static let fixtures = ["acceptance-debian12", "acceptance-debian13", "acceptance-sid", "acceptance-rocky9"]

    private func failed(_ judgements: [Judgement]) -> [String] {
        judgements.compactMap { judgement in
            if case .failed = judgement.verdict { "\(judgement.subject)" } else { nil }
        }
    }

    private func cause(of check: String, at machine: String?, in judgements: [Judgement]) -> String? {
        guard let judgement = judgements.first(where: { $0.subject == .init(check: check, machine: machine) }),
            case .failed(let diagnosis) = judgement.verdict
        else { return nil }
        return diagnosis.causes.first?.name
    }

    @Test(arguments: fixtures)
    func aFinishedClusterPassesEverything(fixture: String) throws {
        let judgements = try RecordedWalk(fixture, upTo: "acceptance").judgements()
        #expect(judgements.count > 170)
        for judgement in judgements { #expect(judgement.verdict == .passed, "\(judgement.subject): \(judgement.verdict)") }
    }

    /// Any fact replaced by *unknown* may make a verdict unknown; it never makes one fail.
    @Test(arguments: fixtures)
    func anUnknownFactNeverMakesACheckFail(fixture: String) throws {
        let walk = try RecordedWalk(fixture, upTo: "acceptance")
        let store = try walk.judge.emptyStore()
        for facts in walk.recorded.machines { try store.load(facts) }
        let read = Dictionary(
            uniqueKeysWithValues: Set(walk.wanted.map(\.check)).map { ($0, Set(walk.judge.tables(for: [$0]).map(\.name))) })
        for facts in walk.recorded.machines where fixture.hasSuffix("debian12") || facts.machine == "pg2" {
            for (table, observation) in facts.tables.sorted(by: { $0.key < $1.key }) {
                func load(_ observation: Observation) throws {
                    try store.load(
                        MachineFacts(
                            machine: facts.machine, reached: true, asked: facts.asked, seconds: facts.seconds, tables: [table: observation])
                    )
                }
                try load(.unknown(reason: "no answer in 5 s"))
                let touched = walk.wanted.filter { read[$0.check]?.contains(table) == true }
                #expect(try failed(walk.judge.judge(touched, store: store)).isEmpty, "for \(table) of \(facts.machine)")
                try load(observation)
            }
        }
    }

    /// One fault, the check that shows it, and the cause that is named.
    @Test(arguments: [
        Fault(
            "pg1", "setting", "setting", .text("minimal"), key: "name", equals: .text("wal_level"), fails: "settings-in-force", at: "pg1",
            with: "settings-not-loaded"),
        Fault(
            "pg1", "setting", "pending_restart", .bool(true), key: "name", equals: .text("wal_level"), fails: "settings-readable",
            at: "pg1", with: "settings-pending"),
        Fault("pg3", "password_file", "mode", .text("644"), fails: "password-file", at: "pg3", with: "password-file-open"),
        Fault(
            "pg1", "account", "password_kind", .text("md5"), key: "name", equals: .text("repmgr"), fails: "repmgr-account", at: "pg1",
            with: "account-password-md5"),
        Fault(
            "pg1", "account", "is_superuser", .bool(false), key: "name", equals: .text("repmgr"), fails: "repmgr-account", at: "pg1",
            with: "account-may-not"),
        Fault("pg1", "access_rule", "error", .text("invalid"), fails: "access-rules-loaded", at: "pg1", with: "access-line-wrong"),
        Fault(
            "pg3", "repmgr_conf", "value", .text("2"), key: "name", equals: .text("node_id"), fails: "repmgr-conf-names-node", at: "pg3",
            with: "node-id-wrong"),
        Fault(
            "pg2", "repmgr_conf", "value", .text("manual"), key: "name", equals: .text("failover"), fails: "repmgr-conf-complete",
            at: "pg2", with: "failover-not-automatic"),
        Fault("pg2", "repmgrd_state", "is_paused", .bool(true), fails: "repmgrd-not-paused", at: "pg2", with: "paused"),
        Fault("pg2", "repmgrd_process", "log_is_gone", .bool(true), fails: "repmgrd-has-its-files", at: "pg2", with: "repmgrd-log-gone"),
        Fault("pg3", "repmgrd", "processes", .int(0), fails: "repmgrd-runs", at: "pg3", with: "repmgrd-not-started"),
        Fault("pg_witness", "repmgrd_state", "watches", .int(2), fails: "repmgrd-watches", at: "pg_witness", with: "watches-another"),
        Fault(
            "pg1", "repmgr_node", "upstream", .int(2), key: "node", equals: .int(4), fails: "witness-registered", at: "pg_witness",
            with: "witness-watches-another"),
        Fault(
            "pg1", "repmgr_node", "is_active", .bool(false), key: "node", equals: .int(3), fails: "standby-registered", at: "pg3",
            with: "record-inactive"),
        Fault("pg2", "server_role", "identifier", .text("1"), fails: "copy-of-the-primary", at: "pg2", with: "made-not-copied"),
        Fault("pg2", "boot_start", "is_automatic", .bool(true), fails: "data-machines-wait", at: "pg2", with: "starts-at-boot"),
        Fault("pg3", "partition", "is_cut", .bool(true), fails: "no-cut-left", at: "pg3", with: "cut-forgotten"),
        Fault(
            "pg_witness", "base_backup", "is_whole", .bool(false), fails: "base-backup-whole", at: "pg_witness", with: "base-backup-changed"
        ),
        Fault("pg_witness", "dump", "tables", .text(" other "), fails: "dump-has-notes", at: "pg_witness", with: "dump-without-notes"),
    ])
    func aFaultIsNamed(fault: Fault) throws {
        let walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        let key = fault.key.map { ($0, fault.keyValue) }
        let judgements = try walk.judgements(walk.changed(fault.machine, fault.table, fault.column, to: fault.value, where: key))
        #expect(cause(of: fault.check, at: fault.at, in: judgements) == fault.cause, "\(failed(judgements))")
    }

    /// A changed value in the recorded facts, and what has to be told of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let machine, table, column: String
        let value: FactValue
        let key: String?
        let keyValue: FactValue
        let check, at, cause: String

        init(
            _ machine: String, _ table: String, _ column: String, _ value: FactValue, key: String? = nil,
            equals keyValue: FactValue = .null,
            fails check: String, at: String, with cause: String
        ) {
            (self.machine, self.table, self.column, self.value) = (machine, table, column, value)
            (self.key, self.keyValue, self.check, self.at, self.cause) = (key, keyValue, check, at, cause)
        }

        var testDescription: String { "\(cause) at \(at)" }
    }

    @Test func twoPrimariesAreOneFailureThatNamesTheOlder() throws {
        let walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        var machines = try walk.changed("pg2", "server_role", "role", to: .text("primary"))
        machines = machines.map { facts in
            guard facts.machine == "pg2", case .rows(var rows)? = facts.tables["server_role"] else { return facts }
            var facts = facts
            rows[0][1] = .int(1)
            facts.tables["server_role"] = .rows(rows)
            return facts
        }
        let judgements = try walk.judgements(machines)
        let judgement = try #require(judgements.first { $0.subject == .init(check: "one-primary", machine: nil) })
        let diagnosis = try judgement.diagnosis()
        #expect(diagnosis.causes.first?.name == "two-primaries")
        #expect(diagnosis.causes.first?.machine == "pg2")
        #expect(failed(judgements).count <= 2, "\(failed(judgements))")
    }

    /// A primary that is down is one red line, of its own server: whether there is another waits for that.
    @Test func aDeadPrimaryIsToldOnce() throws {
        let walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        let machines = try walk.changed("pg1", "server", "answers", to: .int(2)).map { facts in
            guard facts.machine == "pg1" else { return facts }
            var facts = facts
            facts.tables["server_role"] = .rows([])
            return facts
        }
        let judgements = try walk.judgements(machines)
        let judgement = try #require(judgements.first { $0.subject == .init(check: "one-primary", machine: nil) })
        #expect(judgement.verdict == .blocked(by: .init(check: "server-runs", machine: "pg1")))
    }
}
