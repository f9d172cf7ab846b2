import Course
import Display
import Foundation
import TestSupport
import Testing

@testable import Replay

/// The screens of the shipped recordings at 80 and at 60 columns: no word is broken that has room in a row.
@Suite struct WholeWordsTests {
    private func open(_ name: String) throws -> Replay {
        let root = ShippedCourse.root
        return try Replay(
            root.appending(path: "labs/postgresql-cluster/recordings/\(name).jsonl"),
            shelf: Shelf(
                labs: root.appending(path: "labs"), checks: root.appending(path: "checks"), sandbox: root.appending(path: "sandbox")))
    }

    @Test(arguments: ["course", "drills"]) func screens(name: String) throws {
        let replay = try open(name)
        let master = QuizMaster(replay)
        for index in replay.moments.indices {
            for width in [80, 60] {
                let terminal = Terminal.plain(width)
                let lines = Scene.lines(of: index, in: replay, for: terminal)
                let rows = ReplayFrame(terminal, rows: 24).fitted(lines)
                #expect(rows.allSatisfy { Layout.width($0.text) <= width })
                // As they are copied: what the terminal breaks is one line to it.
                let copied = rows.reduce(into: [(text: String, goesOn: Bool)]()) { copied, row in
                    if copied.last?.goesOn == true {
                        copied[copied.count - 1] = (copied[copied.count - 1].text + row.text, row.goesOn)
                    } else {
                        copied.append((row.text, row.goesOn))
                    }
                }
                let typed = lines.filter { !$0.isOutput }.map(\.text)
                #expect(Set(copied.map(\.text)).isSuperset(of: typed), "\(name), event \(index + 1)")
                let printed = lines.filter(\.isOutput).flatMap { ReplayFrame(terminal, rows: 24).fitted([$0]) }.map(\.text)
                #expect(
                    WholeWords.broken(in: printed, width: width, of: lines.filter(\.isOutput).map(\.text), cuts: true) == [],
                    "\(name), event \(index + 1)")
                for question in master.questions(at: index) {
                    var player = ReplayPlayer(replay, at: index, quiz: Quiz(), terminal: terminal, rows: 100)
                    let texts = [question.asks] + question.choices
                    guard player.question == question else { continue }
                    // Below the heading and what a quiz is.
                    let asked = player.screen().dropFirst(3).drop { !$0.isEmpty }.dropFirst().prefix { !$0.isEmpty }
                    #expect(WholeWords.broken(in: Array(asked), width: width, of: texts + ["1 2 3 4"]) == [])
                    _ = player.press(.letter("s"))
                }
            }
        }
    }

    @Test(arguments: [80, 60]) func keysStepsAndScore(width: Int) throws {
        let replay = try open("course")
        for key in ["?", "s", "r"] as [Character] {
            func shown(_ width: Int) -> [String] {
                var player = ReplayPlayer(replay, quiz: Quiz(), terminal: .plain(width), rows: 60, zone: .gmt)
                _ = player.press(.letter("s"))
                _ = player.press(.letter(key))
                return Array(player.screen().dropFirst(3).dropLast())
            }
            #expect(WholeWords.broken(in: shown(width), width: width, of: shown(101)) == [])
        }
    }
}
