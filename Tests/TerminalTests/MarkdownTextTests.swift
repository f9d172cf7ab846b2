import Terminal
@testable import Display
import Testing

@Suite struct MarkdownTextTests {
    private let plain = Palette(Terminal(isTerminal: false, hasColour: false))
    private let coloured = Palette(Terminal(isTerminal: true, hasColour: true))

    static let document = """
        # Title

        Some *emphasis*, some **strength** and `code` in a paragraph that is long enough to be broken.

        - one
        - two
          with more

        1. first
        2. second

        | a | b |
        |---|---|
        | pg1 | the primary, which takes writes and is described at length |

        ```
        sudo   systemctl start x

        echo done
        ```

        > quoted

        [a page](https://example.org/)
        """

    @Test func rendersEverythingWithoutColour() {
        let text = MarkdownText.render(Self.document, palette: plain, width: 40)
        #expect(
            text == """
                Title

                Some emphasis, some strength and code in
                a paragraph that is long enough to be
                broken.

                - one
                - two with more

                1. first
                2. second

                  a    b
                  pg1  the primary, which takes writes
                       and is described at length

                sudo   systemctl start x

                echo done

                | quoted

                a page (https://example.org/)
                """)
    }

    @Test(arguments: [40, 60, 80, 120])
    func linesFitAndCodeIsLeftAlone(width: Int) {
        let text = MarkdownText.render(Self.document, palette: coloured, width: width)
        #expect(text.split(separator: "\n").allSatisfy { Layout.width(String($0)) <= width })
        #expect(text.contains("sudo   systemctl start x"))
        #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    }

    /// Whoever copies it from the screen gets what was written: a here-document ends only at a line that is its word and nothing else.
    @Test(arguments: ["", "> ", "- "]) func whatIsTypedStandsAtTheLeftEdge(container: String) {
        let commands = ["cat >> /etc/hosts <<'END'", "10.0.0.1  pg1", "END"]
        let rest = container == "- " ? "  " : container
        let fenced = (["```"] + commands + ["```"]).enumerated().map { ($0 == 0 ? container : rest) + $1 }
        let text = MarkdownText.render(fenced.joined(separator: "\n"), palette: plain, width: 20)
        for line in commands { #expect(text.split(separator: "\n").contains(Substring(line)), "\(text)") }
    }

    @Test func whatOnlyShowsSomethingIsIndented() {
        let text = MarkdownText.render("```text\nit prints\n```\n\n    indented", palette: plain, width: 40)
        #expect(text == "    it prints\n\n    indented")
    }

    /// The handbook of all causes is as long as that, and was cut after its first quarter.
    @Test func aLongDocumentIsShownToItsEnd() {
        let text = String(repeating: "A sentence of the course.\n\n", count: 20_000) + "The end."
        #expect(MarkdownText.render(text, palette: plain, width: 80).hasSuffix("The end."))
    }

    @Test func coloursEndOnTheirOwnLine() {
        for line in MarkdownText.render(Self.document, palette: coloured, width: 40).split(separator: "\n") where line.contains("\u{1B}[") {
            #expect(
                line.hasSuffix("\u{1B}[0m")
                    || line.components(separatedBy: "\u{1B}[0m").count == line.components(separatedBy: "\u{1B}[").count
                        - line.components(separatedBy: "\u{1B}[0m").count + 1
            )
        }
        #expect(!MarkdownText.render(Self.document, palette: plain, width: 40).contains("\u{1B}"))
    }

    @Test func controlSequencesInADocumentDoNotPass() {
        #expect(!MarkdownText.render("a \u{1B}[2J b", palette: plain, width: 40).contains("\u{1B}"))
    }
}
