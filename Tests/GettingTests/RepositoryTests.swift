import Foundation
import TestSupport
import Testing

@testable import Getting

/// What is said of a git that takes too long, writes too much, or is not there: each is a program that this test puts in its place.
@Suite struct RepositoryTests {
    /// What comes of a repository if git is this shell script.
    private func fault(of script: String?, seconds: Int = 20, largest: Int = 1 << 20) async throws -> GettingFault? {
        let temporary = try TemporaryFolder()
        defer { withExtendedLifetime(temporary) {} }
        let programs = temporary.url.appending(path: "bin")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        for name in ["sh", "timeout", "sleep", "head", "rm"] {
            try FileManager.default.createSymbolicLink(atPath: programs.appending(path: name).path, withDestinationPath: "/usr/bin/\(name)")
        }
        if let script {
            let git = programs.appending(path: "git")
            try Data("#!/bin/sh\ncd \(temporary.url.path)\n\(script)\n".utf8).write(to: git)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: git.path)
        }
        var repository = Repository("file:///course", fetchingInto: temporary.url.appending(path: "git"))
        repository.git.seconds = seconds
        repository.git.largestFile = largest
        repository.git.environment = ["PATH": programs.path]
        do {
            _ = try await repository.files(of: nil)
            return nil
        } catch let fault as GettingFault {
            return fault
        }
    }

    @Test func whatTakesTooLongIsEndedWithAllThatItStarted() async throws {
        let started = try TemporaryFolder()
        let file = started.url.appending(path: "started")
        let script = "sleep 3600 & echo $! >\(file.path); sleep 3600"
        #expect(try await fault(of: script, seconds: 5) == .tooSlow(source: "file:///course", seconds: 5))
        let number = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
        // One that has ended, and that nobody has asked after yet, has no command line any more.
        func isAlive() -> Bool { FileManager.default.contents(atPath: "/proc/\(number)/cmdline")?.isEmpty == false }
        for _ in 0..<600 where isAlive() { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!isAlive())
    }

    @Test func whatBecomesTooLargeIsEnded() async throws {
        // As git says of a program of its own that the system has ended.
        let script = "head -c 3000000 /dev/zero > pack || { echo error: index-pack died of signal 25 >&2; exit 128; }"
        #expect(try await fault(of: script) == .tooLarge(source: "file:///course", mebibytes: 1))
    }

    @Test func aGitThatIsNotThereIsSaid() async throws {
        #expect(try await fault(of: nil) == .noGit)
    }

    @Test func whatItSaysIsPassedOnInOneLine() async throws {
        let said = try await fault(of: "echo 'fatal: one' >&2; echo 'fatal: two' >&2; exit 128")
        #expect(said == .notFetched(source: "file:///course", said: "fatal: one fatal: two"))
    }
}
