@testable import Display
import Foundation
import Testing

/// Whatever a machine sends, nothing but text reaches the terminal.
@Suite struct CleanerTests {
    @Test(arguments: [
        ("plain", "plain"), ("tab\tand\nline", "tab\tand\nline"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{7}after", "after"),
        ("\u{1B}]0;title\u{1B}\\after", "after"), ("\u{1B}Pdevice\u{1B}\\x", "x"), ("bell\u{7}s\u{0}n\u{8}", "bellsn"), ("\u{9B}2Jx", "x"),
        ("10%\r20%\r\ndone", "10%\n20%\ndone"), ("right\u{202E}left", "rightleft"), ("\u{1B}]open string\nnext", "\nnext"),
        ("\u{1B}(Bx", "x"), ("\u{7F}\u{85}x", "x"), ("grüße ✓ 漢字", "grüße ✓ 漢字"),
    ])
    func keepsTextAlone(raw: String, clean: String) {
        #expect(Cleaner.text(raw) == clean)
    }

    @Test func brokenUTF8IsReplaced() {
        var cleaner = Cleaner()
        #expect(cleaner.take([0x61, 0xFF, 0xFE, 0x62]) + cleaner.finish() == "a\u{FFFD}\u{FFFD}b")
        var cut = Cleaner()
        #expect(cut.take([0xE2, 0x9C]) == "")
        #expect(cut.take([0x93]) + cut.finish() == "✓")
        var unfinished = Cleaner()
        #expect(unfinished.take([0x61, 0xE2, 0x9C]) + unfinished.finish() == "a\u{FFFD}")
    }

    @Test func anyBytesInAnyPiecesGiveTheSameHarmlessText() {
        let pieces: [[UInt8]] =
            ["\u{1B}", "[", "]", "P", "\\", "\u{7}", "31m", "text", "\n", "\r", "\t", "✓", "\u{9B}", "\u{202E}", "é", ";"].map {
                Array($0.utf8)
            } + [[0xFF], [0xE2], [0x9C], [0xC3], [0x00], [0xF0, 0x9F]]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).flatMap { _ in pieces.randomElement(using: &generator)! }
            var whole = Cleaner()
            let expected = whole.take(bytes) + whole.finish()
            var parts = Cleaner()
            var rest = bytes[...]
            var collected = ""
            while !rest.isEmpty {
                let count = Int.random(in: 1...max(1, min(4, rest.count)), using: &generator)
                collected += parts.take(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            collected += parts.finish()
            #expect(collected == expected, "\(bytes)")
            for scalar in expected.unicodeScalars where scalar != "\n" && scalar != "\t" {
                let controls = (0x7F...0x9F).contains(scalar.value)
                let turnsAround = (0x202A...0x202E).contains(scalar.value)
                #expect(scalar.value >= 0x20, "\(bytes)")
                #expect(!controls, "\(bytes)")
                #expect(!turnsAround, "\(bytes)")
            }
        }
    }

    @Test func longTextIsCutAndSaysSo() {
        #expect(Cleaner.text(String(repeating: "x", count: 50), limit: 10) == "xxxxxxxxxx\n… (40 more characters left out)")
        #expect(Cleaner.line("a\nb\tc") == "a b c")
    }
}
