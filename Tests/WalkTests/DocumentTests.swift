@testable import Checks
import Classroom
@testable import Course
import DataFiles
import Facts
import Foundation
import TestSupport
import Testing
@testable import Course
@testable import Machines

/// Every sample of every document is read by what reads such files. A sample that nothing here knows is a failure as well: it
/// gets a reader, or it is a lie sooner or later. The commands among them are tried in Tests/EndToEnd/nothing/test_docs.py.
@Suite struct DocumentTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var file: String
        var line: Int
        var language: String
        var text: String
        var testDescription: String { "\(file):\(line)" }
    }

    static let documents: [String] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: RecordedWalk.root.appending(path: "docs").path)) ?? []
        return ["README.md", "CONTRIBUTING.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }()

    static let samples: [Sample] = documents.flatMap { name -> [Sample] in
        let text = (try? String(contentsOf: RecordedWalk.root.appending(path: name), encoding: .utf8)) ?? ""
        var samples: [Sample] = []
        var open: (sample: Sample, indent: Int)?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            let indent = line.prefix { $0 == " " }.count
            let bare = line.dropFirst(indent)
            if bare.hasPrefix("```") {
                if let done = open {
                    samples.append(done.sample)
                    open = nil
                } else {
                    open = (Sample(file: name, line: index + 1, language: String(bare.dropFirst(3)), text: ""), indent)
                }
            } else if let indent = open?.indent {
                open?.sample.text += line.dropFirst(min(indent, line.prefix { $0 == " " }.count)) + "\n"
            }
        }
        return samples
    }

    @Test func samplesAreFound() {
        #expect(Self.samples.count >= 20)
        #expect(Self.samples.contains { $0.file == "docs/classes.md" && $0.language == "yaml" })
    }

    private func write(_ text: String, _ url: URL) throws -> URL {
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url
    }

    /// The name that a sample gives itself, by which its file is called.
    private func name(_ key: String, _ sample: Sample) -> String {
        sample.text.split(separator: "\n").first { $0.hasPrefix(key + ":") }.map {
            String($0.dropFirst(key.count + 1)).trimmingCharacters(in: .whitespaces)
        } ?? "x"
    }

    private func isTopLevel(_ key: String, _ sample: Sample) -> Bool {
        sample.text.hasPrefix(key + ":") || sample.text.contains("\n\(key):")
    }

    @Test(arguments: Self.samples)
    func everySampleIsRead(sample: Sample) throws {
        switch sample.language {
        case "yaml": try readYAML(sample)
        case "sql":
            #expect(
                sample.file == "docs/gradebook.md", "Tests/EndToEnd/nothing/test_gradebook.py runs the queries of docs/gradebook.md alone")
        case "":
            // A drawing, and a page of lab's own screen; everything else is typed.
            let isShown = sample.text.contains("──►") || sample.text.hasPrefix("postgresql-cluster 4 names>")
            let words = [
                "lab", "make", "printf", "parallel", "ssh-keyscan", "ssh-keygen", "sort", "diff", "GRANT", "source", "sha256sum", "sudo",
                "dpkg",
            ]
            for line in sample.text.split(separator: "\n") where !isShown {
                #expect(words.contains(String(line.prefix { $0 != " " })), "nothing tries the line '\(line)'")
            }
        case "sh":
            #expect(sample.file == "docs/authoring.md", "Tests/EndToEnd/nothing/test_authoring.py types the blocks of that page alone")
        default: Issue.record("nothing reads '\(sample.language)'")
        }
    }

    /// A lab with this `lab.yaml`, and of everything else what it names and no more.
    private func writtenLab(_ sample: Sample, in folder: URL) throws -> Lab {
        let lab = folder.appending(path: name("lab", sample))
        _ = try write(sample.text, lab.appending(path: "lab.yaml"))
        for (number, step) in ["welcome", "machines"].enumerated() {
            let text = "format: 1\nstep: \(step)\ntitle: x\nminutes: 1\ngoal: x\nteach: \"{{conninfo.primary}} {{pg1.node_id}}\"\n"
            _ = try write(text, lab.appending(path: "steps/0\(number)-\(step).yaml"))
        }
        for recording in ["course", "drills"] { _ = try write("", lab.appending(path: "recordings/\(recording).jsonl")) }
        _ = try write(
            "format: 1\nplatform: debian12\ntitle: x\nvalues: {pg: {bin: /usr/bin}}\n", lab.appending(path: "platforms/debian12.yaml"))
        return try Lab.load(lab)
    }

    private func readYAML(_ sample: Sample) throws {
        let lab = RecordedWalk.root.appending(path: "labs/postgresql-cluster")
        let outline = LabOutline(try Lab.load(lab))
        let book = ComplaintBook()
        try TemporaryFolder.with { folder in
            if isTopLevel("class", sample) {
                let it = try Class.load(try write(sample.text, folder.appending(path: "class.yaml"))) { $0 == outline.name ? outline : nil }
                #expect(!it.students.isEmpty)
            } else if isTopLevel("environment", sample) {
                let inventory = try Inventory.load(try write(sample.text, folder.appending(path: "machines.yaml")))
                #expect(inventory.machines.map(\.name).sorted() == outline.machines.sorted())
                _ = try Lab.load(lab, choosing: inventory.choice)
            } else if isTopLevel("step", sample) {
                #expect(Step.load(try write(sample.text, folder.appending(path: "01-\(name("step", sample)).yaml")), book: book) != nil)
            } else if isTopLevel("drill", sample) {
                #expect(Drill.load(try write(sample.text, folder.appending(path: "\(name("drill", sample)).yaml")), book: book) != nil)
            } else if isTopLevel("inject", sample) {
                // A part of a drill, at its place in the file.
                let before = "format: 1\ndrill: x\ntitle: x\narea: x\ndifficulty: easy\nminutes: 1\nstory: x\n"
                let after = "expect: [{check: x, cause: x}]\nhints: [x, x, x]\nrepair: [{at: all, as: root, why: x, run: x}]\n"
                let drill = Drill.load(try write(before + sample.text + after, folder.appending(path: "x.yaml")), book: book)
                #expect(drill?.inject.count == 1)
            } else if isTopLevel("platform", sample) {
                // One may be like another, which stands beside it.
                let other = "format: 1\nplatform: debian13\ntitle: x\nvalues: {pg: {bin: /usr/bin}}\n"
                _ = try write(other, folder.appending(path: "debian13.yaml"))
                let file = try write(sample.text, folder.appending(path: "\(name("platform", sample)).yaml"))
                #expect(Platform.load(file, variables: LabVariables(values: ["pg_major": "17"]), book: book) != nil)
            } else if isTopLevel("fixtures", sample) {
                #expect(try !Fixture.load(try write(sample.text, folder.appending(path: "x.yaml"))).isEmpty)
            } else if sample.text.hasPrefix("- table:") {
                #expect(try !WrittenLibrary.read(facts: "format: 1\ntables:\n" + sample.text).facts.tables.isEmpty)
            } else if isTopLevel("functions", sample) {
                let table = "tables:\n- {table: any, about: x, as: student, columns: {x: text}, sh: next_value port}\n"
                #expect(
                    try WrittenLibrary.read(facts: "format: 1\n" + sample.text + table).facts.tables[0].functions.map(\.name) == [
                        "next_value"
                    ])
            } else if isTopLevel("views", sample) {
                let table = "format: 1\ntables:\n- {table: any, about: x, as: student, columns: {x: text}, sh: \"true\"}\n"
                #expect(
                    try WrittenLibrary.read(facts: table + sample.text).facts.views.map(\.name) == ["certain_machine", "repmgr_setting"])
            } else if isTopLevel("library", sample) {
                let library = folder.appending(path: name("library", sample))
                _ = try write(sample.text, library.appending(path: "library.yaml"))
                let read = try #require(CheckLibrary.read(library, book: book))
                #expect(!read.harms.isEmpty)
                #expect(!read.looks.isEmpty)
            } else if isTopLevel("chosen", sample) {
                let table = "format: 1\ntables:\n- {table: server_role, about: x, as: student, columns: {role: text}, sh: \"true\"}\n"
                #expect(try WrittenLibrary.read(facts: table + sample.text).facts.choices.map(\.name) == ["current_primary"])
            } else if isTopLevel("lab", sample) {
                #expect(try writtenLab(sample, in: folder).roles.count == 3)
            } else if isTopLevel("vary", sample) {
                // A part of a lab, at its place in the file.
                let before =
                    "format: 1\nlab: x\ntitle: x\nabout: x\nroles: [web]\nmachines: {web1: {role: web, hostname: web1}}\nsteps: [one]\n"
                let lab = folder.appending(path: "x")
                _ = try write(before + sample.text, lab.appending(path: "lab.yaml"))
                _ = try write(
                    "format: 1\nstep: one\ntitle: x\nminutes: 1\ngoal: x\nteach: x\n", lab.appending(path: "steps/01-one.yaml"))
                _ = try write("format: 1\nplatform: any\ntitle: x\nvalues: {os: {x: y}}\n", lab.appending(path: "platforms/any.yaml"))
                #expect(try Lab.load(lab).vary.count == 4)
            } else if sample.text.hasPrefix("- check:") {
                #expect(try !WrittenLibrary.read(checks: "format: 1\nchecks:\n" + sample.text).checks.isEmpty)
            } else if sample.text.hasPrefix("      fix:") {
                // A part of a cause, at its place in the file.
                let cause =
                    "format: 1\nchecks:\n- check: x\n  title: x\n  at: all\n  why: x\n  pass: SELECT 1\n  causes:\n    - cause: x-y\n"
                    + "      when: SELECT 1\n"
                    + "      about: x\n      certainty: certain\n      because: x\n"
                #expect(try WrittenLibrary.read(checks: cause + sample.text).checks[0].causes[0].fix.count == 1)
            } else if isTopLevel("points", sample) {
                let copy = folder.appending(path: "postgresql-cluster")
                try FileManager.default.copyItem(at: lab, to: copy)
                let file = copy.appending(path: "lab.yaml")
                var lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
                if let start = lines.firstIndex(where: { $0.hasPrefix("points:") }) {
                    let end = lines[(start + 1)...].firstIndex { !$0.isEmpty && !$0.hasPrefix(" ") && !$0.hasPrefix("#") } ?? lines.endIndex
                    lines.removeSubrange(start..<end)
                }
                _ = try write(lines.joined(separator: "\n") + "\n" + sample.text, file)
                #expect(try Lab.load(copy).grading.count >= 2)
            } else {
                Issue.record("nothing reads this sample")
            }
        }
        #expect(book.all.isEmpty, "\(Complaints(book.all))")
    }
}
