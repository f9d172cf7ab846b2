import Checks
import Facts
import Foundation
import Testing

@testable import Reports

@Suite struct ReportTests {
    private func judgement(_ check: String, _ machine: String?, _ verdict: Verdict, step: String) -> Judgement {
        Judgement(subject: .init(check: check, machine: machine), step: step, title: "t", why: "w", verdict: verdict)
    }

    @Test func theFirstStepThatDidNotPassIsTheStudentsStep() {
        let passed = judgement("a", "pg1", .passed, step: "one")
        let unknown = judgement("b", "pg1", .unknown([UnknownFact(machine: "pg1", fact: "f", reason: "r")]), step: "two")
        let failed = judgement("c", nil, .failed(Diagnosis()), step: "three")
        #expect(StudentReport(student: "me", looks: [], judgements: [passed, unknown, failed]).step == "two")
        #expect(StudentReport(student: "me", looks: [], judgements: [passed]).step == nil)
    }

    @Test func theJSONHasEveryKeyAndNullsWhereThereIsNothing() throws {
        let blocked = judgement("c", nil, .blocked(by: .init(check: "a", machine: "pg2")), step: "one")
        let look = MachineFacts(machine: "pg1", reached: false, said: "refused", seconds: 0.12345)
        let report = RunReport(
            lab: "x", started: Date(timeIntervalSince1970: 0), finished: Date(timeIntervalSince1970: 1),
            students: [StudentReport(student: "me", looks: [look], judgements: [blocked])], counts: VerdictCounts([blocked]))
        let json = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        let student = (json?["students"] as? [[String: Any]])?.first
        let verdict = (student?["verdicts"] as? [[String: Any]])?.first
        #expect(verdict?["machine"] is NSNull)
        #expect((verdict?["blocked_by"] as? [String: Any])?["machine"] as? String == "pg2")
        #expect((json?["counts"] as? [String: Int]) == ["passed": 0, "failed": 0, "blocked": 1, "unknown": 0])
        #expect(((student?["machines"] as? [[String: Any]])?.first?["seconds"] as? Double) == 0.123)
    }

    @Test(arguments: [
        ([Verdict.passed], 0), ([.passed, .failed(Diagnosis())], 1), ([.blocked(by: .init(check: "x", machine: nil))], 1),
        ([.unknown([])], 3), ([.unknown([]), .failed(Diagnosis())], 1), ([], 0),
    ])
    func exitStatus(verdicts: [Verdict], status: Int) {
        #expect(VerdictCounts(verdicts.map { judgement("c", nil, $0, step: "s") }).exitStatus == Int32(status))
    }
}
