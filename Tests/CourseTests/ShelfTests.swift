import Foundation
import Testing

@testable import Course

/// Where labs, checks and what belongs to the program are found.
@Suite struct ShelfTests {
    /// A folder with a program in `bin/`, which is gone after the test.
    private func with(_ files: [String], _ use: (URL) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "shelf-\(UUID().uuidString)").resolvingSymlinksInPath()
        defer { try? FileManager.default.removeItem(at: root) }
        for name in files {
            let file = root.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
        }
        try use(root)
    }

    private let program = [
        "bin/lab", "share/lab/labs/x", "share/lab/checks/x", "share/lab/sandbox/build-image", "share/lab/schemas/lab.schema.json",
    ]

    private func find(_ root: URL, path: String? = nil, labs: String? = nil, checks: String? = nil, at folder: String = "mine") throws
        -> Shelf
    {
        try Shelf.find(
            labs: labs, checks: checks, environment: path.map { ["LAB_PATH": root.appending(path: $0).path] } ?? [:],
            workingDirectory: root.appending(path: folder).path, executable: root.appending(path: "bin/lab"))
    }

    @Test(arguments: [nil, "mine"])
    func ownLabsWithoutASandboxHaveTheProgramsOne(path: String?) throws {
        try with(program + ["mine/labs/x", "mine/checks/x", "mine/sandbox/castle", "else/x"]) { root in
            let shelf = try find(root, path: path, at: path == nil ? "mine" : "else")
            #expect(shelf.labs.path == root.appending(path: "mine/labs").path)
            #expect(shelf.checks.path == root.appending(path: "mine/checks").path)
            #expect(shelf.sandbox.path == root.appending(path: "share/lab/sandbox").path)
            #expect(shelf.schemas.path == root.appending(path: "share/lab/schemas").path)
        }
    }

    @Test func ownOnesGoFirst() throws {
        try with(program + ["mine/labs/x", "mine/checks/x", "mine/sandbox/build-image"]) { root in
            let shelf = try find(root)
            #expect(shelf.sandbox.path == root.appending(path: "mine/sandbox").path)
            #expect(shelf.schemas.path == root.appending(path: "share/lab/schemas").path)
        }
    }

    @Test func withoutOwnLabsThoseOfTheProgramAreMeant() throws {
        try with(program + ["mine/labs/x"]) { root in
            #expect(try find(root).labs.path == root.appending(path: "share/lab/labs").path)
            let named = try find(root, labs: "/a/labs", checks: "/b/checks")
            #expect(named.labs.path == "/a/labs" && named.checks.path == "/b/checks")
            #expect(named.sandbox.path == root.appending(path: "share/lab/sandbox").path)
        }
    }

    @Test func nowhereIsSaid() throws {
        try with(["bin/lab", "mine/labs/x"]) { root in
            #expect(throws: Shelf.NotFound.self) { try find(root) }
            let named = try find(root, labs: "/a/labs", checks: "/b/checks")
            #expect(named.sandbox.path == "/a/sandbox")
        }
    }
}
