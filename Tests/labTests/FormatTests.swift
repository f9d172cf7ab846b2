import Course
import DataFiles
import Facts
import Foundation
import Pages
import TestSupport
import Testing
import Workstation

@testable import Sandbox
@testable import lab

/// What programs read: keys that stay.
@Suite struct TableFormatTests {
    private static let complaints = [
        Complaint(Place(file: "labs/a b/lab.yaml", line: 3, column: 5), "unknown key 'x: 1,\n50%'", expected: "one of a, b", nearest: "a"),
        Complaint(Place(file: "/else/where.yaml", line: 1, column: 1), "this is empty"),
    ]

    @Test(arguments: LintFormat.allCases) func complaintsAreAsTheyWere(format: LintFormat) throws {
        try Snapshot.compare(try format.text(of: Self.complaints), "lint-\(format.rawValue)")
    }

    @Test func whatAWorkflowCommandWouldTakeForItsSignsIsEscaped() {
        let line = WorkflowCommand(Complaint(Place(file: "a,b:c.yaml", line: 2, column: 4), "100%")).line
        #expect(line == "::error file=a%2Cb%3Ac.yaml,line=2,col=4::100%25")
    }

    /// The properties that SARIF 2.1.0 requires of each of its objects that lab writes.
    @Test func theLogHasWhatSARIFRequires() throws {
        let text = try LintFormat.sarif.text(of: Self.complaints)
        let log = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "lab")
        let rules = try #require(driver["rules"] as? [[String: Any]])
        #expect(rules.allSatisfy { $0["id"] is String })
        #expect(run["columnKind"] as? String == "unicodeCodePoints")
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == Self.complaints.count)
        for result in results {
            #expect((result["message"] as? [String: Any])?["text"] is String)
            #expect(["none", "note", "warning", "error"].contains(result["level"] as? String))
            #expect(rules[try #require(result["ruleIndex"] as? Int)]["id"] as? String == result["ruleId"] as? String)
            let location = try #require((result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
            let uri = try #require((location["artifactLocation"] as? [String: Any])?["uri"] as? String)
            #expect(URL(string: uri) != nil && !uri.contains(" "))
            #expect((location["region"] as? [String: Int])?["startLine"] ?? 0 > 0)
        }
        #expect(try LintFormat.sarif.text(of: []).contains("\"results\" : []") || LintFormat.sarif.text(of: []).contains("\"results\" : ["))
    }

    @Test func findingsAreAsTheyWere() throws {
        let document = FindingsDocument([
            ("This computer", [Finding(.ready, "The course is there.")]),
            ("Your machines", [Finding(.remark, "None."), Finding(.missing, "podman", advice: "apt install podman")]),
        ])
        #expect(!document.ready)
        try Snapshot.compare(try document.json(), "doctor")
    }

    @Test func practiceMachinesAreAsTheyWere() throws {
        let machine = SandboxPlan.PlannedMachine(name: "pg1", address: "10.0.0.11", port: 22501, mac: "02:00:00:00:00:01")
        try Snapshot.compare(try SandboxDocument([(machine, .running)]).json(), "sandbox-status")
    }

    @Test func anAnswerIsAsItWas() throws {
        let rows = FactRows(
            columns: ["machine", "size", "lag", "on"],
            rows: [[.text("pg1"), .int(3), .real(0.5), .bool(true)], [.text("pg2"), .null, .real(.infinity), .bool(false)]], isCut: false)
        let answer = FactsPrompt.Answer(rows: rows, unknown: [UnknownFact(machine: "pg3", fact: "size", reason: "no answer")])
        try Snapshot.compare(try AnswerDocument(answer).json(), "answer")
    }

    @Test func theCourseIsListedWithItsNumbers() throws {
        let lab = try Lab.load(ShippedCourse.root.appending(path: "Tests/Fixtures/pair/labs/pair"))
        try Snapshot.compare(try LabsDocument([lab]).json(), "list")
        try Snapshot.compare(try DrillsDocument(lab.drills, of: lab).json(), "drills")
    }

    /// A step is named by its name or by its number in the course.
    @Test func aNumberIsAsGoodAsAName() throws {
        let lab = try Lab.load(ShippedCourse.root.appending(path: "Tests/Fixtures/pair/labs/pair"))
        for (index, step) in lab.steps.enumerated() {
            #expect(try lab.requiredStep("\(index + 1)").name == step.name)
            #expect(try lab.requiredStep(step.name).name == step.name)
        }
        for bad in ["0", "\(lab.steps.count + 1)", "-1", "nowhere"] {
            #expect(throws: (any Error).self) { try lab.requiredStep(bad) }
        }
    }
}
