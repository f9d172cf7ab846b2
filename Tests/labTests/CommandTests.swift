import ArgumentParser
import Classroom
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import lab

/// What the command line makes of words, without machines. What the program then does is in `Tests/EndToEnd`.
@Suite struct CommandTests {
    @Test(arguments: ["2/5", "1/1"]) func aPartOfAClassIsRead(text: String) throws {
        let options = try ClassOptions.parse(["--class", "c.yaml", "--shard", text])
        #expect(try options.choice().part?.description == text)
    }

    @Test(arguments: [
        ["--class", "c.yaml", "--shard", "6/5"], ["--class", "c.yaml", "--shard", "x"], ["--shard", "1/2"], ["--student", "ada"],
        ["--class", "c.yaml", "--jobs", "0"], ["--class", "c.yaml", "--every", "1"],
    ])
    func whatCannotBeMeantIsRefused(words: [String]) { #expect(throws: (any Error).self) { try ClassOptions.parse(words) } }

    @Test func everyCommandHasExamplesOfTheLabThatIsThere() throws {
        let lab = try #require(Examples.names.steps.isEmpty ? nil : Examples.names)
        #expect(VerifyCommand.configuration.discussion.contains("lab verify --step \(lab.early)"))
        for command in LabCommand.configuration.subcommands where command.configuration.subcommands.isEmpty {
            #expect(command.configuration.discussion.contains("EXAMPLES"), "\(command)")
        }
    }

    /// A file that is replaced keeps its mode, and a file that cannot be written leaves nothing beside it.
    @Test func aResultIsWrittenWholeOrNotAtAll() throws {
        try TemporaryFolder.with { folder in
            let file = folder.appending(path: "report.txt")
            try ResultFile.write("one", to: file.path, mode: 0o600)
            try ResultFile.write("two", to: file.path)
            #expect(try String(contentsOf: file, encoding: .utf8) == "two")
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(throws: FileFault.self) { try ResultFile.write("three", to: folder.appending(path: "not/there").path) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.txt"])
        }
    }

    /// What is not an ordinary file is written into, and not replaced.
    @Test func aDeviceStaysADevice() throws {
        try ResultFile.write("gone", to: "/dev/null")
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(type == .typeCharacterSpecial)
    }
}
