import Facts
import Foundation
import TestSupport
import Testing

@testable import Checks
@testable import Course
@testable import Reports

/// Each format of one report, word for word: a verdict of every kind, a cause with a repair, one that a person decides, one that is withheld.
@Suite struct SnapshotTests {
    private static let start = Date(timeIntervalSince1970: 1_795_600_800)

    private static func verdict(_ check: String, _ machine: String?, _ verdict: Verdict, step: String = "names") -> Judgement {
        Judgement(subject: .init(check: check, machine: machine), step: step, title: "\(check) as it should be", why: "w", verdict: verdict)
    }

    private static func cause(_ name: String, _ certainty: Cause.Certainty, fix: [FoundFix], withheld: String? = nil) -> FoundCause {
        FoundCause(
            name: name, certainty: certainty, machine: "pg2", because: "It is <\(name)> & so on.", fix: fix, withheld: withheld,
            step: "names", read: [])
    }

    private static let report: RunReport = {
        let repair = FoundFix(at: "pg2", account: .root, run: "echo one\necho two", why: "w", lost: "This costs a file.", decide: nil)
        let decision = FoundFix(at: "workstation", account: nil, run: "ls", why: nil, lost: nil, decide: "Which of these?")
        let failed = Diagnosis(
            causes: [
                cause("sure", .certain, fix: [repair]), cause("maybe", .likely, fix: [decision]),
                cause("kept", .certain, fix: [], withheld: "Not now."),
            ],
            ruledOut: ["other"])
        let seen = FactRows(columns: ["name", "value"], rows: [[.text("a|b"), .int(1)]], isCut: false)
        let ada = [
            verdict("reached", "pg1", .passed), verdict("named", "pg2", .failed(failed)),
            verdict("strange", "pg1", .failed(Diagnosis(evidence: seen)), step: "trust"),
            verdict("hidden", "pg3", .unknown([UnknownFact(machine: "pg3", fact: "host", reason: "no answer in 5 s")]), step: "trust"),
            verdict("later", nil, .blocked(by: .init(check: "named", machine: "pg2")), step: "trust"),
        ]
        func student(_ name: String, _ group: String?, _ judgements: [Judgement]) -> StudentReport {
            StudentReport(
                student: name, group: group, collected: Collected(kind: .live, at: start),
                looks: [MachineFacts(machine: "pg1", reached: true, seconds: 1.5)], judgements: judgements)
        }
        let bob = [verdict("reached", "pg1", .passed), verdict("named", "pg2", .passed), verdict("strange", "pg1", .passed, step: "trust")]
        return RunReport(
            lab: "cluster", className: "autumn", started: start, finished: start.addingTimeInterval(60),
            students: [student("ada", "evening", ada), student("bob", nil, bob)])
    }()

    private static let options = ReportOptions(
        width: 80, hasColour: false, hasUnicode: true, withCauses: true,
        steps: [ReportStep(name: "names", title: "Names"), ReportStep(name: "trust", title: "Trust")])

    @Test(arguments: ReportFormat.allCases) func aFormatIsAsItWas(format: ReportFormat) throws {
        try Snapshot.compare(Self.report.rendered(as: format, options: Self.options), "class.\(format.rawValue)")
    }
}
