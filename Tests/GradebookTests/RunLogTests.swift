import Database
import Foundation
import Reports
import Testing

@testable import Gradebook

@Suite struct RunLogTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "runlog-\(UUID().uuidString)")
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    private func header(_ store: String = "service=a") -> RunHeader {
        RunHeader(store: store, run: UUID(), lab: "x", started: start, steps: [ReportStep(name: "one", title: "One", weights: ["c": 2])])
    }

    private func student(_ name: String) -> PlacedStudent {
        PlacedStudent(
            position: 0,
            report: StudentReport(
                student: name, group: nil, step: nil, collected: Collected(kind: .live, at: start), warnings: [], machines: [], verdicts: []
            ))
    }

    @Test func aLogThatIsStillWrittenIsNobodyElses() throws {
        let log = try RunLog(beginning: header(), in: folder)
        try log.add(student("ada"))
        #expect(RunLog.leftBehind(in: folder, for: "service=a").isEmpty)
        withExtendedLifetime(log) {}
    }

    @Test func whatWasLeftBehindIsReadToItsLastWholeLine() throws {
        let header = header()
        var log: RunLog? = try RunLog(beginning: header, in: folder)
        try log?.add(student("ada"))
        try log?.add(student("bo"))
        let url = try #require(log?.url)
        log = nil
        let file = try FileHandle(forWritingTo: url)
        try file.seekToEnd()
        try file.write(contentsOf: Data(#"{"student":{"position":2,"rep"#.utf8))
        try file.close()
        let found = try #require(RunLog.leftBehind(in: folder, for: "service=a").first)
        #expect(found.header == header)
        #expect(found.students.map(\.report.student) == ["ada", "bo"])
        #expect(found.end == nil)
        #expect(RunLog.leftBehind(in: folder, for: "service=b").isEmpty)
    }

    @Test func aFileWithoutItsHeaderIsNoLog() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("{\"header\":{\"for".utf8).write(to: folder.appending(path: "torn.run"))
        #expect(RunLog.leftBehind(in: folder, for: "service=a").isEmpty)
    }

    @Test(arguments: [
        (#"{"a":"x\u0000y"}"#, #"{"a":"x\ufffdy"}"#), (#"{"a":"x\\u0000y"}"#, #"{"a":"x\\u0000y"}"#),
        (#"{"a":"\\\u0000"}"#, #"{"a":"\\\ufffd"}"#), ("{}", "{}"),
    ])
    func noNULReachesTheDatabase(json: String, clean: String) {
        #expect(RunSending.withoutNUL(json) == clean)
    }
}
