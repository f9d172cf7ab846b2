import Checks
import Course
import DataFiles
import Display
import Facts
import Foundation
import TestSupport
import Testing
import Walk

@testable import Pages
@testable import Terminal

/// Whatever is printed for a student: no word of it is broken at 80 or at 60 columns.
@Suite struct WholeWordsTests {
    private static let widths = [80, 60]
    private let plain = Palette(Terminal(isTerminal: false, hasColour: false))

    private func terminal(_ width: Int) -> Terminal { Terminal(isTerminal: false, hasColour: false, width: width) }

    private func situations() throws -> [Situation] {
        let lab = try ShippedCourse.lab
        let contacts = Dictionary(uniqueKeysWithValues: lab.machines.map { ($0.name, Contact(address: "192.0.2.111", user: "student")) })
        return lab.platforms.flatMap { platform in
            Environment.allCases.map { Situation(lab: lab, platform: platform, environment: $0, contacts: contacts) }
        }
    }

    private func expectWhole(_ markdown: String, _ width: Int, _ name: String) {
        let room = terminal(width).textWidth
        let lines = MarkdownText.render(markdown, palette: plain, width: room).components(separatedBy: "\n")
        let whole = MarkdownText.render(markdown, palette: plain, width: 100_000).components(separatedBy: "\n")
        let addresses = markdown.matches(of: /https?:[^)> ]*/).map { String($0.output) }
        // What stands between two fences.
        let typed = Set(markdown.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.flatMap { bare($0.element) })
        #expect(WholeWords.broken(in: lines, width: width, typed: typed, of: whole + addresses, cuts: true) == [], "\(name)")
    }

    /// The lines of a text without the blanks at their ends.
    private func bare(_ text: String) -> [String] {
        text.components(separatedBy: "\n").map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    }

    @Test(arguments: widths) func steps(width: Int) throws {
        var known: Set<String> = []
        for situation in try situations() {
            for step in situation.lab.steps {
                let texts =
                    [StepText.markdown(step, StepReader(situation)), UndoText(situation, passed: []).markdown(step)]
                    + step.hints.flatMap { HintText.parts(of: $0.render(situation.values)).filter { !$0.isTyped }.map(\.text) }
                for text in texts where known.insert(text).inserted { expectWhole(text, width, step.name) }
            }
        }
    }

    @Test(arguments: widths) func causes(width: Int) throws {
        let situation = try #require(try situations().first)
        let handbook = Handbook(catalog: try ShippedCourse.catalog, situation: situation)
        for name in handbook.names { expectWhole(try #require(handbook.page(of: name)), width, name) }
    }

    @Test(arguments: widths) func drills(width: Int) throws {
        let situation = try #require(try situations().first)
        for drill in situation.lab.drills {
            let texts = [drill.story.render(situation.values), StepText.tasks(situation.calls(of: drill.repair))]
            for text in texts + drill.hints.map({ $0.render(situation.values) }) { expectWhole(text, width, drill.name) }
        }
        let rows = situation.lab.drills.map {
            ["\(situation.lab.number(of: $0))", $0.title.render(situation.values), "repaired in 3 min 20 s"]
        }
        #expect(WholeWords.broken(in: Layout.table(rows, width: width - 1, indent: "  "), width: width, of: rows.flatMap { $0 }) == [])
    }

    /// Every table that was recorded: as many columns and as long words as machines have.
    @Test(arguments: widths) func factsTables(width: Int) throws {
        let walk = try RecordedWalk("acceptance-debian12", upTo: "acceptance")
        let store = try walk.judge.emptyStore()
        for facts in walk.recorded.machines { try store.load(facts) }
        let tables = walk.judge.catalog.facts.tables
        for table in tables {
            let rows = try store.rows(store.query("SELECT * FROM \"\(table.name)\""), this: nil, limit: 40)
            let whole = rows.columns + rows.rows.flatMap { $0.map { Cleaner.line($0.description) } } + ["(no row) … there are more rows"]
            let lines = VerdictText(terminal(width)).table(rows)
            #expect(WholeWords.broken(in: lines, width: width, of: whole, cuts: true) == [], "\(table.name)")
            #expect(lines.filter { Layout.width($0) > width } == [], "\(table.name)")
        }
        let list = tables.map { [$0.name, $0.about] }
        #expect(WholeWords.broken(in: Layout.table(list, width: width - 1), width: width, of: list.flatMap { $0 }) == [])
    }

    /// What `check` and `explain` say of every eighth fault that there is a fixture of: to judge all takes minutes.
    @Test(arguments: ShippedCourse.fixtureFiles) func verdicts(file: String) throws {
        for (number, prepared) in try ShippedCourse.cases(of: file).enumerated() where number % 8 == 0 {
            let judgements = try prepared.judgements().filter { $0.verdict != .passed }
            let fixes = judgements.flatMap { judgement -> [FoundFix] in
                guard case .failed(let diagnosis) = judgement.verdict else { return [] }
                return diagnosis.causes.flatMap(\.fix)
            }
            let typed = Set(fixes.flatMap { bare($0.run) })
            let whole = VerdictText(plain, width: 100_000)
            for width in Self.widths {
                let text = VerdictText(terminal(width))
                func expectWhole(_ page: (VerdictText) -> String) {
                    let (lines, all) = (page(text).components(separatedBy: "\n"), page(whole).components(separatedBy: "\n"))
                    let broken = WholeWords.broken(in: lines, width: width, typed: typed, of: all, cuts: true)
                    #expect(broken == [], "\(prepared.fixture.name)")
                }
                expectWhole { $0.list(judgements) }
                for judgement in judgements.prefix(3) { expectWhole { $0.explain(judgement, all: true) } }
            }
        }
    }
}
