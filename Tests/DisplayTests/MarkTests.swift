@testable import Display
import Testing

@Suite struct MarkTests {
    @Test func marksAreToldApartWithoutColour() {
        let plain = Palette(Terminal(isTerminal: false, hasColour: false, hasUnicode: false))
        for marks in [Mark.allCases.map(plain.mark), Mark.allCases.map(plain.letter)] {
            #expect(Set(marks).count == Mark.allCases.count)
            #expect(marks.allSatisfy { $0.allSatisfy(\.isASCII) })
            #expect(Set(marks.map(\.count)).count == 1)
        }
    }

    @Test func aScreenReaderGetsWordsAndNothingThatMoves() {
        let wishes = ["ACCESSIBLE": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color", "LANG": "C.UTF-8"]
        let plain = Terminal(environment: wishes, isTerminal: true, noColour: false)
        #expect(!plain.hasColour && !plain.hasUnicode && !plain.canRedraw)
        #expect(Palette(plain).mark(.failed) == Mark.failed.word)
        let usual = Terminal(environment: wishes.merging(["ACCESSIBLE": "0"]) { $1 }, isTerminal: true, noColour: false)
        #expect(usual.hasColour && usual.hasUnicode && usual.canRedraw)
    }
}
