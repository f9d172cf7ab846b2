import Foundation
import TestSupport
import Testing

@testable import Course

/// What is taken of a course from elsewhere, and what is not.
@Suite struct CourseFilesTests {
    private static let plain = ["labs/x/lab.yaml": "lab: x\n", "checks/x/library.yaml": "library: x\n"]

    private func write(_ files: [String: String], in folder: URL) throws {
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    /// Why a folder with these files, and what is done to it, is not taken.
    private func refusal(of files: [String: String], after change: (URL) throws -> Void = { _ in }) throws -> String? {
        try TemporaryFolder.with { folder in
            try write(files, in: folder)
            try change(folder)
            do {
                _ = try CourseFiles(reading: folder)
                return nil
            } catch let fault as CourseFault {
                return fault.description.replacing(folder.path, with: "FOLDER")
            }
        }
    }

    @Test func onlyLabsAndChecksAreTakenAndNothingHidden() throws {
        try TemporaryFolder.with { folder in
            try write(Self.plain, in: folder)
            try write(
                ["README": "x", ".git/config": "x", "labs/.DS_Store": "x", "labs/x/.hidden/y": "x", "sandbox/build-image": "x"], in: folder)
            let files = try CourseFiles(reading: folder)
            #expect(files.files.map(\.path) == ["checks/x/library.yaml", "labs/x/lab.yaml"])
            #expect(try CourseFiles(reading: folder, hidden: true).files.count == 4)
        }
    }

    @Test func linksAreNamedWithWhereTheyLead() throws {
        let outwards = try refusal(of: Self.plain) {
            try FileManager.default.createSymbolicLink(
                atPath: $0.appending(path: "labs/x/passwords").path, withDestinationPath: "/etc/passwd")
        }
        #expect(outwards == "labs/x/passwords is a symbolic link to /etc/passwd; a course has only files and folders.")
        let folder = try refusal(of: ["checks/x/library.yaml": ""]) {
            try FileManager.default.createSymbolicLink(atPath: $0.appending(path: "labs").path, withDestinationPath: "/")
        }
        #expect(folder == "labs is a symbolic link to /; a course has only files and folders.")
    }

    @Test func aPipeIsNotWaitedFor() throws {
        let said = try refusal(of: Self.plain) { #expect(mkfifo($0.appending(path: "labs/x/pipe").path, 0o600) == 0) }
        #expect(said == "labs/x/pipe is not a file: it is a pipe, not a file.")
    }

    @Test func oneFileIsBounded() throws {
        let said = try refusal(of: Self.plain) {
            try Data().write(to: $0.appending(path: "labs/x/big"))
            let file = try FileHandle(forWritingTo: $0.appending(path: "labs/x/big"))
            try file.truncate(atOffset: UInt64(CourseBounds.largestFile + 1))
            try file.close()
        }
        #expect(said == "labs/x/big is larger than 16 MiB, the most for one file.")
    }

    @Test func theirNumberTheirSizeAndTheirNamesAreBounded() throws {
        var bounds = CourseBounds()
        for number in 1...CourseBounds.mostFiles { try bounds.admit("labs/\(number)", bytes: 1) }
        #expect(throws: CourseFault.self) { try bounds.admit("labs/more", bytes: 1) }
        bounds = CourseBounds()
        for number in 1...4 { try bounds.admit("labs/\(number)", bytes: CourseBounds.largestFile) }
        #expect(throws: CourseFault.self) { try bounds.admit("labs/more", bytes: 1) }
        for name in [
            "labs/../x", "labs//x", "labs/-x", "labs/a\nb", "labs/a\u{1B}[31m", "labs/a\u{202E}b",
            "labs/" + String(repeating: "x/", count: 10) + "x",
        ] {
            #expect(throws: CourseFault.self, "\(name)") { try bounds.admit(name, bytes: 0) }
        }
        #expect(CourseFault("labs/\u{1B}[31m\u{202E}", "is bad").description == "labs/?[31m? is bad.")
    }

    @Test func aFolderWithoutBothIsNoCourse() throws {
        #expect(try refusal(of: ["labs/x/lab.yaml": ""]) == "FOLDER is not a course: it has no folder 'checks/' with something in it.")
        #expect(try refusal(of: [:]) == "FOLDER is not a course: it has no folder 'labs/' with something in it.")
    }

    /// sha256sum's lines, and the fingerprint of these: anybody can count again.
    @Test func theFingerprintIsThatOfTheLinesOfSha256sum() throws {
        let files = try CourseFiles(
            [
                CourseFile(path: "labs/a", isExecutable: true, content: Data("a\n".utf8)),
                CourseFile(path: "checks/b", content: Data("b\n".utf8)),
            ], of: "x")
        let lines = """
            0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f  checks/b
            87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7 *labs/a

            """
        #expect(files.pins.pins.map(\.line).joined() == lines)
        #expect(files.pins.fingerprint == "d69e552f61b7922a1ee9b5ff5ad902621f1102477d022a739cbc28e0d9fd7025")
    }

    @Test func whatIsAnotherIsNamed() throws {
        func pins(_ files: [String: (String, Bool)]) throws -> CoursePins {
            try CourseFiles(
                (files.merging(["labs/x": ("", false), "checks/x": ("", false)]) { first, _ in first }).map {
                    CourseFile(path: $0.key, isExecutable: $0.value.1, content: Data($0.value.0.utf8))
                }, of: "x"
            ).pins
        }
        let old = try pins(["labs/a": ("1", false), "labs/b": ("1", false), "labs/c": ("1", false)])
        let new = try pins(["labs/a": ("2", false), "labs/b": ("1", true), "labs/d": ("1", false)])
        #expect(
            old.differences(to: new) == ["labs/a was changed", "labs/b was made executable", "labs/c is missing", "labs/d is new"])
        #expect(old.differences(to: old).isEmpty && old.fingerprint != new.fingerprint)
    }
}
