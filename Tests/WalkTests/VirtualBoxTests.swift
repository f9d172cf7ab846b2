import Course
import Foundation
import Testing
import TestSupport

@testable import Walk

/// The commands for VirtualBox, given to a stand-in for VBoxManage that knows its documented options and makes no machine.
@Suite struct VirtualBoxTests {
    private static let standin = RecordedWalk.root.appending(path: "Tests/Fixtures/VBoxManage")

    /// Runs commands with the stand-in in the PATH.
    /// - Returns: the exit status, and the calls that the stand-in took.
    private func run(_ commands: String) throws -> (status: Int32, calls: [String]) {
        try TemporaryFolder.with { folder in
            try FileManager.default.copyItem(at: Self.standin, to: folder.appending(path: "VBoxManage"))
            let calls = folder.appending(path: "calls")
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = ["-e", "-c", commands]
            shell.environment = ["PATH": "\(folder.path):/usr/bin:/bin", "VBOX_CALLS": calls.path]
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            shell.waitUntilExit()
            let text = (try? String(contentsOf: calls, encoding: .utf8)) ?? ""
            return (shell.terminationStatus, text.split(separator: "\n").map(String.init))
        }
    }

    private func commands() throws -> [String] {
        let lab = try Lab.load(RecordedWalk.root.appending(path: "labs/postgresql-cluster"))
        let contacts = Dictionary(uniqueKeysWithValues: lab.machines.map { ($0.name, Contact(address: "192.0.2.1", user: "student")) })
        let situation = Situation(
            lab: lab, platform: try #require(lab.platform(named: "rocky9")), environment: .virtualbox, contacts: contacts)
        return situation.lab.steps.flatMap { situation.calls(of: $0) }.map(\.command).filter { $0.contains("VBoxManage") }
    }

    @Test func everyCommandFitsTheDocumentedSyntax() throws {
        let commands = try commands()
        #expect(commands.count >= 5)
        var calls: [String] = []
        for command in commands {
            let outcome = try run(command)
            #expect(outcome.status == 0, "\(command)")
            calls += outcome.calls
        }
        for machine in ["pg1", "pg2", "pg3", "pg_witness"] {
            #expect(calls.contains { $0.hasPrefix("clonevm golden") && $0.contains(machine) })
            #expect(calls.contains { $0.hasPrefix("modifyvm \(machine) ") })
            #expect(calls.contains { $0.hasPrefix("startvm \(machine) ") })
        }
        #expect(calls.contains("controlvm pg1 poweroff"))
    }

    @Test(arguments: [
        "VBoxManage clonevm golden --nmae pg1", "VBoxManage modifyvm pg1 --nic2 host", "VBoxManage startvm", "VBoxManage controlvm pg1 off",
    ])
    func theStandInRefusesWhatIsNotDocumented(command: String) throws {
        #expect(try run(command).status != 0)
    }
}
