import Checks
import Facts
import Foundation
import Journal
import Testing

@testable import Replay

@Suite struct ReplayTests {
    private func told(_ replay: Replay, _ index: Int) -> String {
        Scene.text(of: index, in: replay, for: .plain(80)).joined(separator: "\n")
    }

    @Test func verdictsAreJudgedAgainFromTheFacts() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let checks = replay.moments.indices.filter { replay.moments[$0].kind == .check }
        #expect(checks.count == 5)
        for index in checks {
            let outcome = replay.verdicts(at: index)
            #expect(outcome.differences.isEmpty)
            #expect(outcome.asThen.isEmpty)
            #expect(!outcome.judgements.isEmpty)
        }
        #expect(replay.verdicts(at: checks[0]).failed.map { $0.diagnosis.causes.first?.name } == [nil, "name-of-another"])
        #expect(told(replay, checks[2]).contains("The service on pg1 is inactive."))
    }

    @Test func newerChecksExplainOldWalksAndTheDifferenceIsSaid() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let other = walk.folder.appending(path: "other")
        try FileManager.default.copyItem(at: TinyWalk.fixture, to: other)
        let file = other.appending(path: "checks/tiny/all.yaml")
        var text = try String(contentsOf: file, encoding: .utf8)
        text.replace("WHERE active = 'inactive'", with: "WHERE active IN ('inactive', 'odd')")
        text.replace("- check: name-set", with: "- check: name-right")
        text.replace("needs: [name-set]", with: "needs: [name-right]")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let step = other.appending(path: "labs/tiny/steps/01-names.yaml")
        try String(contentsOf: step, encoding: .utf8).replacing("name-set", with: "name-right").write(
            to: step, atomically: true, encoding: .utf8)
        let shelf = TinyWalk.shelf
        let replay = try Replay(
            walk.file, shelf: .init(labs: other.appending(path: "labs"), checks: other.appending(path: "checks"), sandbox: shelf.sandbox))
        let checks = replay.moments.indices.filter { replay.moments[$0].kind == .check }
        #expect(
            replay.verdicts(at: checks[2]).differences.map(\.description) == [
                "service-runs at pg2: then failed (unexplained), now failed (service-stopped)"
            ])
        #expect(told(replay, checks[2]).contains("then failed (unexplained), now failed (service-stopped)"))
        // A check that is gone is shown as it was.
        #expect(told(replay, checks[0]).contains("is no longer part of this lab"))
        #expect(told(replay, checks[0]).contains("which is the name of pg1"))
    }

    @Test func factsThatWereNotRecordedMakeNoVerdictUnknown() throws {
        let walk = try TinyWalk()
        try walk.write { journal in
            try walk.note(journal, TinyWalk.opening)
            try journal.append(
                looks: [MachineFacts(machine: "pg1", reached: true, tables: ["hostname": .rows([[.text("pg1")]])])], closer: [])
            let record = Judgement(
                subject: .init(check: "service-runs", machine: "pg1"), step: "service", title: "It runs", why: "", verdict: .passed)
            try walk.note(journal, .check(step: "service", verdicts: [VerdictRecord(record)]))
        }
        let replay = try walk.replay()
        let outcome = replay.verdicts(at: 1)
        #expect(outcome.judgements.map(\.verdict) == [.passed])
        #expect(outcome.differences.isEmpty)
        #expect(outcome.asThen == ["Some verdicts are shown as they were judged then: this lab asks for facts that were not recorded."])
    }

    @Test func aWalkWithoutFactsIsShownAsItWasJudged() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        try walk.edit { text in
            text = text.split(separator: "\n").filter { !$0.contains("\"event\":{\"facts\"") }.joined(separator: "\n") + "\n"
        }
        let replay = try walk.replay()
        let check = try #require(replay.moments.indices.first { replay.moments[$0].kind == .check })
        #expect(told(replay, check).contains("pg2 is called pg1, which is the name of pg1."))
        #expect(told(replay, check).contains("has no facts"))
        #expect(replay.remarks.contains { $0.contains("was changed after it was written") })
    }

    @Test func tornTruncatedEditedAndForeignFiles() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let whole = try Data(contentsOf: walk.file)
        // Cut anywhere, it is replayed as far as it goes, or refused in words.
        for length in stride(from: 0, to: whole.count, by: 97) {
            try whole.prefix(length).write(to: walk.file)
            do {
                let replay = try walk.replay()
                let isTorn = whole[whole.startIndex + length - 1] != 10
                #expect(replay.remarks.contains { $0.contains("has no end") } == isTorn)
                for index in replay.moments.indices { #expect(!told(replay, index).isEmpty) }
            } catch let error as ReplayError {
                #expect(length < 300)
                #expect("\(error)".contains(walk.file.path))
            }
        }
        try whole.write(to: walk.file)
        try walk.edit { $0.replace("Access denied", with: "Access granted") }
        #expect(try walk.replay().remarks.contains { $0.contains("was changed after it was written, at line 9") })
        try whole.write(to: walk.file)
        try walk.edit { text in
            var lines = text.split(separator: "\n").map(String.init)
            lines[4] = "not an entry"
            lines.remove(at: 6)
            text = lines.joined(separator: "\n") + "\n"
        }
        let partial = try walk.replay()
        #expect(partial.remarks.contains { $0.contains("Line 5 of the journal cannot be read") })
        #expect(partial.remarks.contains { $0.contains("was changed") })
        #expect(partial.moments.contains { $0.kind == .other })
        // A fact that somebody changed, and the line's seal with it being wrong.
        try whole.write(to: walk.file)
        try walk.edit { $0.replace("\"model\"", with: "\"pg1\"") }
        let edited = try walk.replay()
        let check = try #require(edited.moments.indices.first { edited.moments[$0].kind == .check })
        #expect(told(edited, check).contains("the facts were changed after they were written"))

        for (content, says) in [
            ("", "Nothing is written"), ("{\"name\": 1}\n", "not one that lab writes"), ("hello\nworld\n", "not one that lab writes"),
            ("\u{0}\u{1}\u{2}", "Nothing is written"), (String(repeating: "x", count: 300) + "\n", "not one that lab writes"),
        ] {
            try content.write(to: walk.file, atomically: true, encoding: .utf8)
            let error = #expect(throws: (any Error).self) { try walk.replay() }
            #expect(error.map { "\($0)" }?.contains(says) == true, "\(content): \(error.map { "\($0)" } ?? "")")
        }
        #expect(throws: JournalError.self) { try Replay(walk.folder, shelf: TinyWalk.shelf) }
        #expect(throws: JournalError.self) { try Replay(walk.folder.appending(path: "none"), shelf: TinyWalk.shelf) }
    }

    @Test func randomDamageIsNeverACrash() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let whole = Array(try Data(contentsOf: walk.file))
        for _ in 0..<30 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8) { bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255) }
            try Data(bytes).write(to: walk.file)
            guard let replay = try? walk.replay() else { continue }
            for index in replay.moments.indices { #expect(!told(replay, index).contains("\u{1B}")) }
        }
    }

    @Test func namesOfAStrangersJournalCannotReachTheTerminal() throws {
        let evil = "x\u{1B}]0;owned\u{7}\u{1B}[2J\u{9B}1m\u{202E}"
        let walk = try TinyWalk()
        try walk.write { journal in
            let setting = WalkSetting(addresses: ["pg1": evil], users: ["pg1": evil], variables: [:], ssh: evil, program: evil)
            try walk.note(journal, .opened(lab: "tiny", platform: "debian12", environment: evil, setting: setting))
            let run = TaskRun(step: "names", task: 1, machine: evil, account: evil, command: evil)
            try walk.note(journal, .run(run, status: 0, output: evil))
            let record = Judgement(
                subject: .init(check: evil, machine: evil), step: evil, title: evil, why: "",
                verdict: .blocked(by: .init(check: evil, machine: evil)))
            try walk.note(journal, .check(step: evil, verdicts: [VerdictRecord(record)]))
            try walk.note(journal, .begin(run))
        }
        let replay = try walk.replay()
        #expect(replay.moments.count == 4)
        for index in replay.moments.indices {
            let text = told(replay, index)
            for bad in ["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}"] {
                #expect(!text.unicodeScalars.contains(bad.unicodeScalars.first!), "event \(index + 1)")
            }
        }
    }

    @Test func anotherLabIsRefused() throws {
        let walk = try TinyWalk()
        try walk.write { try walk.note($0, .opened(lab: "../../etc", platform: "debian12", environment: "own")) }
        #expect(throws: ReplayError.self) { try walk.replay() }
    }

    @Test func aTaskThatWasCutOffIsShownAsThat() throws {
        let walk = try TinyWalk()
        try walk.write { journal in
            try walk.note(journal, TinyWalk.opening)
            try walk.note(journal, .begin(TaskRun(step: "names", task: 1, machine: "pg1", account: "root", command: "sleep 100")))
        }
        let replay = try walk.replay()
        #expect(replay.moments.map(\.kind) == [.opened, .begin])
        #expect(told(replay, 1).contains("sleep 100"))
    }

    @Test func twoWalksAreCompared() throws {
        let first = try TinyWalk()
        try first.writeAll()
        let second = try TinyWalk()
        try second.write { journal in
            try second.note(journal, TinyWalk.opening)
            try second.note(journal, .step("names"))
            try second.check(journal, ["names"], names: ("pg1", "pg2"), services: ("active", "active"))
        }
        let comparison = try WalkComparison(try first.replay(), try second.replay())
        #expect(comparison.steps == ["names", "service"])
        #expect(comparison.left["names"]?.failed == 2)
        #expect(comparison.left["names"]?.causes == ["name-of-another": 1])
        #expect(comparison.left["names"]?.hints == 1)
        // The pause of more than an hour before the second step is not counted.
        #expect((comparison.left["names"]?.seconds ?? 9999) < 300)
        #expect(comparison.right["service"] == nil)
        let text = comparison.lines(.plain(80), names: ("a", "b")).joined(separator: "\n")
        #expect(text.contains("name-of-another"))
        #expect(text.contains("A took"))
    }
}
