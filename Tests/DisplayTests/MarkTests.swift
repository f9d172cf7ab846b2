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
}
