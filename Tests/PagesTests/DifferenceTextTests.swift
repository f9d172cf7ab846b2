import Course
import Display
import Facts
import Foundation
import TestSupport
import Testing
import Walk

@testable import Pages

/// Differences in words, with the shipped course's tables.
@Suite struct DifferenceTextTests {
    private let situation: Situation
    private let catalog: FactCatalog

    init() throws {
        let lab = try ShippedCourse.lab
        let contacts = Dictionary(uniqueKeysWithValues: lab.machines.map { ($0.name, Contact(address: "192.0.2.1", user: "student")) })
        situation = Situation(
            lab: lab, platform: try #require(lab.platform(named: "debian13")), environment: .own, contacts: contacts)
        catalog = try ShippedCourse.catalog.facts
    }

    /// A row of a table, with these columns and nothing in the others.
    private func row(_ table: String, _ values: [String: FactValue]) throws -> [FactValue] {
        try #require(catalog[table]).columns.map { values[$0.name] ?? .null }
    }

    private func setting(_ value: String, waits: Bool) throws -> MachineFacts {
        let row = try row("setting", ["name": .text("max_wal_senders"), "setting": .text(value), "pending_restart": .bool(waits)])
        return MachineFacts(
            machine: "pg2", reached: true, tables: ["setting": .rows([row, try self.row("setting", ["name": .text("x")])])])
    }

    private func text(_ told: ToldDifference, width: Int = 79, unicode: Bool = true) -> [String] {
        DifferenceText(
            Palette(Terminal(isTerminal: true, hasColour: false, hasUnicode: unicode, canRedraw: true, width: width)), situation,
            width: width
        ).tell(told, all: false).split(
            separator: "\n"
        ).map(String.init)
    }

    private func told(_ before: MachineFacts, _ after: MachineFacts, elsewhere: Bool = false) -> ToldDifference {
        let former = FormerFacts(
            what: "Since step postgresql-conf last passed", at: Date(), machines: [before], addresses: [:], isElsewhere: elsewhere)
        return ToldDifference(FactComparison([(before, after)], catalog: catalog), with: former)
    }

    @Test func aSettingIsASentenceWithTheStepThatTeachesIt() throws {
        let lines = text(told(try setting("10", waits: false), try setting("3", waits: true)))
        #expect(lines.first?.hasPrefix("Since step postgresql-conf last passed (") == true)
        #expect(
            lines.dropFirst().joined(separator: " ").replacing("      ", with: "")
                == "  pg2 setting max_wal_senders: 10 → 3; pending restart no → yes (taught in step postgresql-conf)")
        #expect(text(told(try setting("10", waits: false), try setting("3", waits: true)), unicode: false)[1].contains("10 -> 3"))
    }

    @Test func someoneElsesMachinesAreNoBefore() throws {
        let lines = text(told(try setting("10", waits: false), try setting("3", waits: false), elsewhere: true))
        #expect(lines[1].hasPrefix("  pg2 setting max_wal_senders: there 10, here 3"))
    }

    @Test func twoMachinesAreNamed() throws {
        let (one, other) = (try setting("10", waits: false), try setting("3", waits: false))
        let lines = text(ToldDifference(FactComparison([(one, other)], catalog: catalog), of: "pg1", with: "pg2"))
        #expect(lines[1].hasPrefix("  setting max_wal_senders: pg1 10, pg2 3"), "\(lines)")
    }

    @Test func nothingIsSaidAsNothingAndAGapAsAGap() throws {
        let facts = try setting("10", waits: false)
        #expect(text(told(facts, facts)).last?.contains("No difference, in all that was seen both times (1 tables of machines).") == true)
        let gone = MachineFacts(machine: "pg2", reached: false, said: "no route\u{1B}[2J to host")
        let lines = text(told(facts, gone))
        #expect(lines.contains { $0.contains("Not compared: pg2 (it was not reached: no route") })
        #expect(!lines.joined().contains("\u{1B}"))
        #expect(lines.contains { $0.contains("Nothing could be compared.") })
    }

    @Test(arguments: [80, 60, 40]) func noLineIsTooWide(_ width: Int) throws {
        let lines = text(
            told(try setting("10", waits: false), try setting(String(repeating: "word ", count: 60), waits: true)), width: width)
        #expect(lines.allSatisfy { Layout.width($0) <= width })
    }
}
