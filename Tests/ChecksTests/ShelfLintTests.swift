import Course
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Checks

/// A shelf with the third lab on it, changed in one place.
@Suite struct ShelfLintTests {
    private func lint(_ file: String, _ old: String, _ new: String, unproved: Bool = false) throws -> [Complaint] {
        try TemporaryFolder.with { folder in
            for name in ["labs", "checks"] {
                try FileManager.default.copyItem(
                    at: ShippedCourse.root.appending(path: "Tests/Fixtures/web/\(name)"), to: folder.appending(path: name))
            }
            let url = folder.appending(path: file)
            let text = try String(contentsOf: url, encoding: .utf8)
            #expect(text.contains(old))
            try text.replacing(old, with: new, maxReplacements: 1).write(to: url, atomically: true, encoding: .utf8)
            var lint = ShelfLint(
                Shelf(labs: folder.appending(path: "labs"), checks: folder.appending(path: "checks"), sandbox: ShippedCourse.root))
            for (lab, catalog) in lint.labs { try lint.lint(lab, catalog) }
            lint.lintLibraries()
            if unproved { lint.lintUnproved(among: lint.labs.map(\.catalog)) }
            return lint.complaints
        }
    }

    @Test func aLabThatCannotBeReadLeavesItsLibrariesAlone() throws {
        let complaints = try lint("labs/web/lab.yaml", "roles:", "rolls:")
        #expect(complaints.contains { $0.what.contains("unknown key 'rolls'") }, "\(complaints)")
        #expect(complaints.filter { !$0.place.file.hasSuffix("lab.yaml") } == [])
    }

    @Test func aLibraryThatNobodyUsesIsFoundInLabsThatCanBeRead() throws {
        let complaints = try lint("labs/web/lab.yaml", "uses: [web]\n", "")
        #expect(complaints.contains { $0.what == "no lab uses the library 'web'" })
    }

    @Test func aCauseNamesAMachineAndNotARole() throws {
        let complaints = try lint("checks/web/web.yaml", "    at: \"{{back.name}}\"", "    at: back")
        #expect(complaints.map(\.what) == ["the cause 'app-absent' names a role"])
        #expect(complaints.first?.expected == "a machine, such as \"{{back.name}}\"")
        #expect(try lint("checks/web/web.yaml", "    at: \"{{back.name}}\"", "    at: back1") == [])
    }

    @Test func aTextOfALibraryThatNobodyWroteIsAWarning() throws {
        let complaints = try lint("checks/web/web.yaml", "about: The name has no address.", "about: Write here what it is.")
        #expect(complaints.map(\.isWarning) == [true])
        #expect(complaints.first?.what == "this text is still to be written")
    }

    @Test func aRepairThatNoDrillProvesIsNamedToWhoAsks() throws {
        let unproved = try lint("labs/web/lab.yaml", "title:", "title:", unproved: true)
        let names = unproved.map(\.what)
        #expect(unproved.filter { !$0.isWarning } == [])
        #expect(names.contains("no drill proves the repair of 'proxy-elsewhere'"))
        // One with a drill, and one that leaves a decision to a person.
        #expect(!names.contains { $0.contains("'app-local'") || $0.contains("'nginx-misread'") })
        #expect(names.count == 18)
        #expect(try lint("labs/web/lab.yaml", "title:", "title:") == [])
    }

    @Test(arguments: ["postgresql-cluster", "postgresql-backup"])
    func theCoursesHaveNothingToWarnOf(name: String) throws {
        let lab = try Lab.load(ShippedCourse.root.appending(path: "labs/\(name)"))
        let catalog = try CheckCatalog.load(ShippedCourse.root.appending(path: "checks"), for: lab)
        let looks = catalog.libraries.flatMap(\.looks)
        #expect(lab.terms.count >= 8)
        let remarks = lab.remarks { Fix.onlyLooks($0, knowing: looks) }
        #expect(remarks == [])
    }
}
