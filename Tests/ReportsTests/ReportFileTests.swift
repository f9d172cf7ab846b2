import Checks
import Foundation
import Testing

@testable import Reports

@Suite struct ReportFileTests {
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    private func report() -> RunReport {
        let judgement = Judgement(subject: .init(check: "c", machine: "pg1"), step: "one", title: "t", why: "w", verdict: .passed)
        let student = StudentReport(
            student: "ada", group: "a", collected: Collected(kind: .bundle, at: start), warnings: ["shares pg1 with bob"], looks: [],
            judgements: [judgement])
        return RunReport(lab: "x", started: start, finished: start, isComplete: false, shard: "2/5", students: [student])
    }

    private func fault(_ text: String) throws -> ReportFileError.Fault {
        try #require(#expect(throws: ReportFileError.self) { try RunReport(json: Data(text.utf8), from: "f.json") }).fault
    }

    @Test func whatWasWrittenIsRead() throws {
        #expect(try RunReport(json: Data(report().json().utf8), from: "f.json") == report())
    }

    @Test func filesWithoutTheNewerKeysAreRead() throws {
        var json = try #require(try JSONSerialization.jsonObject(with: Data(report().json().utf8)) as? [String: Any])
        var student = try #require((json["students"] as? [[String: Any]])?.first)
        for key in ["group", "collected", "warnings"] { student[key] = nil }
        json["students"] = [student]
        for key in ["complete", "shard"] { json[key] = nil }
        let read = try RunReport(json: JSONSerialization.data(withJSONObject: json), from: "f.json")
        #expect(read.isComplete)
        #expect(read.shard == nil)
        #expect(read.students.first?.collected == Collected(kind: .live, at: start))
        #expect(read.students.first?.warnings == [])
    }

    @Test func aTornFileIsToldFromAForeignOne() throws {
        let text = try report().json()
        let torn = try fault(String(text.prefix(text.count / 2)))
        guard case .notJSON = torn else {
            Issue.record("a torn file: \(torn)")
            return
        }
        #expect(try fault("") == .empty)
        #expect(try fault(#"{"hello": 1}"#) == .foreign("'format' is missing"))
        #expect(try fault("[1]") == .foreign("it is not an object"))
        #expect(try fault(text.replacing("\"format\" : 1", with: "\"format\" : 2")) == .format(2))
        #expect(
            try fault(text.replacing("\"verdict\" : \"passed\"", with: "\"verdict\" : \"great\""))
                == .foreign("students.[0].verdicts.[0].verdict: 'great' is not a verdict"))
        let changed = try fault(text.replacing("\"verdict\" : \"passed\"", with: "\"verdict\" : \"failed\""))
        guard case .contradicts = changed else {
            Issue.record("a changed file: \(changed)")
            return
        }
    }

    @Test func aLineOfJSONForEachVerdict() throws {
        let lines = try report().rendered(as: .jsonl).split(separator: "\n")
        #expect(lines.count == 1)
        let line = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(line["student"] as? String == "ada")
        #expect(line["verdict"] as? String == "passed")
        #expect(line["complete"] as? Bool == false)
        #expect(line["blocked_by"] is NSNull)
    }
}
