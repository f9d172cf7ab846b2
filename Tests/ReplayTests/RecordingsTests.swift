import Course
import Foundation
import Testing

@testable import Replay

@Suite struct RecordingsTests {
    /// A state folder in which walks were last written so many seconds ago, by name.
    private func state(_ walk: TinyWalk, _ ages: [(name: String, age: Double)]) throws -> URL {
        let state = walk.folder.appending(path: "state")
        let walks = state.appending(path: "walks")
        try FileManager.default.createDirectory(at: walks, withIntermediateDirectories: true)
        for (name, age) in ages {
            let file = walks.appending(path: "\(name).jsonl")
            try FileManager.default.copyItem(at: walk.file, to: file)
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.path)
        }
        return state
    }

    @Test func yourWalkIsTheOneLastWritten() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let state = try state(walk, [("tiny-cloud", 500), ("tiny-own", 5), ("tiny-sandbox", 50), ("other-own", 1)])
        let recordings = Recordings(shelf: TinyWalk.shelf, lab: "tiny", state: state)
        #expect(recordings.own.map(\.name) == ["tiny-own", "tiny-sandbox", "tiny-cloud"])
        #expect(try recordings.find(nil).name == "tiny-own")
    }

    @Test func aWalkWithoutChecksIsPassedOver() throws {
        let walk = try TinyWalk()
        try walk.write { try walk.note($0, TinyWalk.opening) }
        let state = try state(walk, [("tiny-own", 5)])
        let none = Recordings(shelf: TinyWalk.shelf, lab: "tiny", state: state)
        #expect(throws: ReplayError.nothing) { try none.find(nil) }
        try FileManager.default.removeItem(at: walk.file)
        try walk.writeAll()
        try FileManager.default.copyItem(at: walk.file, to: state.appending(path: "walks/tiny-sandbox.jsonl"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -500)], ofItemAtPath: state.appending(path: "walks/tiny-sandbox.jsonl").path)
        #expect(try Recordings(shelf: TinyWalk.shelf, lab: "tiny", state: state).find(nil).name == "tiny-sandbox")
    }

    @Test func whatIsCalledOtherwiseIsToldWithTheNearestName() throws {
        let labs = TinyWalk.fixture.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let shelf = Shelf(labs: labs.appending(path: "labs"), checks: labs.appending(path: "checks"), sandbox: labs)
        let recordings = Recordings(shelf: shelf, lab: nil, state: FileManager.default.temporaryDirectory.appending(path: "nowhere"))
        #expect(throws: ReplayError.noRecording("cuorse", hint: " Did you mean 'course'?")) { try recordings.find("cuorse") }
        #expect(throws: ReplayError.noRecording("xxxxxx", hint: "")) { try recordings.find("xxxxxx") }
    }

    @Test(
        arguments: [("a/walk.cast", .cast), ("walk.md", .markdown), ("walk.html", .page), ("walk.txt", nil), ("html", nil)]
            as [(String, ReplayExport?)])
    func theEndingSaysWhatItWillBe(path: String, form: ReplayExport?) { #expect(ReplayExport(path: path) == form) }
}
