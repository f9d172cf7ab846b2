import Foundation
import Testing

@testable import DataFiles

/// Entries that are put at the end of lists: only the list grows.
@Suite struct GrowingFileTests {
    /// A text before and after: named, since a test's output is read by lines.
    struct Growth: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: String
        var after: String

        init(_ what: String, _ before: String, _ after: String) {
            testDescription = what
            self.before = before
            self.after = after
        }
    }

    private func grown(_ text: String, _ entry: String, _ key: String) throws -> String {
        var file = GrowingFile(URL(filePath: "/nowhere/file.yaml"), text: text)
        try file.append(entry, to: key)
        #expect(file.before == text)
        return file.text
    }

    @Test(arguments: [
        Growth("one entry", "steps: [a]\n", "steps: [a, new]\n"),
        Growth("no entry", "steps: []\n", "steps: [new]\n"),
        Growth("several lines", "steps: [a, b,\n  c]\nmap: x\n", "steps: [a, b,\n  c, new]\nmap: x\n"),
        Growth("a comma at the end", "steps: [a, b,]\n", "steps: [a, b, new]\n"),
        Growth("a comment behind", "steps: [a, b] # ] all of them\n", "steps: [a, b, new] # ] all of them\n"),
        Growth("no line end", "steps: [a]", "steps: [a, new]"),
        Growth("quotes and brackets", #"steps: ["a]", 'it''s]', {x: [b]}, it's]"#, #"steps: ["a]", 'it''s]', {x: [b]}, it's, new]"#),
        Growth(
            "a line each", "steps: [\n    a,   # first\n    b    # last, ]\n]\n",
            "steps: [\n    a,   # first\n    b,    # last, ]\n    new\n]\n"
        ),
        Growth("a line each, with a comma", "steps: [\n  a,\n  b, # last\n  ]\n", "steps: [\n  a,\n  b, # last\n  new,\n  ]\n"),
        Growth("the bracket alone", "steps: [a\n  ]\n", "steps: [a,\n  new\n  ]\n"),
        Growth("letters of more bytes", "é: ü\nsteps: [ä, 'ö']\n", "é: ü\nsteps: [ä, 'ö', new]\n"),
    ])
    func aListInBracketsGrows(growth: Growth) throws {
        #expect(try grown(growth.before, "new", "steps") == growth.after)
    }

    @Test func aLongLineIsBroken() throws {
        let names = (1...16).map { "step-\($0)" }.joined(separator: ", ")
        #expect(try grown("steps: [\(names)]\n", "new", "steps") == "steps: [\(names),\n  new]\n")
    }

    @Test(arguments: [
        Growth("at the edge", "steps:\n- a\n- b\nmap: x\n", "steps:\n- a\n- b\n- new\nmap: x\n"),
        Growth("indented", "steps:\n  - a # first\n  - b # last\n", "steps:\n  - a # first\n  - b # last\n  - new\n"),
        Growth("no line end", "steps:\n- a", "steps:\n- a\n- new"),
        Growth("one entry", "steps:\n- a\n", "steps:\n- a\n- new\n"),
        Growth("a comment on what follows", "steps:\n- a\n\n# The map.\nmap: x\n", "steps:\n- a\n- new\n\n# The map.\nmap: x\n"),
        Growth("a comment in the text", "steps:\n- |\n  a\n  # b\nmap: x\n", "steps:\n- |\n  a\n  # b\n- new\nmap: x\n"),
        Growth("a comment at the end", "steps:\n- a\n# the end\n", "steps:\n- a\n- new\n# the end\n"),
    ])
    func aListOfLinesGrows(growth: Growth) throws {
        #expect(try grown(growth.before, "new", "steps") == growth.after)
    }

    @Test func anEntryOfSeveralLinesIsIndentedAsTheOthers() throws {
        let entry = "table: b\nsh: |\n  row\n\n  row\n"
        #expect(
            try grown("tables:\n  - table: a\n    sh: row\nviews:\n  - x\n", entry, "tables")
                == "tables:\n  - table: a\n    sh: row\n\n  - table: b\n    sh: |\n      row\n\n      row\nviews:\n  - x\n")
    }

    @Test func aKeyThatIsMissingIsPutAtTheEnd() throws {
        #expect(try grown("format: 1", "new", "checks") == "format: 1\nchecks: [new]\n")
        #expect(try grown("format: 1\n", "a: 1\nb: 2", "checks") == "format: 1\nchecks:\n- a: 1\n  b: 2\n")
    }

    @Test func whatCannotGrowIsRefusedAndStays() throws {
        let cases = [
            ("steps: &all [a]\nmap: *all\n", "new"), ("steps: a\n", "new"), ("steps: {a: b}\n", "new"), ("[a, b]\n", "new"),
            ("steps: [{a: b}]\n", "a: 1\nb: 2"), ("{steps: [a], map: x}\n", "a: 1\nb: 2"),
        ]
        for (text, entry) in cases {
            var file = GrowingFile(URL(filePath: "/nowhere/file.yaml"), text: text)
            #expect(throws: Complaints.self) { try file.append(entry, to: "steps") }
            #expect(file.text == text)
        }
    }
}
