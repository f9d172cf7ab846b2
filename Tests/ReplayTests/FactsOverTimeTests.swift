import Course
import Display
import Facts
import Foundation
import Journal
import Terminal
import Testing
import Walk

@testable import Replay

/// When something held in a walk, and what was seen over time.
@Suite struct FactsOverTimeTests {
    private func walk() throws -> TinyWalk {
        let walk = try TinyWalk()
        try walk.writeAll()
        return walk
    }

    @Test func aQueryIsAskedAtEachLookThatBroughtSomethingOfIt() throws {
        let replay = try walk().replay()
        let told = try replay.spells(of: "SELECT machine FROM service WHERE active = 'active'")
        #expect(told.looks == 5)
        #expect(told.spells.count == 1)
        let spell = try #require(told.spells.first)
        #expect(replay.moments[spell.from].kind == .check)
        #expect(spell.rows.rows == [[.text("pg1")], [.text("pg2")]])
        #expect(spell.end == nil)
    }

    @Test func whatBeganCanEndAndBeginAgain() throws {
        let replay = try walk().replay()
        let told = try replay.spells(of: "SELECT machine FROM service WHERE machine = 'pg2' AND active <> 'active'")
        #expect(told.spells.map { $0.end == nil } == [false, true])
        let lines = SpellsText(.plain(80), replay, in: try #require(TimeZone(identifier: "UTC"))).lines(told)
        #expect(
            lines.joined(separator: " ").hasPrefix(
                "Held from event 3 of step names (2026-11-25 10:01), seen no more at event 14 of step service (2026-11-25 11:"), "\(lines)")
    }

    @Test func putBackMachinesAreNoLongerWhatWasSeenOfThem() throws {
        let walk = try walk()
        try walk.write { journal in try walk.note(journal, .again(step: "names", undone: ["names", "service"])) }
        let reader = try JournalReader(walk.file)
        #expect(reader.lastSeen(upTo: reader.lines.count - 1).machines.isEmpty)
        #expect(reader.lastSeen(upTo: reader.lines.count - 2).machines.map(\.machine) == ["pg1", "pg2"])
    }

    /// What nobody could see has not gone on.
    @Test func aSpellEndsWhereNobodySaw() throws {
        let walk = try walk()
        try walk.write { journal in
            let unreached = ["pg1", "pg2"].map {
                MachineFacts(
                    machine: $0, reached: false, said: "no route",
                    tables: ["hostname": .unknown(reason: "no route"), "service": .unknown(reason: "no route")])
            }
            try journal.append(looks: unreached, closer: [], at: Date(timeIntervalSince1970: 1_795_700_000))
            try walk.note(journal, .note("gone"), after: 200_000)
        }
        let sql = "SELECT machine FROM hostname WHERE static = 'pg1'"
        let told = try walk.replay().spells(of: sql)
        let last = try #require(told.spells.last)
        if case .unknown = last.end {} else { Issue.record("\(told.spells)") }
        try walk.write { journal in
            try journal.append(
                looks: [TinyWalk.facts("pg1", name: "pg1", service: "x"), TinyWalk.facts("pg2", name: "pg2", service: "x")], closer: [],
                at: Date(timeIntervalSince1970: 1_796_000_000))
            try walk.note(journal, .again(step: "names", undone: []), after: 900_000)
        }
        let again = try walk.replay().spells(of: sql)
        if case .putBack = again.spells.last?.end {} else { Issue.record("\(again.spells)") }
    }

    @Test(arguments: ["SELECT 1", "SELECT nothing FROM service", "DELETE FROM service"])
    func aQueryThatCannotBeAnsweredIsRefused(_ sql: String) throws {
        let replay = try walk().replay()
        #expect(throws: (any Error).self) { try replay.spells(of: sql) }
    }

    @MainActor @Test func everyLookIsARowWithItsEvent() async throws {
        let replay = try walk().replay()
        let desk = replay.desk(at: replay.moments.count - 1, voice: Voice(.plain(80)))
        let answer = try await desk.answer("SELECT DISTINCT seen_event, active FROM service_over_time WHERE machine = 'pg2' ORDER BY 1")
        #expect(answer.rows.rows.map(\.last) == [.text("inactive"), .text("inactive"), .text("odd"), .text("active"), .text("inactive")])
        // Until a moment there is nothing of what came later.
        let first = try #require(replay.moments.firstIndex { $0.kind == .check })
        let early = try await replay.desk(at: first, voice: Voice(.plain(80))).answer("SELECT count(*) FROM service_over_time")
        #expect(early.rows.rows == [[.int(2)]])
    }

    @Test func whatStoodWhenAStepPassedIsFound() throws {
        let walk = try walk()
        let names = try FormerFacts(of: walk.file, step: "names")
        #expect(names.what == "Since step names last passed")
        let first = try FormerFacts(of: walk.file, step: nil)
        #expect(first.machines.map { $0.tables["service"] }.count == 2)
        #expect(throws: FormerFacts.Missing.self) { try FormerFacts(of: walk.file, step: "other") }
        #expect(throws: FormerFacts.Missing.self) { try FormerFacts(of: walk.folder.appending(path: "none"), step: nil) }
        try walk.edit { $0 = $0.replacing("\"inactive\"", with: "\"inactivo\"") }
        #expect(try !FormerFacts(of: walk.file, step: "names").isIntact)
    }

    @Test func anOpenDrillIsWhatItIsComparedWith() throws {
        let walk = try walk()
        try walk.write { journal in try walk.note(journal, .drill("stopped", blind: true)) }
        #expect(try FormerFacts(of: walk.file, step: nil).what == "Since the drill began")
    }

    @Test func aFileOfOneLookAndAJournalCanBeComparedWith() throws {
        let walk = try walk()
        let lab = try Lab.load(TinyWalk.shelf.labs.appending(path: "tiny"))
        let journal = try FormerFacts.reading(walk.file, named: "walk", of: lab, step: "names")
        #expect(journal.isElsewhere && journal.addresses["pg1"] == "10.0.0.11")
        let look = RecordedFacts(
            lab: "tiny", platform: "debian12", environment: "own", addresses: ["pg1": "10.0.0.1"],
            machines: [TinyWalk.facts("pg1", name: "pg1", service: "active")])
        let file = walk.folder.appending(path: "look.json")
        try look.json().write(to: file)
        #expect(try FormerFacts.reading(file, named: "look", of: lab, step: nil).machines == look.machines)
        var strange = look
        strange.machines[0].asked = 1e300
        try strange.json().write(to: file)
        #expect(try FormerFacts.reading(file, named: "look", of: lab, step: nil).at == Date(timeIntervalSince1970: 0))
        #expect(throws: FormerFacts.Missing.noJournal(file: "look")) {
            try FormerFacts.reading(file, named: "look", of: lab, step: "names")
        }
        try Data("nothing".utf8).write(to: file)
        #expect(throws: (any Error).self) { try FormerFacts.reading(file, named: "look", of: lab, step: nil) }
        var other = look
        other.lab = "else"
        try other.json().write(to: file)
        #expect(throws: FormerFacts.Missing.otherLab(file: "look", lab: "else")) {
            try FormerFacts.reading(file, named: "look", of: lab, step: nil)
        }
    }
}
