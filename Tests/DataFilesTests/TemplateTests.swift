import DataFiles
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

    @Test func textWithoutTagsIsLeftAsItIs() throws {
        #expect(try template("a {b} $x \\ '").render(values) == "a {b} $x \\ '")
    }
}
