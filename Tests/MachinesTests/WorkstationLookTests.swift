import Checks
import Course
import Facts
import Foundation
import Testing
import TestSupport

@testable import Machines

/// What the workstation's programs say of machines: the probes of the shipped library, with a stand-in for VBoxManage.
@Suite struct WorkstationLookTests {
    private let folder: TemporaryFolder
    private let situation: Situation
    private let tables: [FactTable]

    init() throws {
        folder = try TemporaryFolder()
        let lab = try Lab.load(RecordedWalk.root.appending(path: "labs/postgresql-cluster"))
        situation = Situation(
            lab: lab, platform: lab.platforms[0], environment: .virtualbox,
            contacts: lab.addresses[.virtualbox]?.mapValues { Contact(address: $0, user: "student") } ?? [:])
        let catalog = try CheckCatalog.load(RecordedWalk.root.appending(path: "checks"), for: lab)
        tables = catalog.facts.tables.filter(\.isAtWorkstation)
        // The stand-in with a home of its own: what looks has the test's.
        let program = """
            #!/bin/sh
            HOME='\(folder.url.path)' exec '\(RecordedWalk.root.path)/Tests/Fixtures/VBoxManage' "$@"
            """
        let file = folder.url.appending(path: "VBoxManage")
        try program.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    private func type(_ calls: String...) throws {
        for call in calls {
            let process = Process()
            process.executableURL = folder.url.appending(path: "VBoxManage")
            process.arguments = call.split(separator: " ").map(String.init)
            (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(call)")
        }
    }

    /// The rows of a table of a machine.
    private func rows(_ table: String, of machine: String) async throws -> [[FactValue]] {
        let look = WorkstationLook(path: folder.url.path)
        let machine = try #require(situation.lab.machine(named: machine))
        let observation = try #require(await look.look(at: tables, of: machine, in: situation)[table])
        guard case .rows(let rows) = observation else {
            Issue.record("\(table) was not observed: \(observation)")
            return []
        }
        return rows
    }

    @Test func statesCardsAndForwardsAreSeen() async throws {
        try type(
            "hostonlyif create", "createvm --name pg1 --ostype Debian12_64 --register",
            "modifyvm pg1 --nic2 hostonly --hostonlyadapter2 vboxnet0 --natpf1 ssh,tcp,127.0.0.1,2201,,22 --macaddress2 080027AABBCC",
            "createvm --name pg2 --ostype Debian12_64 --register", "modifyvm pg2 --nic2 hostonly --hostonlyadapter2 vboxnet7",
            "startvm pg1 --type headless")
        #expect(try await rows("virtual_machine", of: "pg1") == [[.text("running")]])
        #expect(try await rows("virtual_machine", of: "pg2") == [[.text("poweroff")]])
        #expect(try await rows("virtual_machine", of: "pg3") == [[.text("absent")]])
        let cards = try await rows("virtual_card", of: "pg1")
        #expect(cards.map { $0[1] } == [.text("nat"), .text("hostonly")])
        #expect(cards.map { $0[3] } == [.null, .bool(true)])
        #expect(cards.last?[4] == .text("080027AABBCC"))
        #expect(try await rows("virtual_card", of: "pg2").last?[3] == .bool(false))
        #expect(try await rows("virtual_card", of: "pg3") == [])
        #expect(try await rows("virtual_forward", of: "pg1") == [[.text("ssh"), .text("127.0.0.1"), .int(2201), .int(22)]])
        #expect(try await rows("virtual_forward", of: "pg2") == [])
        try type("controlvm pg1 savestate")
        #expect(try await rows("virtual_machine", of: "pg1") == [[.text("saved")]])
    }

    @Test func othersThatRunAreSeenAndTheLabsOwnAreNot() async throws {
        try type(
            "hostonlyif create", "createvm --name golden --ostype Debian12_64 --register",
            "modifyvm golden --nic2 hostonly --hostonlyadapter2 vboxnet0 --natpf1 ssh,tcp,127.0.0.1,2222,,22",
            "createvm --name pg1 --ostype Debian12_64 --register", "createvm --name other --ostype Debian12_64 --register")
        #expect(try await rows("virtual_other", of: "pg2") == [])
        try type("startvm golden pg1")
        #expect(try await rows("virtual_other", of: "pg2") == [[.text("golden"), .text(" 2222 "), .text(" vboxnet0 ")]])
    }

    /// Without the program nothing is known, and nothing is concluded.
    @Test func aProgramThatIsMissingLeavesItsTablesUnknown() async throws {
        let machine = situation.lab.machines[0]
        let known = await WorkstationLook(path: "/nowhere").look(at: tables, of: machine, in: situation)
        #expect(known.count == tables.count)
        for (table, observation) in known {
            #expect(observation == .unknown(reason: "there is no VBoxManage on this computer"), "\(table)")
        }
    }

    @Test func aProgramThatFailsOrHangsIsUnknown() async throws {
        try "#!/bin/sh\necho 'VBoxManage: error: no'; exit 1\n".write(
            to: folder.url.appending(path: "VBoxManage"), atomically: false, encoding: .utf8)
        let known = await WorkstationLook(path: folder.url.path).look(at: tables, of: situation.lab.machines[0], in: situation)
        for observation in known.values {
            if case .rows = observation { Issue.record("it was taken for an answer: \(known)") }
        }
    }

    /// An instructor's computer does not know the students' machines.
    @Test func anothersWorkstationKnowsNothing() async throws {
        try type("createvm --name pg1 --ostype Debian12_64 --register")
        let known = await WorkstationLook.ofAnother.look(at: tables, of: situation.lab.machines[0], in: situation)
        #expect(known["virtual_machine"] == .unknown(reason: "only the student's own computer knows it"))
    }

    /// A machine that is not reached is looked at all the same, and only where VirtualBox is said to be.
    @Test func whatTheWorkstationKnowsOfAnUnreachedMachineIsKept() async throws {
        try type("createvm --name pg1 --ostype Debian12_64 --register")
        let inventory = Inventory(
            lab: "postgresql-cluster", environment: .virtualbox, platform: situation.platform.name,
            machines: [ReachableMachine(name: "pg1", address: "127.0.0.1", port: 9, user: "student")])
        let fleet = Fleet(inventory: inventory, workstation: WorkstationLook(path: folder.url.path))
        let pg1 = [situation.lab.machines[0]]
        let facts = try #require(try await fleet.look(at: tables, on: pg1, in: situation, seconds: 5).map(\.masked.facts).first)
        #expect(!facts.reached)
        #expect(facts.tables["virtual_machine"] == .rows([[.text("poweroff")]]))
        var later = facts
        later.tables = [:]
        let again = await fleet.known(at: tables, of: [later], in: situation).map(\.masked.facts)
        #expect(again.map(\.said) == [facts.said])
        #expect(again.first?.tables["virtual_machine"] == .rows([[.text("poweroff")]]))
        let elsewhere = Situation(lab: situation.lab, platform: situation.platform, environment: .cloud, contacts: situation.contacts)
        #expect(await fleet.known(at: tables, of: [later], in: elsewhere).isEmpty)
    }
}
