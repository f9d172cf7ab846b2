@testable import Checks
import DataFiles
import Facts
import Foundation
import TestSupport
import Testing
@testable import Checks
@testable import Course

/// A little course of three machines, judged from facts written down here.
struct LittleCourse {
    let catalog: CheckCatalog
    let judge: Judge

    static let facts = """
        format: 1
        tables:
        - {table: host, about: x, as: student, columns: {name: text}, sh: "true"}
        - {table: id, about: x, as: root, columns: {value: text}, sh: "true"}
        - {table: trace, about: x, as: root, when: diagnosing, columns: {said: text}, sh: "true"}
        """

    static let checks = """
        format: 1
        checks:
        - check: named
          title: "{{this.name}} carries its name"
          at: all
          why: x
          pass: EXISTS (SELECT 1 FROM this_host WHERE name = (SELECT hostname FROM this_machine))
          causes:
            - cause: clone-name
              when: SELECT name AS found FROM this_host WHERE name = 'golden'
              certainty: certain
              because: "{{this.name}} is still called {{found}}."
              fix: [{at: this, as: root, run: "echo {{this.hostname}}"}]
            - cause: taken-name
              when: SELECT m.machine AS other FROM this_host h JOIN machine m ON m.hostname = h.name AND m.machine <> h.machine
              certainty: likely
              at: "{{other}}"
              because: "{{this.name}} carries the name of {{other}}."
              fix: [{at: "{{other}}", as: root, run: "x"}, {at: primary, as: root, run: "y"}]
            - cause: traced
              when: SELECT said FROM this_trace WHERE said LIKE 'bad%'
              certainty: certain
              because: "The trace of {{this.name}} says {{said}}."
              fix: [{at: this, as: root, run: z}]
          unexplained: SELECT name FROM this_host
        - check: ids-differ
          title: "{{this.name}} has an id of its own"
          at: all
          needs: [named]
          among: reached
          why: x
          pass: |
            (SELECT count(*) FROM id WHERE value = (SELECT value FROM this_id)) = 1
          causes: []
        - check: all-ids
          title: All ids are known
          at: cluster
          why: x
          pass: (SELECT count(DISTINCT value) FROM id) = 3
        - check: follows
          title: "{{this.name}} follows the primary"
          at: standby
          needs: [ids-differ, {check: named, at: primary}]
          why: x
          pass: (SELECT value FROM this_id) > (SELECT value FROM primary_id)
        """

    init(checks: String = LittleCourse.checks) throws {
        catalog = try Self.catalog(checks)
        judge = try Judge(catalog: catalog, situation: Self.situation)
    }

    static func catalog(_ checks: String) throws -> CheckCatalog {
        try WrittenLibrary.read(facts: Self.facts, checks: checks.replacingOccurrences(of: "causes: []\n", with: "\n"))
    }

    static var situation: Situation {
        let machines = [("pg1", "primary"), ("pg2", "standby"), ("pg3", "standby")].map {
            Machine(name: $0.0, role: Role($0.1), hostname: $0.0)
        }
        let platform = Platform(name: "debian12", title: "Debian 12", values: [:])
        let lab = Lab(
            name: "x", title: "x", about: "x", variables: [:], roles: ["primary", "standby"].map(Role.init), machines: machines,
            platforms: [platform], steps: [],
            folder: URL(filePath: "/"))
        let contacts = Dictionary(uniqueKeysWithValues: machines.map { ($0.name, Contact(address: "192.0.2.1", user: "student")) })
        return Situation(lab: lab, platform: platform, environment: .own, contacts: contacts)
    }

    /// Healthy facts of a machine, changed as said.
    static func facts(_ machine: String, host: String? = nil, id: String? = nil, trace: String? = nil) -> MachineFacts {
        var tables: [String: Observation] = [
            "host": .rows([[.text(host ?? machine)]]), "id": .rows([[.text(id ?? machine)]]),
        ]
        if let trace { tables["trace"] = .rows([[.text(trace)]]) }
        return MachineFacts(machine: machine, reached: true, tables: tables)
    }

    func verdicts(_ facts: [MachineFacts], _ checks: [String]) throws -> [String: Verdict] {
        let store = try judge.emptyStore()
        for machine in facts { try store.load(machine) }
        let judgements = try judge.judge(checks.map { Asked(step: "step", check: $0) }, store: store)
        return Dictionary(uniqueKeysWithValues: judgements.map { ($0.subject.description, $0.verdict) })
    }
}

@Suite struct JudgeTests {
    let course: LittleCourse
    let checks = ["named", "ids-differ", "all-ids", "follows"]

    init() throws { course = try LittleCourse() }

    private func healthy(but changed: MachineFacts...) -> [MachineFacts] {
        ["pg1", "pg2", "pg3"].map { name in changed.first { $0.machine == name } ?? LittleCourse.facts(name) }
    }

    @Test func healthyMachinesPassEverything() throws {
        let verdicts = try course.verdicts(healthy(), checks)
        #expect(verdicts.count == 9)
        #expect(verdicts.values.allSatisfy { $0 == .passed })
    }

    @Test func aCauseQuotesItsRowAndNamesTheMachineToMend() throws {
        let verdicts = try course.verdicts(healthy(but: LittleCourse.facts("pg2", host: "pg3", trace: "fine")), ["named"])
        let diagnosis = try verdicts.diagnosis("named at pg2")
        #expect(diagnosis.causes.map(\.name) == ["taken-name"])
        #expect(diagnosis.causes[0].because == "pg2 carries the name of pg3.")
        #expect(diagnosis.causes[0].machine == "pg3")
        #expect(diagnosis.causes[0].fix.map(\.at) == ["pg3", "pg1"])
        #expect(diagnosis.ruledOut == ["clone-name", "traced"])
        #expect(verdicts["named at pg1"] == .passed)
    }

    @Test func causesKeepTheirOrderAndOthersAreAlso() throws {
        let verdicts = try course.verdicts(healthy(but: LittleCourse.facts("pg2", host: "golden", trace: "bad luck")), ["named"])
        let diagnosis = try verdicts.diagnosis("named at pg2")
        #expect(diagnosis.causes.map(\.name) == ["clone-name", "traced"])
    }

    @Test func behindACauseThatStandsAloneNoneIsAsked() throws {
        let course = try LittleCourse(
            checks: LittleCourse.checks.replacing("- cause: clone-name\n", with: "- cause: clone-name\n      alone: true\n"))
        let both = try course.verdicts(healthy(but: LittleCourse.facts("pg2", host: "golden", trace: "bad luck")), ["named"])
        let alone = try both.diagnosis("named at pg2")
        #expect(alone.causes.map(\.name) == ["clone-name"])
        #expect(alone.ruledOut.isEmpty)
        // Where it does not hold, the others are.
        let other = try course.verdicts(healthy(but: LittleCourse.facts("pg2", host: "other", trace: "bad luck")), ["named"])
        let rest = try other.diagnosis("named at pg2")
        #expect(rest.causes.map(\.name) == ["traced"])
    }

    @Test func aCauseOnWhatWasNotObservedIsUndecided() throws {
        let verdicts = try course.verdicts(healthy(but: LittleCourse.facts("pg2", host: "other")), ["named"])
        let diagnosis = try verdicts.diagnosis("named at pg2")
        #expect(diagnosis.causes.isEmpty)
        #expect(diagnosis.undecided.map(\.name) == ["traced"])
        #expect(diagnosis.evidence?.rows == [[.text("other")]])
    }

    @Test func whatIsNeededBlocksAndTheRootIsNamed() throws {
        let verdicts = try course.verdicts(healthy(but: LittleCourse.facts("pg1", host: "golden")), checks)
        let root = Judgement.Subject(check: "named", machine: "pg1")
        #expect(verdicts["ids-differ at pg1"] == .blocked(by: root))
        #expect(verdicts["follows at pg2"] == .blocked(by: root))
        #expect(verdicts["ids-differ at pg2"] == .passed)
    }

    @Test func aStoppedMachineIsUnknownAndTheOthersAreJudged() throws {
        let off = MachineFacts.unreached("pg3", said: "Connection refused", seconds: 1, tables: course.catalog.facts.tables)
        let verdicts = try course.verdicts(healthy(but: off), checks)
        let reason = UnknownFact(machine: "pg3", fact: "host", reason: "Connection refused")
        #expect(verdicts["named at pg3"] == .unknown([reason]))
        #expect(verdicts["ids-differ at pg3"] == .unknown([reason]))
        let open = Verdict.unknown([UnknownFact(machine: "pg3", fact: "machine", reason: "it was not reached")])
        #expect(verdicts["ids-differ at pg1"] == open, "that nobody else has the id takes all")
        #expect(verdicts["all-ids"] == .unknown([UnknownFact(machine: "pg3", fact: "id", reason: "Connection refused")]))
        #expect(verdicts["follows at pg2"] == open)
    }

    @Test func whatIsSeenAmongThoseReachedStands() throws {
        let off = MachineFacts.unreached("pg3", said: "Connection refused", seconds: 1, tables: course.catalog.facts.tables)
        let verdicts = try course.verdicts(healthy(but: off, LittleCourse.facts("pg2", id: "pg1")), checks)
        #expect(verdicts["ids-differ at pg1"]?.word == .failed, "two that are seen have one id")
    }

    @Test func anUnknownFactNeverPassesAndNeverFails() throws {
        for table in ["host", "id"] {
            for machine in ["pg1", "pg2", "pg3"] {
                var facts = LittleCourse.facts(machine)
                facts.tables[table] = .unknown(reason: "no answer in 5 s")
                for (subject, verdict) in try course.verdicts(healthy(but: facts), checks) {
                    if case .failed = verdict { Issue.record("\(subject) failed for an unknown \(table) of \(machine)") }
                }
            }
        }
    }

    @Test func absentIsNotUnknown() throws {
        var facts = LittleCourse.facts("pg2")
        facts.tables["host"] = .rows([])
        let verdicts = try course.verdicts(healthy(but: facts), ["named"])
        #expect(verdicts["named at pg2"]?.word == .failed)
    }

    @Test func aFailureAsksForTheSecondLookAndAPassDoesNot() throws {
        #expect(course.judge.tables(for: ["named"]).map(\.name) == ["host"])
        #expect(Set(course.judge.tables(for: ["follows"]).map(\.name)) == ["host", "id"])
        let store = try course.judge.emptyStore()
        for machine in healthy(but: LittleCourse.facts("pg1", host: "golden")) { try store.load(machine) }
        let judgements = try course.judge.judge([Asked(step: "step", check: "named")], store: store)
        #expect(course.judge.diagnosingTables(for: judgements).map(\.name) == ["trace"])
        #expect(course.judge.diagnosingTables(for: judgements.filter { $0.verdict == .passed }).isEmpty)
    }
}

@Suite struct CheckLintTests {
    private func lint(_ replacements: (String, String)...) throws -> [String] {
        var text = LittleCourse.checks
        for (old, new) in replacements {
            #expect(text.contains(old))
            text = text.replacingOccurrences(of: old, with: new)
        }
        do {
            return try LittleCourse.catalog(text).lint(LittleCourse.situation.lab).map { complaint in
                var complaint = complaint
                complaint.place.file = "c.yaml"
                return complaint.description
            }
        } catch let complaint as Complaint {
            return [complaint.what]
        }
    }

    @Test func aGoodCatalogHasNothingToComplainAbout() throws { #expect(try lint() == []) }

    @Test func aMisspeltColumnIsFoundWithItsLine() throws {
        #expect(
            try lint(("SELECT name AS found FROM this_host", "SELECT nmae AS found FROM this_host")).first?.contains("no such column: nmae")
                == true)
    }

    @Test func aMisspeltTableIsFound() throws {
        #expect(try lint(("FROM this_trace", "FROM this_trase")).first?.contains("no such table: this_trase") == true)
    }

    @Test func aValueThatNoQueryGivesIsFound() throws {
        let found = try lint(("still called {{found}}", "still called {{fuond}}"))
        #expect(found.count == 1)
        #expect(found.first?.contains("there is no value 'fuond'") == true)
        #expect(found.first?.contains("'found'") == true)
    }

    @Test func passMustNotWaitForTheSecondLook() throws {
        let found = try lint(("pass: (SELECT count(DISTINCT value) FROM id) = 3", "pass: NOT EXISTS (SELECT 1 FROM trace)"))
        #expect(found.count == 1)
        #expect(found.first?.contains("looked at only after a failure") == true)
    }

    @Test func aRingOfNeedsIsFound() throws {
        let found = try lint(("  at: all\n  why: x\n  pass: EXISTS", "  at: all\n  needs: [ids-differ]\n  why: x\n  pass: EXISTS"))
        #expect(found.contains { $0.contains("these checks wait for each other") })
    }

    @Test func anUnknownNeedIsFoundWithTheNearestName() throws {
        #expect(try lint(("needs: [named]", "needs: [naemd]")).first?.contains("the nearest name is 'named'") == true)
    }

    /// What lint tells is not judged by those who never ran it: a check that is not there would count as passed, and a ring never ends.
    @Test(arguments: [
        ("needs: [named]", "needs: [naemd]", "there is no check 'naemd'"),
        (
            "  at: all\n  why: x\n  pass: EXISTS", "  at: all\n  needs: [ids-differ]\n  why: x\n  pass: EXISTS",
            "these checks wait for each other"
        ),
    ])
    func gapsKeepChecksFromBeingJudged(old: String, new: String, said: String) throws {
        let catalog = try LittleCourse.catalog(LittleCourse.checks.replacing(old, with: new))
        let error = #expect(throws: Complaint.self) { try Judge(catalog: catalog, situation: LittleCourse.situation) }
        #expect(error?.what.contains(said) == true)
    }

    @Test(arguments: ["DELETE FROM id", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "PRAGMA query_only = 0"])
    func aQueryThatIsNoQueryIsRefused(sql: String) throws {
        let store = try LittleCourse().judge.emptyStore()
        #expect(throws: QueryError.self) { try store.query(sql) }
    }
}
