import DataFiles
import Foundation
import Testing

@testable import Course

/// Labs that are wrong in one way each, and what lint says.
@Suite struct LabTests {
    @Test func aGoodLabLoads() throws {
        #expect(try LittleLab.complaints() == [])
        #expect(
            try LittleLab.complaints(("lab.yaml", "steps: [", "addresses: {cloud: {pg1: 10.0.0.1, pg_witness: 10.0.0.2}}\nsteps: [")) == [])
    }

    /// A text may have parts for one environment or one platform.
    @Test(arguments: [
        ("virtualbox", "debian12", "VD"), ("virtualbox", "rocky9", "VR"), ("cloud", "rocky9", "not V, R"), ("own", "debian12", "not V, "),
    ])
    func aSectionIsOnlyThereWhereItApplies(environment: String, platform: String, reads: String) throws {
        let text =
            "{{#is.virtualbox}}V{{#is.debian12}}D{{/is.debian12}}{{/is.virtualbox}}{{^is.virtualbox}}not V, {{/is.virtualbox}}{{#is.rocky9}}R{{/is.rocky9}}"
        let platforms = ["debian12", "rocky9"].map { Platform(name: $0, title: $0, values: [:]) }
        let lab = Lab(
            name: "x", title: "x", about: "x", variables: [:], machines: [], platforms: platforms, steps: [], folder: URL(filePath: "/"))
        let situation = Situation(
            lab: lab, platform: try #require(lab.platform(named: platform)), environment: try #require(Environment(rawValue: environment)),
            contacts: [:])
        #expect(try Template(Text(text, at: Place(file: "x", line: 1, column: 1))).render(situation.values) == reads)
    }

    @Test(arguments: [
        ("steps/01-one.yaml", "{{greeting}}", "{{greting}}", "steps/01-one.yaml:6:8: there is no value 'greting'"),
        ("steps/01-one.yaml", "at: all", "at: pg2", "there is no machine 'pg2'"),
        ("steps/01-one.yaml", "as: root", "as: toor", "platform 'debian12' has no account 'toor'; expected one of root, student"),
        (
            "steps/01-one.yaml", "until: two", "until: tow",
            "there is no step 'tow'; expected a later step of the lab; the nearest name is 'two'"
        ),
        ("steps/01-one.yaml", "until: two", "until: one", "does not come after"),
        ("steps/01-one.yaml", "hints: [a, b, c]", "hints: [a]", "a step with checks has 1 hints"),
        ("steps/01-one.yaml", "minutes: 5", "minutes: none", "'none' is not valid here"),
        ("steps/01-one.yaml", "    why: because\n", "", "steps/01-one.yaml:8:5: the key 'why' is missing"),
        ("steps/01-one.yaml", "step: one", "step: won", "is in 01-one.yaml"),
        (
            "steps/01-one.yaml", "checks:", "undo:\n  - {at: pg2, as: root, why: w, run: r}\nchecks:",
            "steps/01-one.yaml:13:38: there is no machine 'pg2'"
        ),
        (
            "steps/01-one.yaml", "checks:", "undo:\n  - {at: all, as: root, why: w, run: '{{machine.nmae}}'}\nchecks:",
            "there is no value 'machine.nmae'"
        ),
        (
            "steps/01-one.yaml", "checks:", "undo:\n  - {at: all, as: root, when: {platform: rocky9}, why: w, run: '{{pg.bni}}'}\nchecks:",
            "there is no value 'pg.bni'"
        ),
        ("steps/01-one.yaml", "checks:", "undo:\n  - {at: all, as: root, run: r}\nchecks:", "the key 'why' is missing"),
        ("steps/01-one.yaml", "checks:", "undo: []\nchecks:", "the list is empty"),
        (
            "steps/01-one.yaml", "checks:", "undo:\n  - {at: all, as: root, why: w, run: r}\nwithout_undo: x\nchecks:",
            "one of 'undo' and 'without_undo'"
        ),
        ("steps/01-one.yaml", "checks:", "without_undo: '{{greting}}'\nchecks:", "there is no value 'greting'"),
        (
            "steps/02-two.yaml", "teach: t\n", "teach: t\nundo:\n  - {at: all, as: root, why: w, run: r}\n",
            "there are no tasks that this could take back"
        ),
        ("lab.yaml", "steps: [one, two]", "steps: [one]", "step 'two' is not in lab.yaml's order"),
        ("lab.yaml", "steps: [one, two]", "steps: [one, two, three]", "there is no step 'three'"),
        ("lab.yaml", "hostname: pgwitness", "hostname: pg_witness", "a host name cannot contain '_'"),
        (
            "lab.yaml", "role: witness", "role: whitness",
            "the lab has no role 'whitness'; expected one of primary, witness; the nearest name is 'witness'"
        ),
        ("lab.yaml", "pg_witness: {", "witness: {", "'witness' is a reserved word"),
        ("lab.yaml", "roles: [primary, witness]\n", "", "the key 'roles' is missing"),
        ("platforms/rocky9.yaml", "values:", "accounts: {root: {become: su}}\nvalues:", "every platform has the account 'root'"),
        ("platforms/rocky9.yaml", "values:", "accounts: {web: {user: 'a;b', become: su}}\nvalues:", "'a;b'"),
        (
            "platforms/rocky9.yaml", "values:", "queries: {psql: '{{pg.bni}}/psql', as: root, database: x}\nvalues:",
            "there is no value 'pg.bni'"
        ),
        ("platforms/rocky9.yaml", "bin: /usr/pgsql", "bni: /usr/pgsql", "platform 'debian12' lacks pg.bni"),
        ("lab.yaml", "lab: little", "lab: large", "is in the folder little"),
        ("lab.yaml", "steps: [", "addresses: {moon: {}}\nsteps: [", "unknown key 'moon'; expected one of virtualbox, cloud, sandbox, own"),
        ("lab.yaml", "steps: [", "addresses: {cloud: {pg1: 10.0.0.1, pg2: 10.0.0.2}}\nsteps: [", "unknown key 'pg2'"),
        ("lab.yaml", "steps: [", "addresses: {cloud: {pg1: 10.0.0.1}}\nsteps: [", "the key 'pg_witness' is missing"),
        ("steps/01-one.yaml", "{{greeting}}", "{{#is.moon}}x{{/is.moon}}", "there is no value 'is.moon'"),
    ])
    func eachMistakeIsFound(file: String, old: String, new: String, what: String) throws {
        let found = try LittleLab.complaints((file, old, new))
        #expect(found.contains { $0.contains(what) }, "\(found)")
    }

    @Test func checksInForceEndAtUntil() throws {
        func step(_ name: String, _ checks: [(String, String?)]) throws -> Step {
            let place = Place(file: "x", line: 1, column: 1)
            return Step(
                name: name, place: place, title: Template(verbatim: ""), minutes: 1, goal: Template(verbatim: ""),
                teach: Template(verbatim: ""),
                tasks: [],
                checks: checks.map { StepCheck(name: Text($0.0, at: place), until: $0.1.map { Text($0, at: place) }, already: false) },
                hints: [], read: [])
        }
        let lab = Lab(
            name: "x", title: "x", about: "x", variables: [:], machines: [], platforms: [],
            steps: [try step("one", [("a", "three"), ("b", nil)]), try step("two", [("c", nil)]), try step("three", [("d", nil)])],
            folder: URL(filePath: "/"))
        #expect(lab.checksInForce(at: "two").map(\.check.name.string) == ["a", "b", "c"])
        #expect(lab.checksInForce(at: "three").map(\.check.name.string) == ["b", "c", "d"])
    }

    @Test func foldersFollowTheXDGRules() {
        let folders = Folders(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s", "XDG_CONFIG_HOME": "relative"])
        #expect(folders.state.path == "/s/lab")
        #expect(folders.configuration.path == "/h/.config/lab", "a relative path is ignored")
    }
}
