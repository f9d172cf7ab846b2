@testable import Display
import Testing

@Suite struct LayoutTests {
    @Test func widthCountsWhatIsSeen() {
        #expect(Layout.width("pg1") == 3)
        #expect(Layout.width("\u{1B}[31mpg1\u{1B}[0m") == 3)
        #expect(Layout.width("漢字") == 4)
        #expect(Layout.width("e\u{301}") == 1)
    }

    @Test(arguments: [20, 40, 60, 79, 120])
    func wrappedLinesFit(width: Int) {
        let text = Array(repeating: "one \u{1B}[1mtwo\u{1B}[0m three-and-more four", count: 12).joined(separator: " ")
        let lines = Layout.wrap(text, width: width, first: "- ", rest: "  ")
        #expect(lines.allSatisfy { Layout.width($0) <= width })
        let words = lines.joined(separator: " ").split(separator: " ").dropFirst().map(String.init)
        #expect(words == text.split(separator: " ").map(String.init), "nothing is lost")
    }

    @Test(arguments: [30, 40, 80])
    func tablesFit(width: Int) {
        let rows = [["pg1", String(repeating: "long ", count: 20), "x"], ["pg_witness", "short", String(repeating: "y", count: 50)]]
        #expect(Layout.table(rows, width: width).allSatisfy { Layout.width($0) <= width })
    }
}
