import Course
import Foundation
import TestSupport
import Testing

@testable import Getting

/// A course comes into its folder whole, stays as it is, and takes nobody's place.
@Suite struct CourseFolderTests {
    /// The smallest lab that can be read, with a task at the workstation.
    private func course(_ name: String, task: String = "true", packages: String = "tree") -> [String: String] {
        [
            "labs/\(name)/lab.yaml": """
            format: 1
            lab: \(name)
            title: A lab
            about: A lab for tests.
            roles: [front]
            variables: {word: hello}
            machines:
              front1: {role: front, hostname: front1}
            steps: [start]
            """,
            "labs/\(name)/platforms/debian13.yaml": """
            format: 1
            platform: debian13
            title: Debian 13
            practice: {suite: trixie}
            values:
              os: {name: debian}
            """,
            "labs/\(name)/steps/01-start.yaml": """
            format: 1
            step: start
            title: Start
            minutes: 1
            goal: Something.
            teach: Something.
            tasks:
            - {at: workstation, why: Because., run: "\(task)"}
            - {at: all, as: root, why: Because., run: "echo {{word}}"}
            """,
            "labs/\(name)/sandbox/sandbox.yaml": "format: 1\nplatform: debian13\nnetwork: 10.90.0\nfirst_port: 25001\n",
            "labs/\(name)/sandbox/debian13/packages": packages + "\n",
            "checks/README": "none",
        ]
    }

    private func write(_ files: [String: String], in folder: URL) throws {
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    /// A folder with a shelf of the program in `own`, a source in `mine`, and the folder of courses in `courses`.
    private func with(_ body: (URL, CourseFolder) async throws -> Void) async throws {
        let temporary = try TemporaryFolder()
        let root = temporary.url
        try write(["own/labs/taken/lab.yaml": "lab: taken\n", "own/checks/x": ""], in: root)
        let own = Shelf(
            labs: root.appending(path: "own/labs"), checks: root.appending(path: "own/checks"), sandbox: root.appending(path: "own/sandbox")
        )
        try await body(root, CourseFolder(own, in: root.appending(path: "courses"), others: []))
        withExtendedLifetime(temporary) {}
    }

    private func get(_ root: URL, _ folder: CourseFolder, _ text: String = "mine") async throws -> CourseOffer {
        try await folder.offer(CourseSource(text, in: root.path), as: nil)
    }

    @Test func itIsInstalledAndPinned() async throws {
        try await with { root, folder in
            try write(course("first", task: "echo {{word}} > ~/.x"), in: root.appending(path: "mine"))
            let offer = try await get(root, folder)
            #expect(offer.contents.complaints.map(\.description) == [])
            #expect(!FileManager.default.fileExists(atPath: folder.folder.path))
            let here = offer.contents.commands.filter(\.isAtWorkstation)
            #expect(here.map(\.texts) == [["echo hello > ~/.x"]])
            #expect(here.map(\.source.file) == ["labs/first/steps/01-start.yaml"])
            #expect(offer.contents.namedFiles == ["~/.x"])
            #expect(offer.contents.practice.map(\.packages) == [["tree"]])
            try folder.install(offer)
            let got = try folder.course(named: "mine")
            #expect(got.origin.fingerprint == offer.pins.fingerprint && got.origin.labs == ["first"])
            #expect(try await get(root, folder).isInstalled)
            let shelf = try folder.shelf.holding("first")
            #expect(shelf.labs.path == root.appending(path: "courses/mine/labs").path && shelf.isGot)
            let own = try folder.shelf.holding("taken")
            #expect(own == folder.shelf)
            #expect(folder.shelf.mainLab == "taken" && folder.shelf.allLabNames == ["taken", "first"])
        }
    }

    @Test(arguments: [
        ("labs/first/lab.yaml", "labs/first/lab.yaml was changed"),
        ("labs/first/steps/02-more.yaml", "labs/first/steps/02-more.yaml is new"),
        ("labs/first/steps/.more.yaml", "labs/first/steps/.more.yaml is new"),
    ])
    func whatWasChangedIsNotUsed(file: String, said: String) async throws {
        try await with { root, folder in
            try write(course("first"), in: root.appending(path: "mine"))
            try folder.install(try await get(root, folder))
            try write([file: "x"], in: root.appending(path: "courses/mine"))
            do {
                _ = try folder.shelf.holding("first")
                Issue.record("it is used")
            } catch {
                #expect("\(error)".contains(said), "\(error)")
                #expect("\(error)".contains("lab get \(root.path)/mine\n"))
            }
            // Got again, it is as it was.
            try folder.install(try await get(root, folder))
            #expect(try folder.shelf.holding("first").isGot)
            let there = try FileManager.default.contentsOfDirectory(atPath: folder.folder.path)
            #expect(there == ["mine"])
        }
    }

    @Test func itTakesNobodysPlace() async throws {
        try await with { root, folder in
            try write(course("taken"), in: root.appending(path: "mine"))
            await #expect(throws: GettingFault.labIsThere(lab: "taken", where: root.appending(path: "own/labs").path)) {
                try await get(root, folder)
            }
            try write(course("first"), in: root.appending(path: "other"))
            try folder.install(try await get(root, folder, "other"))
            try write(course("first"), in: root.appending(path: "third"))
            await #expect(throws: GettingFault.labIsThere(lab: "first", where: "the course 'other'")) {
                try await get(root, folder, "third")
            }
            try write(course("second"), in: root.appending(path: "x/other"))
            await #expect(throws: GettingFault.otherSource(name: "other", source: root.appending(path: "other").path)) {
                try await get(root, folder, "x/other")
            }
            try write(["courses/second/notes": "mine"], in: root)
            try write(course("second"), in: root.appending(path: "second"))
            await #expect(throws: GettingFault.inTheWay(path: root.appending(path: "courses/second").path)) {
                try await get(root, folder, "second")
            }
        }
    }

    @Test func whatAnUpdateChangesIsFound() async throws {
        try await with { root, folder in
            try write(course("first"), in: root.appending(path: "mine"))
            try folder.install(try await get(root, folder))
            try write(course("first", task: "rm -rf ~", packages: "tree nmap"), in: root.appending(path: "mine"))
            let offer = try await get(root, folder)
            let before = try #require(offer.contentsBefore)
            let changes = CourseChanges(from: before, to: offer.contents)
            // One task of two: they are not told apart by anything but what they do.
            #expect(changes.added.isEmpty && changes.removed.isEmpty)
            #expect(changes.changed.map(\.0.texts) == [["true"]] && changes.changed.map(\.1.texts) == [["rm -rf ~"]])
            #expect(changes.others == ["+ package of practice machines (debian13): nmap"])
            #expect(try folder.course(named: "mine").origin.fingerprint != offer.pins.fingerprint)
            try folder.install(offer)
            #expect(try folder.course(named: "mine").origin.fingerprint == offer.pins.fingerprint)
        }
    }

    /// A value of the lab is part of the command.
    @Test func aChangedValueIsAChangedCommand() async throws {
        try await with { root, folder in
            try write(course("first"), in: root.appending(path: "mine"))
            try folder.install(try await get(root, folder))
            var files = course("first")
            files["labs/first/lab.yaml"] = files["labs/first/lab.yaml"]?.replacing("hello", with: "$(reboot)")
            try write(files, in: root.appending(path: "mine"))
            let offer = try await get(root, folder)
            let changes = CourseChanges(from: try #require(offer.contentsBefore), to: offer.contents)
            #expect(changes.changed.map(\.1.texts) == [["echo $(reboot)"]])
        }
    }

    @Test func packagesThatAreCommandsAreAComplaint() async throws {
        try await with { root, folder in
            try write(course("first", packages: "tree # fine; $(x)\n$(touch/x) tree;reboot -o"), in: root.appending(path: "mine"))
            let offer = try await get(root, folder)
            #expect(
                offer.contents.complaints.map { "\($0.place): \($0.what)" } == [
                    "labs/first/sandbox/debian13/packages:2:1: '$(touch/x)' is not the name of a package",
                    "labs/first/sandbox/debian13/packages:2:1: 'tree;reboot' is not the name of a package",
                    "labs/first/sandbox/debian13/packages:2:1: '-o' is not the name of a package",
                ])
        }
    }

    @Test func anotherFingerprintInstallsNothing() async throws {
        try await with { root, folder in
            try write(course("first"), in: root.appending(path: "mine"))
            let offer = try await get(root, folder)
            #expect(try await get(root, folder, "mine#sha256:\(offer.pins.fingerprint)").pins == offer.pins)
            let wrong = String(repeating: "0", count: 64)
            await #expect(throws: GettingFault.otherFingerprint(expected: wrong, found: offer.pins.fingerprint)) {
                try await get(root, folder, "mine#sha256:\(wrong)")
            }
        }
    }

    @Test func removedIsOnlyWhatWasGot() async throws {
        try await with { root, folder in
            try write(course("first"), in: root.appending(path: "mine"))
            try folder.install(try await get(root, folder))
            try folder.remove(try folder.course(named: "mine"))
            #expect(folder.courses.isEmpty)
            #expect(FileManager.default.fileExists(atPath: root.appending(path: "mine/labs/first/lab.yaml").path))
            #expect(throws: GettingFault.noCourse("mine", nearest: nil)) { try folder.course(named: "mine") }
        }
    }

    @Test func nothingOfACommandIsHidden() {
        #expect(CourseText.exact("rm -rf ~\rls\u{202E}\u{1B}[2K\tx é") == "rm -rf ~\\u{d}ls\\u{202e}\\u{1b}[2K    x é")
    }
}
