import Checks
@testable import Classroom
@testable import Course
import DataFiles
import Facts
import Foundation
import Machines
import Synchronization
import TestSupport
import Testing
@testable import Classroom
@testable import Walk

/// What many students share: stores that are used again, and turns.
@Suite struct ClassRoundTests {
    /// One student's facts leave nothing behind for the next, in whatever order they come.
    @Test func aStoreThatIsUsedAgainGivesTheSameVerdicts() throws {
        let finished = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        let other = try RecordedWalk("acceptance-rocky9", upTo: "acceptance")
        let faulty = try finished.changed("pg3", "password_file", "mode", to: .text("644"))
        let silent = finished.recorded.machines.map {
            MachineFacts.unreached($0.machine, said: "no answer in 12 s", seconds: 12, tables: finished.judge.catalog.facts.tables)
        }
        let few = finished.recorded.machines.prefix(1).map { facts in
            var facts = facts
            facts.tables = facts.tables.filter { $0.key == "hostname" }
            return facts
        }
        let cases: [(judge: Judge, wanted: [Asked], facts: [MachineFacts])] = [
            (finished.judge, finished.wanted, finished.recorded.machines), (finished.judge, finished.wanted, few),
            (finished.judge.judging(other.judge.situation), other.wanted, other.recorded.machines),
            (finished.judge, finished.wanted, faulty),
            (finished.judge, finished.wanted, silent), (finished.judge, finished.wanted, finished.recorded.machines),
        ]
        let rooms = StorePool()
        for one in cases {
            let store = try one.judge.emptyStore()
            for facts in one.facts { try store.load(facts) }
            let fresh = try one.judge.judge(one.wanted, store: store)
            #expect(try rooms.judge(one.wanted, by: one.judge, facts: one.facts) == fresh)
        }
    }

    private final class Count: Sendable {
        let state = Mutex((now: 0, most: 0))
    }

    @Test func noMoreThanTheTurnsAreTakenAtOnce() async throws {
        let turns = Turns(3)
        let count = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await turns.take()
                    count.state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    try await Task.sleep(for: .milliseconds(3))
                    count.state.withLock { $0.now -= 1 }
                    turns.give()
                }
            }
            try await group.waitForAll()
        }
        #expect(count.state.withLock { $0.most } == 3)
        #expect(count.state.withLock { $0.now } == 0)
    }

    @Test func whoIsCancelledWhileWaitingTakesNoTurn() async throws {
        let turns = Turns(1)
        try await turns.take()
        let waiting = (0..<20).map { _ in Task { try await turns.take() } }
        waiting.forEach { $0.cancel() }
        for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
        turns.give()
        try await turns.take()
        turns.give()
    }

    /// One bundle that does not fit is refused when it is read, so that nobody else's verdicts, report or gradebook meet it.
    @Test(arguments: [
        ("\"seconds\" : 1,", "\"seconds\" : 1e308,"), ("\"seconds\" : 1,", "\"seconds\" : -1,"),
        ("\"seconds\" : 1,", "\"seconds\" : 100000,"),
        ("\"asked\" : 1700000000,", "\"asked\" : -1e300,"), ("\"asked\" : 1700000000,", "\"asked\" : 4e18,"),
        ("\"asked\" : 1700000000,", "\"asked\" : 1,"),
        ("\"collected\" : \"2023-11-14T22:13:20Z\"", "\"collected\" : \"0000-06-01T00:00:00Z\""),
        ("\"collected\" : \"2023-11-14T22:13:20Z\"", "\"collected\" : \"9999-06-01T00:00:00Z\""),
        ("\"student\" : \"ada\"", "\"student\" : \"=ada\""), ("\"machine\" : \"pg2\"", "\"machine\" : \"pg1\""),
    ])
    func aBundleThatDoesNotFitIsRefusedWhenItIsRead(old: String, new: String) throws {
        let machines = ["pg1", "pg2"].map { MachineFacts(machine: $0, reached: true, asked: 1_700_000_000, seconds: 1) }
        let facts = RecordedFacts(lab: "x", platform: "debian12", environment: "own", addresses: [:], machines: machines)
        let bundle = FactBundle(
            student: "ada", collected: Date(timeIntervalSince1970: 1_700_000_000), variables: [:], users: [:], facts: facts)
        let good = String(decoding: try bundle.json(), as: UTF8.self)
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).labbundle")
        defer { try? FileManager.default.removeItem(at: url) }
        try good.write(to: url, atomically: true, encoding: .utf8)
        #expect(throws: Never.self) { try FactBundle(reading: url) }
        let bad = good.replacing(old, with: new)
        #expect(bad != good)
        try bad.write(to: url, atomically: true, encoding: .utf8)
        #expect(throws: FactBundle.Unusable.self) { try FactBundle(reading: url) }
    }

    @Test func aStateFolderThatCannotBeWrittenStopsNoLook() throws {
        let walk = try RecordedWalk("trust-done", upTo: "trust")
        let bundle = FactBundle(student: "ada", collected: Date(), variables: [:], users: [:], facts: walk.recorded)
        let file = URL(filePath: "/proc/nowhere/ssh/own.conf")
        _ = try Student(
            lab: walk.lab, checks: walk.judge.catalog, inventory: bundle.inventory, dialogue: .silent, sshConfiguration: file,
            program: "lab")
        let told = try #require(throws: FileFault.self) { try bundle.inventory.writeSSHConfiguration(to: file) }.description
        #expect(told.hasPrefix("/proc/nowhere/ssh cannot be made: "), "\(told)")
        #expect(!told.contains("NSCocoa"), "\(told)")
        #expect(!told.contains(".."), "\(told)")
    }

    @Test func aBundleThroughALinkIsBoundToo() throws {
        try TemporaryFolder.with { folder in
            let large = folder.appending(path: "large"), link = folder.appending(path: "link.labbundle")
            #expect(FileManager.default.createFile(atPath: large.path, contents: nil))
            let file = try FileHandle(forWritingTo: large)
            try file.truncate(atOffset: UInt64(FactBundle.largestFile) + 1)
            try file.close()
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: large)
            #expect(throws: FactBundle.Unusable(file: link.relativePath, why: "it is larger than 64 MiB")) { try FactBundle(reading: link) }
        }
    }

    @Test func aBundleHasNoSecretsAndComesBackTheSame() throws {
        let walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        var recorded = walk.recorded
        recorded.machines[1].tables["hostname"] = .rows([[.text("pg2"), .text("host=pg1 password=hunter2"), .null]])
        let (clean, masked) = recorded.machines.map(RawFacts.init).masked
        recorded.machines = clean
        let bundle = FactBundle(
            student: "Ada L.", collected: Date(timeIntervalSince1970: 1e9), variables: ["pg_major": "15"], users: ["pg1": "student"],
            facts: recorded)
        #expect(masked.contains { $0.machine == "pg2" && $0.table == "hostname" && $0.count == 1 })
        let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).labbundle")
        defer { try? FileManager.default.removeItem(at: url) }
        try bundle.json().write(to: url)
        #expect(try !String(contentsOf: url, encoding: .utf8).contains("hunter2"))
        let read = try FactBundle(reading: url)
        #expect(read.student == "Ada L.")
        #expect(read.collected == Date(timeIntervalSince1970: 1e9))
        #expect(read.facts == bundle.facts)
        // What is taken out of honest facts changes no verdict.
        let kept = walk.recorded.machines.map { RawFacts($0).masked.facts.fitting(walk.judge.catalog.facts) }
        let judgements = try StorePool().judge(walk.wanted, by: walk.judge, facts: kept)
        for judgement in judgements { #expect(judgement.verdict == .passed, "\(judgement.subject): \(judgement.verdict)") }
    }
}
