import Display
import Foundation
import TestSupport
import Testing

@testable import Replay

@Suite struct ScreenTests {
    private static let sizes = [(80, 24), (60, 20)]

    @Test(arguments: sizes) func forthAndBackShowsTheSame(width: Int, rows: Int) throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let count = replay.moments.count
        #expect(count == 17)
        var player = ReplayPlayer(replay, terminal: .plain(width), rows: rows, zone: .gmt)
        var forth = [player.screen()]
        for _ in 1..<count {
            #expect(player.press(.right) == .stay)
            forth.append(player.screen())
        }
        var back = [player.screen()]
        for _ in 1..<count {
            _ = player.press(.left)
            back.append(player.screen())
        }
        #expect(Array(back.reversed()) == forth)
        // A second replay that has judged nothing yet shows it too.
        var again = ReplayPlayer(try walk.replay(), at: count - 1, terminal: .plain(width), rows: rows, zone: .gmt)
        #expect(again.screen() == forth[count - 1])
        _ = again.press(.home)
        #expect(again.screen() == forth[0])
        for screen in forth {
            #expect(screen.count == rows)
            for line in screen { #expect(Layout.width(line) <= width, "\(line)") }
        }
        try Snapshot.compare(
            forth.map { $0.joined(separator: "\n") }.joined(separator: "\n\(String(repeating: "=", count: width))\n"),
            "screens-\(width)x\(rows)")
    }

    @Test func whatIsLongerThanTheScreenIsSeenPageByPage() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let long = try #require(replay.moments.indices.first { Scene.text(of: $0, in: replay, for: .plain(60)).contains("line 40") })
        var player = ReplayPlayer(replay, at: long, terminal: .plain(60), rows: 20)
        var seen: Set<String> = []
        var pages = 0
        while player.index == long {
            seen.formUnion(player.screen())
            pages += 1
            _ = player.press(.enter)
        }
        #expect(pages == 4)
        #expect((1...40).allSatisfy { seen.contains("line \($0)") })
        _ = player.press(.left)
        #expect(player.screen().contains { $0.contains("more lines: Space") })
    }

    /// As a terminal has it that breaks lines at its edge: what is copied of two rows is one line.
    @Test func aCommandThatIsTooWideIsDrawnAsOneLine() throws {
        let frame = ReplayFrame(.plain(20), rows: 24)
        let command = "echo 'a long command in three rows' | tee /tmp/it"
        let rows = frame.fitted([SceneLine(text: command), SceneLine(text: "and what it has printed", isOutput: true)])
        #expect(rows.map(\.goesOn) == [true, true, false, false, false])
        #expect(rows.prefix(3).map(\.text).joined() == command)
        #expect(rows.suffix(2).map(\.text) == ["and what it has", "printed"])
        #expect(frame.drawing(rows).contains(command + "\u{1B}[K\r\nand what it has\u{1B}[K\r\n"))
        // Nothing is erased behind the last column, where the cursor has not left the letter.
        let full = String(repeating: "x", count: 20)
        #expect(frame.drawing([ReplayRow(text: full), ReplayRow(text: "")]) == "\u{1B}[H\(full)\r\n\u{1B}[J")
    }

    @Test func numbersAndTextsLeadToSteps() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        var player = ReplayPlayer(replay, terminal: .plain(80), rows: 24)
        func press(_ text: String) { for letter in text { _ = player.press(letter == "\n" ? .enter : .letter(letter)) } }
        press("2\n")
        #expect(replay.moments[player.index].kind == .step)
        #expect(replay.step(of: replay.moments[player.index])?.name == "service")
        press("3g")
        #expect(player.index == 2)
        press("/ACCESS DENIED\n")
        #expect(player.screen().contains { $0.contains("Access denied") })
        press("/nothing like it\n")
        #expect(player.screen().last?.contains("was not found") == true)
        press("99\n")
        #expect(player.screen().last?.contains("numbers 1 to 2") == true)
        press("0g")
        #expect(player.screen().last?.contains("events 1 to 17") == true)
        press("?")
        #expect(player.screen().contains { $0.contains("Page Up") })
        press("x")
        #expect(!player.screen().contains { $0.contains("Page Up") })
        #expect(player.press(.letter("v")) == .facts)
        #expect(player.press(.letter("q")) == .leave)
    }

    @Test func theAutomaticModeGoesToTheEndAndStops() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        var player = ReplayPlayer(try walk.replay(), terminal: .plain(80), rows: 24)
        _ = player.press(.letter("a"))
        #expect(player.isAutomatic)
        #expect(player.pause >= 1.5)
        #expect(player.pause <= 6)
        _ = player.press(.letter("+"))
        #expect(player.isAutomatic)
        #expect(player.pause <= 3)
        for _ in 0..<60 { player.tick() }
        #expect(player.index == 16)
        #expect(!player.isAutomatic)
    }

    @Test func keysAreFoundHoweverTheyAreCut() {
        let bytes = Array("\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[1~\u{1B}[Fäq\r\u{7F}\u{3}\u{1B}[200~".utf8)
        let keys: [Key] = [.up, .down, .pageUp, .home, .end, .letter("ä"), .letter("q"), .enter, .backspace, .leave]
        for cut in 0...bytes.count {
            var parser = KeyParser()
            #expect(parser.take(bytes[..<cut]) + parser.take(bytes[cut...]) == keys, "cut at \(cut)")
        }
        var parser = KeyParser()
        #expect(parser.take([0x1B]) == [])
        #expect(parser.isWaiting)
        #expect(parser.finish() == [.escape])
        #expect(!parser.isWaiting)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var parser = KeyParser()
            _ = parser.take((0..<Int.random(in: 0...40)).map { _ in UInt8.random(in: 0...255, using: &random) })
            _ = parser.finish()
        }
    }
}
