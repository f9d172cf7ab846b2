import DataFiles
import Foundation
import Testing

@testable import Course

/// Platforms that say what they are like, and what that decides.
@Suite struct PlatformTests {
    private typealias Change = (file: String, old: String, new: String)

    private static let traits: [Change] = [
        ("platforms/debian12.yaml", "values:", "traits: {family: debian, settings: apart}\nvalues:"),
        ("platforms/rocky9.yaml", "values:", "traits: {family: el, settings: with_data}\nvalues:"),
    ]

    private func complaints(_ changes: Change...) throws -> [String] {
        try LittleLab.with(Self.traits + changes) { folder in
            do {
                return try Lab.load(folder).lint().map(\.description)
            } catch let error as Complaints {
                return error.all.map(\.description)
            }
        }
    }

    /// The lab with the traits and something more replaced.
    private func lab(_ changes: Change..., choosing: [String: String] = [:]) throws -> Lab {
        let chosen = choosing.mapValues { Text($0, at: Place(file: "machines.yaml", line: 1, column: 1)) }
        return try LittleLab.with(Self.traits + changes) { try Lab.load($0, choosing: Lab.Choice(variables: chosen)) }
    }

    private func calls(_ lab: Lab, on platform: String) throws -> [String] {
        let situation = Situation(lab: lab, platform: try #require(lab.platform(named: platform)), environment: .own, contacts: [:])
        return lab.steps[0].tasks.filter { $0.when.holds(on: situation.platform, environment: .own) }.map {
            $0.run.render(situation.values)
        }
    }

    @Test func aTaskIsThereOnPlatformsThatAreLikeThat() throws {
        let task = """
            tasks:
              - {at: all, as: root, when: {settings: apart}, why: w, run: "apart {{#is.family.debian}}D{{/is.family.debian}}"}
              - {at: all, as: root, when: {family: [el, debian]}, why: w, run: "both {{^is.family.debian}}not D{{/is.family.debian}}"}
            """
        let lab = try lab(("steps/01-one.yaml", "tasks:", task))
        #expect(lab.lint() == [])
        #expect(try calls(lab, on: "debian12").prefix(2) == ["apart D", "both "])
        #expect(try calls(lab, on: "rocky9").first == "both not D")
    }

    /// Of the kind that loses a new platform its tasks without a word.
    @Test(arguments: [
        ("when: {platform: rocky9}, ", "there is something for platform rocky9 here, and nothing for debian12"),
        ("when: {platform: [rocky9, debian12]}, ", nil), ("when: {family: el}, ", nil),
        ("when: {family: suse}, ", "there is no family 'suse'"),
        (
            "when: {famly: el}, ",
            "there is no trait 'famly'; expected one of environment, family, platform, settings; the nearest name is 'family'"
        ),
        ("when: {platform: rocky8}, ", "there is no platform 'rocky8'"), ("when: {family: []}, ", "the list is empty"),
        ("when: {environment: cloud}, ", nil),
    ])
    func aConditionThatLeavesPlatformsOutIsFound(condition: String, said: String?) throws {
        for (list, then) in [("tasks", "tasks"), ("checks", "undo")] {
            let entry = "\(then):\n  - {at: all, as: root, \(condition)why: w, run: r}\n"
            let found = try complaints(
                ("steps/01-one.yaml", "\(list):", list == then ? entry.trimmingCharacters(in: .newlines) : entry + "\(list):"))
            if let said { #expect(found.contains { $0.contains(said) }, "\(found)") } else { #expect(found == []) }
        }
    }

    @Test func ofThreeValuesTwoMeanThatOneWasForgotten() throws {
        let third = "format: 1\nplatform: suse\ntitle: x\ntraits: {family: suse, settings: apart}\nvalues: {pg: {bin: /usr/bin}}\n"
        let tasks =
            "tasks:\n  - {at: all, as: root, when: {family: debian}, why: w, run: d}\n  - {at: all, as: root, when: {family: el}, why: w, run: e}"
        let text = "{{#is.family.debian}}d{{/is.family.debian}}{{#is.family.el}}e{{/is.family.el}}"
        let found = try LittleLab.with(
            Self.traits + [("steps/01-one.yaml", "tasks:", tasks), ("steps/01-one.yaml", "A goal", "'\(text)'")]
        ) { folder in
            #expect(try Lab.load(folder).lint() == [])
            try third.write(to: folder.appending(path: "platforms/suse.yaml"), atomically: true, encoding: .utf8)
            return try Lab.load(folder).lint().map(\.description)
        }
        #expect(found.filter { $0.contains("there is something for family debian, el here, and nothing for suse") }.count == 2, "\(found)")
    }

    @Test func aTextForOnePlatformAlone() throws {
        #expect(
            try complaints(("steps/01-one.yaml", "A goal", "'{{#is.rocky9}}x{{/is.rocky9}}'")).contains {
                $0.contains("there is something for platform rocky9 here, and nothing for debian12")
            })
        #expect(try complaints(("steps/01-one.yaml", "A goal", "'{{#is.rocky9}}x{{/is.rocky9}}{{^is.rocky9}}y{{/is.rocky9}}'")) == [])
        #expect(try complaints(("steps/01-one.yaml", "A goal", "'{{#is.family.el}}x{{/is.family.el}}'")) == [])
    }

    @Test func everyPlatformSaysWhatItIsLike() throws {
        #expect(
            try complaints(("platforms/rocky9.yaml", "family: el, ", "")).contains { $0.contains("platform 'rocky9' lacks trait family") })
        #expect(
            try complaints(("platforms/rocky9.yaml", "family: el", "cloud: el, family: el")).contains {
                $0.contains("the trait 'cloud' has the name of something else")
            })
    }

    @Test func aPlatformLikeAnotherSaysOnlyWhatDiffers() throws {
        let like: Change = (
            "platforms/rocky9.yaml", "values: {pg: {bin: /usr/pgsql}}", "like: debian12\nvalues: {pg: {bin: /opt}}"
        )
        let more: Change = (
            "platforms/debian12.yaml", "values: {pg: {bin: /usr/bin}}", "values: {pg: {bin: /usr/bin, data: '/{{greeting}}'}}"
        )
        let lab = try lab(like, more, ("platforms/rocky9.yaml", "settings: with_data", "settings: with_data"))
        let rocky = try #require(lab.platform(named: "rocky9"))
        #expect(rocky.values.flattened == ["pg.bin": "/opt", "pg.data": "/hello"])
        #expect(rocky.traits == ["family": "el", "settings": "with_data"])
        #expect(rocky.practice == nil)
    }

    @Test(arguments: [
        ("nothing", "there is no other platform 'nothing' to be like"), ("rocky9", "there is no other platform 'rocky9' to be like"),
    ])
    func aPlatformThatIsLikeNothing(name: String, said: String) throws {
        #expect(
            try complaints(("platforms/rocky9.yaml", "values: {pg: {bin: /usr/pgsql}}", "like: \(name)")).contains { $0.contains(said) })
    }

    @Test func aChainOfPlatformsIsRefused() throws {
        let changes: [Change] = [
            ("platforms/rocky9.yaml", "values: {pg: {bin: /usr/pgsql}}", "like: debian12"),
            ("platforms/debian12.yaml", "values: {pg: {bin: /usr/bin}}", "like: rocky9"),
        ]
        #expect(try complaints(changes[0], changes[1]).contains { $0.contains("is like another one itself") })
        #expect(
            try complaints(("platforms/rocky9.yaml", "values: {pg: {bin: /usr/pgsql}}", "")).contains {
                $0.contains("the key 'values' is missing")
            })
    }

    @Test func aPlatformHasItsOwnVariablesUnlessTheStudentChooses() throws {
        let own: Change = ("platforms/rocky9.yaml", "values:", "variables: {greeting: salve}\nvalues:")
        func greeting(_ lab: Lab, _ platform: String) throws -> [String?] {
            let situation = Situation(lab: lab, platform: try #require(lab.platform(named: platform)), environment: .own, contacts: [:])
            return [situation.lab.variables["greeting"], situation.expected["greeting"], situation.values.flattened["greeting"]]
        }
        let plain = try lab(own)
        #expect(try greeting(plain, "debian12") == ["hello", "hello", "hello"])
        #expect(try greeting(plain, "rocky9") == ["salve", "salve", "salve"])
        let chosen = try lab(own, choosing: ["greeting": "hi"])
        #expect(try greeting(chosen, "debian12") == ["hi", "hi", "hi"])
        #expect(try greeting(chosen, "rocky9") == ["hi", "hi", "hi"])
        #expect(
            try complaints(("platforms/rocky9.yaml", "values:", "variables: {greting: x}\nvalues:")).contains {
                $0.contains("the lab has no variable 'greting'")
            })
    }

    @Test func practiceMachinesAreMadeFromARelease() throws {
        let lab = try lab(("platforms/debian12.yaml", "values:", "practice: {suite: bookworm}\nvalues:"))
        #expect(lab.platform(named: "debian12")?.practice == PracticeSource(suite: "bookworm"))
        #expect(
            try complaints(("platforms/debian12.yaml", "values:", "practice: {suite: 'a b'}\nvalues:")).contains { $0.contains("'a b'") })
    }
}
