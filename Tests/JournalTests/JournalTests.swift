import Checks
import Foundation
import TestSupport
import Testing

@testable import Journal

@Suite struct JournalTests {
    /// A journal's place in a folder that is not there yet.
    private func inFolder(_ body: (URL) throws -> Void) throws {
        try TemporaryFolder.with { try body($0.appending(path: "walks/walk.jsonl")) }
    }

    @Test func whatWasAppendedIsThereWhenOpenedAgain() throws {
        try inFolder { url in
            let run = TaskRun(step: "names", task: 1, machine: "pg1", account: "root", command: "true")
            let events: [Event] = [
                .opened(lab: "x", platform: "debian12", environment: "own"), .step("names"), .hint(step: "names", number: 2),
                .begin(run), .run(run, status: 0, output: "a\nb"), .note("über"), .passed(step: "names"),
            ]
            do {
                let journal = try Journal(url)
                for event in events { try journal.append(event) }
            }
            let again = try Journal(url)
            #expect(again.entries.map(\.event) == events)
            #expect(!again.droppedTornLine)
            let progress = Standing(again.entries)
            #expect(progress.current == "names")
            #expect(progress.passed == ["names"])
            #expect(progress.hints == ["names": 2])
            #expect(progress.interrupted == nil)
        }
    }

    @Test func aTornLastLineIsDroppedAtEveryLengthAndNothingElse() throws {
        try inFolder { url in
            do {
                let journal = try Journal(url)
                try journal.append(.step("names"))
                try journal.append(.step("trust"))
            }
            let whole = try Data(contentsOf: url)
            let first = whole.firstIndex(of: 10)! + 1
            for length in first + 1..<whole.count {
                try whole.prefix(length).write(to: url)
                let journal = try Journal(url)
                #expect(journal.entries.map(\.event) == [.step("names")])
                #expect(journal.droppedTornLine)
                try journal.append(.note("after"))
                let lines = try Data(contentsOf: url).split(separator: 10)
                #expect(lines.count == 2)
            }
        }
    }

    @Test func aSecondWriterIsKeptOutAndToldWhy() throws {
        try inFolder { url in
            let first = try Journal(url)
            #expect(throws: JournalError.inUse(path: url.path, pid: "\(getpid())")) { try Journal(url) }
            withExtendedLifetime(first) {}
        }
    }

    @Test func aDamagedLineIsSaidAndNothingIsChanged() throws {
        try inFolder { url in
            try Journal(url).append(.step("names"))
            let text = try "scribble\n" + String(contentsOf: url, encoding: .utf8)
            try text.write(to: url, atomically: true, encoding: .utf8)
            #expect(throws: JournalError.damaged(path: url.path, line: 1)) { try Journal(url) }
            #expect(try String(contentsOf: url, encoding: .utf8) == text)
        }
    }

    @Test func aFullDiskIsSaidAndLeavesNoHalfLine() throws {
        let full = URL(filePath: "/dev/full")
        guard FileManager.default.fileExists(atPath: full.path) else { return }
        try inFolder { url in
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(at: url, withDestinationURL: full)
            #expect(throws: JournalError.self) { try Journal(url).append(.step("names")) }
        }
    }

    @Test func aTaskWithoutItsEndIsRemembered() {
        let run = TaskRun(step: "names", task: 1, machine: "pg1", account: "root", command: "true")
        #expect(Standing([Entry(at: Date(), event: .begin(run))]).interrupted == run)
    }
}
