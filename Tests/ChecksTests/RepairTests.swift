import Testing

@testable import Checks

/// Repairs that mend, and those that say what is up to a person.
@Suite struct RepairTests {
    private static func checks(_ fix: String) -> String {
        """
        format: 1
        checks:
        - check: named
          title: "{{this.name}} carries its name"
          at: all
          why: x
          pass: EXISTS (SELECT 1 FROM this_host WHERE name = (SELECT hostname FROM this_machine))
          causes:
            - cause: clone-name
              when: SELECT name AS found, CASE name WHEN 'golden' THEN '' ELSE 'Which name is right?' END AS question FROM this_host
              certainty: certain
              because: "{{this.name}} is still called {{found}}."
              fix: \(fix)
        """
    }

    private static let own = [CheckLibrary.Look(begins: "psql -c 'SELECT ", unless: "SELECT pg_")]

    private func cause(_ fix: String) throws -> Cause { try #require(LittleCourse.catalog(Self.checks(fix))["named"]?.causes.first) }

    private func found(_ fix: String, host: String) throws -> FoundFix? {
        let course = try LittleCourse(checks: Self.checks(fix))
        let all = [LittleCourse.facts("pg1", host: host), LittleCourse.facts("pg2"), LittleCourse.facts("pg3")]
        guard case .failed(let diagnosis)? = try course.verdicts(all, ["named"])["named at pg1"] else { return nil }
        return diagnosis.causes.first?.fix.first
    }

    @Test(arguments: [
        "grep -rn wal_level /etc/postgresql", "sed -n '12p' /etc/x; ls -l /etc/x", "journalctl -u x -n 20 --no-pager",
        "{{lab}} show access", "ip -br link; ip -br addr",
        "ps -o pid,cmd -u postgres | grep postgres:", "psql -c 'SELECT pid FROM pg_stat_replication'",
        "firewall-cmd --list-all; nft list ruleset",
    ])
    func aRepairThatOnlyLooksIsFound(run: String) throws {
        #expect(try cause("[{at: this, as: root, run: \"\(run)\"}]").onlyLooks(knowing: Self.own))
    }

    @Test(arguments: [
        "systemctl start x", "sed -i '12d' /etc/x", "grep -l x /etc/y | xargs rm", "echo x > /etc/y", "psql -c 'SELECT pg_promote()'",
        "chage -E -1 postgres",
        "find /data -name x -delete", "cat /root/a > /etc/a",
    ])
    func oneThatChangesSomethingIsNone(run: String) throws {
        #expect(try !cause("[{at: this, as: root, run: \"\(run)\"}]").onlyLooks(knowing: Self.own))
    }

    @Test func aDecisionIsARepairAlthoughItsCommandOnlyLooks() throws {
        let fix = "[{at: this, as: root, run: ls, decide: \"Which of these, {{found}}?\"}]"
        #expect(try !cause(fix).onlyLooks(knowing: Self.own))
        #expect(try found(fix, host: "other")?.decide == "Which of these, other?")
    }

    @Test func whereNothingIsSaidThereIsNothingToDecide() throws {
        let fix = "[{at: this, as: root, run: \"call {{found}}\", decide: \"{{question}}\"}]"
        #expect(try found(fix, host: "golden")?.decide == nil)
        #expect(try found(fix, host: "other")?.decide == "Which name is right?")
    }

    @Test func aTaskThatThereIsNotIsAComplaint() throws {
        let fix = try #require(try cause("[{at: this, as: root, task: {step: welcome, id: nothing}}]").fix.first)
        #expect(LittleCourse.situation.complaint(about: fix)?.description.contains("has no task 'nothing'") == true)
    }
}
