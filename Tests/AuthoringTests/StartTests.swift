import Checks
import Course
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Authoring

/// What authors begin with: a shelf with each kind of start, which has nothing to complain about.
@Suite struct StartTests {
    private func shelf(_ folder: URL) -> Shelf {
        Shelf(labs: folder.appending(path: "labs"), checks: folder.appending(path: "checks"), sandbox: folder.appending(path: "sandbox"))
    }

    private func workbench(_ folder: URL, lab: String = "first") throws -> Workbench {
        let shelf = shelf(folder)
        return try Workbench(shelf: shelf, lab: Lab.load(shelf.labs.appending(path: lab)))
    }

    /// Everything that `lab lint` says of the labs and libraries, but for texts that are left to the author.
    private func complaints(_ folder: URL) throws -> [String] {
        var lint = ShelfLint(shelf(folder))
        for (lab, catalog) in lint.labs { try lint.lint(lab, catalog) }
        lint.lintLibraries()
        let left = "this text is still to be written"
        return lint.complaints.filter { !$0.isWarning || $0.what != left }.map { $0.description.replacing(folder.path + "/", with: "") }
    }

    private func withLab(_ use: (URL) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            try Start.lab("first", in: folder).write()
            try use(folder)
        }
    }

    private func text(_ path: String, in folder: URL) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// Every file below a folder with what it says.
    private func everything(_ folder: URL) -> [String: Data?] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        return Dictionary(paths.map { ($0, try? Data(contentsOf: folder.appending(path: $0))) }) { first, _ in first }
    }

    @Test func everyStartIsClean() throws {
        try withLab { folder in
            #expect(try complaints(folder) == [])
            try workbench(folder).step(named: "names").write()
            #expect(try complaints(folder) == [])
            try workbench(folder).fact(table: "resolver", library: nil).write()
            #expect(try complaints(folder) == [])
            try workbench(folder).check(named: "names-resolve", step: "names", library: nil).write()
            #expect(try complaints(folder) == [])
            try workbench(folder).drill(named: "greeting-gone", check: "greeting-set", cause: "greeting-missing").write()
            #expect(try complaints(folder) == [])
            try workbench(folder).platform(named: "sid", like: "debian13").write()
            #expect(try complaints(folder) == [])
            let lab = try Lab.load(folder.appending(path: "labs/first"))
            #expect(lab.steps.map(\.name) == ["start", "names"])
            #expect(lab.steps[1].checks.map(\.name.string) == ["names-resolve"])
            #expect(lab.map.map(\.title) == ["greeting", "resolver"])
            #expect(lab.platforms.map(\.name) == ["debian13", "sid"])
            #expect(try text("checks/first/first.yaml", in: folder).contains("EXISTS (SELECT 1 FROM this_resolver)"))
        }
    }

    /// Two labs of one shelf differ in every name that has to be one of its kind.
    @Test func aSecondLabHasNamesOfItsOwn() throws {
        try withLab { folder in
            try Start.lab("second", in: folder).write()
            #expect(try complaints(folder) == [])
            let lab = try Lab.load(folder.appending(path: "labs/second"))
            #expect(lab.steps[0].checks.map(\.name.string) == ["second-greeting-set"])
            #expect(try text("labs/first/sandbox/sandbox.yaml", in: folder).contains("network: 10.77.20\nfirst_port: 22401\n"))
            #expect(try text("labs/second/sandbox/sandbox.yaml", in: folder).contains("network: 10.77.21\nfirst_port: 22411\n"))
        }
    }

    /// Beside the shipped course a lab uses its library `system`.
    @Test func besideTheCourseALabUsesItsLibrary() throws {
        try TemporaryFolder.with { folder in
            for name in ["labs", "checks"] {
                let own = folder.appending(path: name)
                try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                for one in try FileManager.default.contentsOfDirectory(atPath: ShippedCourse.root.appending(path: name).path) {
                    try FileManager.default.createSymbolicLink(
                        at: own.appending(path: one), withDestinationURL: ShippedCourse.root.appending(path: name).appending(path: one))
                }
            }
            try Start.lab("first", in: folder).write()
            let shelf = shelf(folder)
            let lab = try Lab.load(shelf.labs.appending(path: "first"))
            let catalog = try CheckCatalog.load(shelf.checks, for: lab)
            #expect(try lab.lint() + catalog.lint(lab) == [])
            #expect(catalog["greeting-set"]?.needs.map(\.check.string) == ["machine-reached"])
            try workbench(folder).check(named: "own", step: "start", library: nil).write()
            #expect(try text("checks/first/first.yaml", in: folder).components(separatedBy: "needs: [machine-reached]").count == 3)
        }
    }

    /// The repair of a drill is the cause's own, if it says nothing that only the cause knows.
    @Test(arguments: [
        ("{at: this, as: root, task: {step: start, id: greeting}}", "front1", "echo '{{greeting}} {{machine.name}}' > {{motd.file}}"),
        ("{at: this, as: root, run: \"echo {{this.name}} > {{motd.file}}\"}", "front1", "echo {{machine.name}} > {{motd.file}}"),
        ("{at: back1, as: root, run: systemctl restart ssh}", "back1", "systemctl restart ssh"),
        ("{at: back1, as: root, run: \"echo {{this.name}}\"}", nil, nil),
        ("{at: this, as: root, run: \"echo {{found}} > {{motd.file}}\"}", nil, nil),
        ("{at: this, as: root, run: \"cat {{motd.file}}\", decide: What should it say?}", nil, nil),
    ])
    func aDrillQuotesTheRepair(fix: String, at: String?, run: String?) throws {
        try withLab { folder in
            let file = folder.appending(path: "checks/first/first.yaml")
            let old = "{at: this, as: root, task: {step: start, id: greeting}}"
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains(old))
            try text.replacing(old, with: fix).write(to: file, atomically: true, encoding: .utf8)
            try workbench(folder).drill(named: "gone", check: "greeting-set", cause: "greeting-missing").write()
            #expect(try complaints(folder) == [])
            let repair = try #require(Lab.load(folder.appending(path: "labs/first")).drill(named: "gone")?.repair.first)
            #expect(repair.at == [.named(at ?? "front1")])
            #expect(repair.run.source.string == run ?? "true")
        }
    }

    private static let refusals: [(said: String, begin: @Sendable (URL) throws -> Start)] = [
        ("There is a lab 'first' already", { try Start.lab("first", in: $0) }),
        ("'Second' cannot name a lab", { try Start.lab("Second", in: $0) }),
        ("'../up' cannot name a lab", { try Start.lab("../up", in: $0) }),
        ("'facts' cannot name a lab", { try Start.lab("facts", in: $0) }),
        ("There is a step 'start' already", { try Self.open($0).step(named: "start") }),
        ("'no' cannot name a step: YAML does not read it as text.", { try Self.open($0).step(named: "no") }),
        ("'a_b' cannot name a step", { try Self.open($0).step(named: "a_b") }),
        ("There is a check 'greeting-set' already", { try Self.open($0).check(named: "greeting-set", step: "start", library: nil) }),
        ("There is no step 'strat'. Did you mean 'start'?", { try Self.open($0).check(named: "x", step: "strat", library: nil) }),
        ("There is no library 'other'", { try Self.open($0).check(named: "x", step: "start", library: "other") }),
        ("There is a table 'greeting' already", { try Self.open($0).fact(table: "greeting", library: nil) }),
        ("'a-b' cannot name a table", { try Self.open($0).fact(table: "a-b", library: nil) }),
        ("'machine' cannot name a table", { try Self.open($0).fact(table: "machine", library: nil) }),
        ("There is no check 'x'", { try Self.open($0).drill(named: "d", check: "x", cause: "y") }),
        ("There is no cause of greeting-set 'y'", { try Self.open($0).drill(named: "d", check: "greeting-set", cause: "y") }),
        ("There is a platform 'debian13' already", { try Self.open($0).platform(named: "debian13", like: "debian13") }),
        ("There is no platform 'debian31'. Did you mean 'debian13'?", { try Self.open($0).platform(named: "sid", like: "debian31") }),
    ]

    /// What cannot be meant is said, and nothing changes.
    @Test(arguments: refusals.indices)
    func refusalsChangeNothing(number: Int) throws {
        let (said, begin) = Self.refusals[number]
        try withLab { folder in
            let before = everything(folder)
            let error = #expect(throws: Misfit.self) { _ = try begin(folder) }
            #expect(error?.description.hasPrefix(said) == true, "\(error?.description ?? "nothing")")
            #expect(everything(folder) == before)
        }
    }

    private static func open(_ folder: URL) throws -> Workbench {
        try StartTests().workbench(folder)
    }

    /// A file that is there is not touched, whatever lab takes it for.
    @Test func aFileThatIsThereStays() throws {
        try withLab { folder in
            try Data("mine".utf8).write(to: folder.appending(path: "labs/first/steps/02-names.yaml.txt"))
            try FileManager.default.createDirectory(at: folder.appending(path: "labs/first/sandbox/sid"), withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: folder.appending(path: "labs/first/sandbox/sid/packages"))
            let before = everything(folder)
            #expect(throws: Misfit.there(folder.appending(path: "labs/first/sandbox/sid/packages").path)) {
                try workbench(folder).platform(named: "sid", like: "debian13")
            }
            #expect(everything(folder) == before)
        }
    }

    /// What was written before a file that cannot be is taken back.
    @Test func aWriteThatFailsLeavesNothing() throws {
        try withLab { folder in
            let start = try workbench(folder).check(named: "more", step: "start", library: nil)
            let page = folder.appending(path: "labs/first/steps/01-start.yaml")
            try (try String(contentsOf: page, encoding: .utf8) + "# more\n").write(to: page, atomically: true, encoding: .utf8)
            let before = everything(folder)
            let error = #expect(throws: FileFault.self) { try start.write() }
            #expect(error?.description == "\(page.path) cannot be written: it was changed meanwhile.")
            #expect(everything(folder) == before)
        }
        try TemporaryFolder.with { folder in
            let start = try Start.lab("first", in: folder)
            try Data().write(to: folder.appending(path: "checks"))
            let before = everything(folder)
            #expect(throws: FileFault.self) { try start.write() }
            #expect(everything(folder) == before)
        }
    }

    /// Files keep their rights, and links stay links.
    @Test func aChangedFileStaysWhatItIs() throws {
        try withLab { folder in
            let file = folder.appending(path: "labs/first/lab.yaml")
            let other = folder.appending(path: "other.yaml")
            try FileManager.default.moveItem(at: file, to: other)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: other.path)
            try FileManager.default.createSymbolicLink(at: file, withDestinationURL: other)
            try workbench(folder).step(named: "names").write()
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == other.path)
            #expect(try FileManager.default.attributesOfItem(atPath: other.path)[.posixPermissions] as? NSNumber == 0o640)
            #expect(try text("other.yaml", in: folder).contains("steps: [start, names]\n"))
        }
    }

    /// The files of the course, as people have written them: an entry more, and every line that was there is there, in its order.
    @Test func everyListOfTheCourseCanGrow() throws {
        let lists = [
            "checks": "check: x\ntitle: y", "tables": "table: x\nsh: |\n  y", "steps": "x", "map": "{title: x, sql: y}",
            "views": "view: x\nsql: y",
        ]
        var count = 0
        let folders = ["labs", "checks"] + ["pair", "web", "tiny"].map { "Tests/Fixtures/\($0)" }
        for folder in folders.map({ ShippedCourse.root.appending(path: $0) }) {
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() where path.hasSuffix(".yaml") {
                let file = try GrowingFile(folder.appending(path: path))
                let root = try DataFile(file.url).root
                for (key, entry) in lists where root.glimpse(of: key) != nil {
                    // A step has its checks by name, and a library has all of them.
                    let isNames = key == "checks" && path.contains("steps/")
                    var grown = file
                    try grown.append(isNames ? "x" : entry, to: key)
                    let difference = grown.text.split(separator: "\n").difference(from: file.text.split(separator: "\n"))
                    #expect(difference.removals.count <= 1, "\(path)")
                    #expect(!isNames || difference.insertions.count <= 2, "\(path)")
                    count += 1
                }
            }
        }
        #expect(count > 30)
    }

    @Test func scalarsSayWhatTheyShould() throws {
        let texts = [
            "plain words", "true", "it's", "a: b", "# x", "two\nlines", "two\nlines\n", "- x", " blank", "", "5", "{{a}}", "x'\n\n  y\n",
            "No",
        ]
        for text in texts {
            let file = try DataFile(text: "list:\n- key: \(yamlScalar(text, indent: 4))\n", path: "x")
            let node = file.root.glimpse(of: "list")?.glimpsedEntries.first?.glimpse(of: "key")
            #expect(node?.text()?.string == text)
            #expect(file.book.all == [])
        }
    }
}
