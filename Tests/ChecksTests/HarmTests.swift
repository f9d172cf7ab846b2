@testable import Checks
import Facts
import Foundation
import TestSupport
import Testing
@testable import Checks
@testable import Course

/// Repairs that destroy: found by their words, and printed only where they are known to be safe.
@Suite struct HarmTests {
    private var catalog: CheckCatalog { get throws { try ShippedCourse.catalog } }

    @Test(arguments: [
        ("rm -rf /var/lib/postgresql/15/main", "rm"), ("systemctl stop x && find /data -mindepth 1 -delete", "find -delete"),
        ("mv -T /a /b", "mv"), ("sudo -u postgres /usr/bin/repmgr -f /etc/repmgr.conf standby clone --force", "repmgr clone --force"),
        ("repmgr -f /etc/repmgr.conf node rejoin --force-rewind -d 'host=pg2'", "repmgr rejoin --force-rewind"),
        ("pg_dropcluster --stop 15 main; pg_createcluster --start 15 main", "pg_dropcluster"), ("/usr/sbin/poweroff", "poweroff"),
        ("timeout 20 sh -c 'rm x'", "rm"), ("hostnamectl set-hostname pg1", "hostnamectl set-hostname"), ("hostname pg1", "hostname"),
        ("psql -c \"SELECT pg_drop_replication_slot('x')\"", "pg_drop_replication_slot"), ("psql -c 'DROP TABLE notes'", "drop table"),
        ("ssh-keygen -R pg1", "ssh-keygen -R"), ("echo $(rm x)", "rm"),
    ])
    func whatDestroysIsFound(command: String, words: String) throws { #expect(try catalog.harm(in: command)?.words == words) }

    @Test(arguments: [
        "grep -rn 'rm' /etc", "systemctl status reboot.target", "ls -l /usr/bin/rm", "repmgr standby clone --dry-run",
        "repmgr standby register --force",
        "hostnamectl", "hostname -I", "find /data -name '*.conf'", "ssh-keygen -A", "chmod 600 ~/.pgpass", "echo 'format: rm-style'",
        "psql -c 'SELECT 1'",
        "sed -i 's/^mv=.*/x/' /etc/x",
    ])
    func whatDoesNotIsLeftAlone(command: String) throws {
        let found = try catalog.harm(in: command)
        #expect(found == nil, "\(found?.words ?? "")")
    }

    /// A machine that is `sure` when its host fact is known and right, and a cause whose repair deletes.
    private static let checks = """
        format: 1
        checks:
        - check: seen
          title: "lab reaches {{this.name}}"
          at: all
          tells: reach
          why: x
          pass: (SELECT reached FROM this_machine)
        - check: sure
          title: "{{this.name}} is itself"
          at: all
          tells: machine
          needs: [seen]
          why: x
          pass: EXISTS (SELECT 1 FROM this_host WHERE name = (SELECT machine FROM this_machine))
        - check: empty
          title: "{{this.name}} is empty"
          at: standby
          over: EXISTS (SELECT 1 FROM this_id WHERE value = 'standby')
          why: x
          pass: NOT EXISTS (SELECT 1 FROM this_id)
          causes:
            - cause: full
              when: SELECT value AS found FROM this_id
              certainty: certain
              because: "It holds {{found}}."
              fix:
                - {at: this, as: root, run: systemctl stop it}
                - {at: this, as: root, run: "rm -rf {{found}}", lost: "what is in {{found}}", \
        safe: "found.found = (SELECT said FROM this_trace)"}
        """
    private let course: LittleCourse

    init() throws { course = try LittleCourse(checks: Self.checks) }

    private func cause(_ changed: MachineFacts) throws -> FoundCause? {
        let all = ["pg1", "pg2", "pg3"].map { $0 == changed.machine ? changed : LittleCourse.facts($0) }
        return try course.verdicts(all, ["empty"]).diagnosis("empty at pg2").causes.first
    }

    @Test func itIsPrintedWhereItIsSafeAndSaysWhatIsLost() throws {
        let cause = try #require(try cause(LittleCourse.facts("pg2", id: "old", trace: "old")))
        #expect(cause.fix.map(\.run) == ["systemctl stop it", "rm -rf old"])
        #expect(cause.withheld == nil)
        #expect(cause.fix.last?.lost == "This costs what is in old.")
    }

    @Test func whereTheConditionDoesNotHoldNoCommandIsPrinted() throws {
        let cause = try #require(try cause(LittleCourse.facts("pg2", id: "old", trace: "needed")))
        #expect(cause.fix.isEmpty)
        #expect(cause.withheld?.contains("does not show that this is safe") == true)
    }

    @Test func whereTheConditionIsNotKnownNoCommandIsPrinted() throws {
        let cause = try #require(try cause(LittleCourse.facts("pg2", id: "old")))
        #expect(cause.fix.isEmpty)
        #expect(cause.withheld?.contains("could not be observed: pg2: not looked at yet") == true)
    }

    @Test func whereTheMachineIsNotCertainNoCommandIsPrinted() throws {
        let cause = try #require(try cause(LittleCourse.facts("pg2", host: "pg3", id: "old", trace: "old")))
        #expect(cause.fix.isEmpty)
        #expect(cause.withheld?.contains("It is not certain that what answers as pg2 is pg2") == true)
    }

    @Test func aCheckWhoseTimeIsOverIsNotTold() throws {
        let all = [LittleCourse.facts("pg1"), LittleCourse.facts("pg2", id: "standby"), LittleCourse.facts("pg3", id: "old", trace: "old")]
        #expect(try Set(course.verdicts(all, ["empty"]).keys) == ["empty at pg3"])
    }

    @Test func whetherItIsOverMustBeKnown() throws {
        var facts = LittleCourse.facts("pg2")
        facts.tables["id"] = .unknown(reason: "no answer in 5 s")
        let all = [LittleCourse.facts("pg1"), facts, LittleCourse.facts("pg3")]
        let verdicts = try course.verdicts(all, ["empty"])
        #expect(verdicts["empty at pg2"]?.word == .unknown)
    }

    @Test func whatRestsOnAMachineThatWasNotReachedWaitsForIt() throws {
        let off = MachineFacts.unreached("pg2", said: "Connection refused", seconds: 1, tables: course.catalog.facts.tables)
        let verdicts = try course.verdicts([LittleCourse.facts("pg1"), off, LittleCourse.facts("pg3")], ["empty"])
        #expect(verdicts["empty at pg2"] == .blocked(by: .init(check: "seen", machine: "pg2")))
        #expect(verdicts["seen at pg2"]?.word == .failed, "the root is told, though nobody asked for it")
    }

    @Test func aRepairThatDestroysSaysWhatIsLostAndWhere() throws {
        let without = Self.checks.replacingOccurrences(
            of: ", lost: \"what is in {{found}}\", safe: \"found.found = (SELECT said FROM this_trace)\"", with: "")
        #expect(without != Self.checks)
        let found = try LittleCourse.catalog(without).lint(LittleCourse.situation.lab)
        #expect(found.map(\.what) == ["'rm' deletes files"])
        #expect(try LittleCourse.catalog(Self.checks).lint(LittleCourse.situation.lab) == [])
    }

    /// Facts of a look that asked for other columns are no facts about these.
    @Test func rowsOfAnotherShapeAreUnknown() throws {
        var facts = LittleCourse.facts("pg2")
        facts.tables["id"] = .rows([[.text("a"), .text("b")]])
        let verdict = try course.verdicts([LittleCourse.facts("pg1"), facts, LittleCourse.facts("pg3")], ["empty"])["empty at pg2"]
        guard case .unknown(let reasons)? = verdict else {
            Issue.record("it is not unknown: \(String(describing: verdict))")
            return
        }
        #expect(reasons.first?.reason == "it was recorded by another version of lab")
    }
}
