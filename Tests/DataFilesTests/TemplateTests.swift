@testable import DataFiles
import Testing

@Suite struct TemplateTests {
    private let values: Value = [
        "pg": ["bin": "/usr/bin"], "machines": [["name": "pg1"], ["name": "pg2"]], "quote": "a<b>&\"c\"",
    ]

    private func template(_ text: String) throws -> Template {
        try Template(Text(text, at: Place(file: "x.yaml", line: 7, column: 8), firstLine: 8))
    }

    @Test func rendersValuesWithoutEscaping() throws {
        #expect(try template("{{pg.bin}}/psql {{quote}}").render(values) == "/usr/bin/psql a<b>&\"c\"")
    }

    @Test func sectionsOnLinesOfTheirOwnLeaveNoEmptyLines() throws {
        #expect(try template("{{#machines}}\n{{name}}\n{{/machines}}\nend").render(values) == "pg1\npg2\nend")
        #expect(try template("a\n{{#machines}}\n{{name}}\n{{/machines}}\nend").render(values) == "a\npg1\npg2\nend")
    }

    @Test func missingValuesAreNamedWithTheirPlace() throws {
        let found = try template("fine {{pg.bin}}\n  {{pg.bni}}").missing(in: values).map(\.description)
        #expect(
            found == [
                "x.yaml:9:3: there is no value 'pg.bni'; expected a value of the lab, its platforms, machines or this query; "
                    + "the nearest name is 'pg.bin'"
            ])
    }

    @Test func sectionsLookInsideTheirValue() throws {
        #expect(try template("{{#machines}}{{name}}{{/machines}}").missing(in: values).isEmpty)
        #expect(try template("{{#machines}}{{nmae}}{{/machines}}").missing(in: values).count == 1)
        #expect(try template("{{name}}").missing(in: values).count == 1)
    }

    @Test(arguments: ["{{", "a\n{{#x}}", "{{/x}}", "{{#a}}{{/b}}", "{{>x}}", "{{{x}}}", "{{=<% %>=}}", "{{&x}}"])
    func brokenTagsAreComplaints(text: String) {
        #expect(throws: Complaint.self) { try template(text) }
    }

    @Test func aTextIsCompiledOnceAndOnlyIfItHasSections() async throws {
        let section = try template("{{#machines}}{{name}} {{/machines}}"), variables = try template("{{quote}}")
        #expect(section.timesCompiled == 0)
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { [values] in _ = (section.render(values), variables.render(values)) } }
        }
        #expect(section.timesCompiled == 1)
        #expect(variables.timesCompiled == 0)
    }

    /// Variables alone are put in without the library; a section that is always empty makes it render the same text.
    @Test func variablesAreFilledInAsTheLibraryDoes() throws {
        let parts = [
            "{{pg.bin}}", "{{ quote }}", "{{\tpg.bin}}", "{{nothing}}", "{{pg.nothing}}", "\n", "\r\n", " ", "a", "é", "{", "}", "{ {", "'",
            "\\", "\"", "<&>", "#", "}}",
        ]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            guard let simple = try? template(text), let compiled = try? template("|" + text + "|{{^machines}}{{/machines}}") else {
                continue
            }
            #expect("|" + simple.render(values) + "|" == compiled.render(values), "\(text.debugDescription)")
        }
    }

    @Test func textWithoutTagsIsLeftAsItIs() throws {
        #expect(try template("a {b} $x \\ '").render(values) == "a {b} $x \\ '")
    }
}
