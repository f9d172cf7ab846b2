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

    /// Rows are broken at blanks; only a word that is longer than a row is cut, after a slash or a hyphen if it has one.
    @Test func aRowEndsBetweenWords() {
        #expect(Layout.fold("one two  three four", width: 10) == ["one two", "three four"])
        #expect(Layout.fold("    echo one two three", width: 14) == ["    echo one", "    two three"])
        #expect(Layout.fold("/var/lib/postgresql/15/main", width: 12) == ["/var/lib/", "postgresql/", "15/main"])
        #expect(Layout.fold(String(repeating: "x", count: 25), width: 10).map(\.count) == [10, 10, 5])
        #expect(Layout.fold("ls /var/lib/postgresql", width: 10, cutsWords: false) == ["ls", "/var/lib/postgresql"])
        #expect(Layout.fold("\u{1B}[1mone two\u{1B}[0m", width: 4) == ["\u{1B}[1mone\u{1B}[0m", "\u{1B}[1mtwo\u{1B}[0m"])
        #expect(
            Layout.narrow("  a fitting line\n  a line that does not fit", width: 20) == "  a fitting line\n  a line that does\n  not fit")
    }

    /// Headers and addresses stay whole; where they do not fit beside each other, a row is a list.
    @Test(arguments: [50, 60, 80]) func aTableBreaksNoWord(width: Int) {
        let heading = ["machine", "accounts", "address", "method", "configuration_parameter", "fingerprint", "about"]
        let fingerprint = "SHA256:47DEQpj8HBSa"
        let row = ["pg_witness", "postgres", "192.0.2.111/32", "scram-sha-256", "listen_addresses", fingerprint, "may come in from there"]
        let words = Set((heading + row).flatMap { $0.split(separator: " ") })
        for count in 2...heading.count {
            let lines = Layout.table([Array(row.prefix(count))], heading: Array(heading.prefix(count)), width: width)
            #expect(lines.allSatisfy { Layout.width($0) <= width })
            #expect(Set(lines.flatMap { $0.split(separator: " ") }).subtracting(words) == [], "\(count) columns")
        }
    }
}
