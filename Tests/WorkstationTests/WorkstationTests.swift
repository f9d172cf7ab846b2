import Course
import Foundation
import Machines
import Testing

@testable import Workstation

/// A folder that goes away with the test.
private final class Scratch {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file.
    func file(_ name: String, _ text: String = "", mode: Int = 0o600) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file.path
    }
}

@Suite struct WorkstationTests {
    @Test func aProgramIsThereOnlyWhenItMayBeRun() throws {
        let scratch = try Scratch()
        _ = try scratch.file("lab-runs", mode: 0o755)
        _ = try scratch.file("lab-does-not", mode: 0o644)
        let programs = InstalledPrograms(path: scratch.url.path)
        #expect(programs.missing(of: ["lab-runs", "lab-does-not", "lab-nowhere"]) == ["lab-does-not", "lab-nowhere"])
    }

    @Test func aFolderThatCannotBeMadeIsMissing() throws {
        let scratch = try Scratch()
        let file = try scratch.file("file")
        #expect(FoldersLook(Folders(environment: ["XDG_STATE_HOME": file, "HOME": file])).findings().map(\.state) == [.missing])
        #expect(
            FoldersLook(Folders(environment: ["XDG_STATE_HOME": scratch.url.path + "/not/yet", "HOME": file])).findings().map(\.state) == [
                .ready
            ])
    }

    private func inventory(_ identity: String?) -> Inventory {
        Inventory(
            lab: "x", environment: .own, platform: "debian12",
            machines: [ReachableMachine(name: "pg1", address: "127.0.0.1", user: "student", identity: identity)])
    }

    @Test func keysAreLookedAtAsSshDoes() throws {
        let scratch = try Scratch()
        _ = try scratch.file("ssh", mode: 0o755)
        let look = LoginLook(InstalledPrograms(path: scratch.url.path), environment: [:], home: scratch.url.path)
        #expect(look.findings(inventory(scratch.url.path + "/none")).map(\.state) == [.ready, .missing])
        #expect(look.findings(inventory(try scratch.file("open", mode: 0o644))).map(\.state) == [.ready, .remark])
        #expect(look.findings(inventory(try scratch.file("closed"))).map(\.state) == [.ready, .ready])
        #expect(look.findings(inventory(nil)).map(\.state) == [.ready, .remark])
        _ = try scratch.file(".ssh/id_ed25519")
        #expect(look.findings(inventory(nil)).map(\.state) == [.ready, .ready])
        #expect(look.findings(nil).map(\.state) == [.ready, .ready])
    }

    @Test func practiceMachinesNeedProgramsMemoryAndTheKernelsLeave() throws {
        let scratch = try Scratch()
        let engine = URL(filePath: "/usr/share/lab/sandbox")
        let none = PracticeLook(InstalledPrograms(path: scratch.url.path), engine: engine, proc: scratch.url.path)
        for name in PracticeLook.needed { _ = try scratch.file("bin/" + name, mode: 0o755) }
        let all = InstalledPrograms(path: scratch.url.path + "/bin")
        // On a computer that has the programs elsewhere nothing is missing.
        if !InstalledPrograms(path: "").missing(of: PracticeLook.needed).isEmpty {
            #expect(none.findings(isWanted: true).map(\.state) == [.missing])
            #expect(none.findings(isWanted: false).map(\.state) == [.remark])
            #expect(none.findings(isWanted: true).first?.advice?.hasSuffix(": sh /usr/share/lab/sandbox/install") == true)
        }
        _ = try scratch.file("meminfo", "MemTotal: 8000000 kB\nMemAvailable: 900000 kB\n")
        _ = try scratch.file("sys/fs/inotify/max_user_instances", "64\n")
        let look = PracticeLook(all, engine: engine, proc: scratch.url.path)
        #expect(look.findings(isWanted: true).map(\.state) == [.ready, .missing, .missing])
        _ = try scratch.file("meminfo", "MemTotal: 8000000 kB\nMemAvailable: 6000000 kB\n")
        _ = try scratch.file("sys/fs/inotify/max_user_instances", "128\n")
        #expect(look.findings(isWanted: true).map(\.state) == [.ready])
    }

    @Test func whatIsInstalledIsWhatIsLookedFor() throws {
        let script = try String(
            contentsOf: URL(filePath: #filePath).appending(path: "../../../sandbox/install").standardized, encoding: .utf8)
        let wanted = script.split(separator: "\n").filter { $0.hasPrefix("need ") }.compactMap {
            $0.split(separator: " ").dropFirst().first.map(String.init)
        }
        #expect(wanted == PracticeLook.needed)
    }

    @Test func aMachineThatIsNotThereIsMissingWithWhatToDo() async throws {
        var machine = ReachableMachine(name: "pg1", address: "127.0.0.1", user: "student")
        machine.port = 1
        let findings = try await ReachLook(Inventory(lab: "x", environment: .own, platform: "debian12", machines: [machine])).findings()
        #expect(findings.map(\.state) == [.missing])
        #expect(findings.first?.what.contains("refuses connections") == true)
        #expect(findings.first?.advice?.isEmpty == false)
    }
}
