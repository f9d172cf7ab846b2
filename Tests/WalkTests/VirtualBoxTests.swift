import Course
import Foundation
import Testing
import TestSupport

@testable import Walk

/// The commands for VirtualBox, given to a stand-in for VBoxManage that keeps machines, cards and addresses as the real one does.
/// `make prove` gives them to the real one.
@Suite struct VirtualBoxTests {
    private static let standin = RecordedWalk.root.appending(path: "Tests/Fixtures/VBoxManage")
    private static let names = ["pg1", "pg2", "pg3", "pg_witness"]

    /// A computer with VirtualBox, newly installed, and the ISOs in ~/Downloads.
    private struct Computer {
        let home: URL
        private var calls: URL { home.appending(path: "calls") }

        init(in folder: URL) throws {
            home = folder.appending(path: "home")
            let programs = home.appending(path: "programs")
            let downloads = home.appending(path: "Downloads")
            for folder in [programs, downloads] { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
            try FileManager.default.createSymbolicLink(
                at: programs.appending(path: "VBoxManage"), withDestinationURL: VirtualBoxTests.standin)
            for name in ["Rocky-9.6-x86_64-minimal.iso", "debian-12.11.0-amd64-netinst.iso"] {
                try Data().write(to: downloads.appending(path: name))
            }
        }

        private init(home: URL) { self.home = home }

        /// The same computer once more: what is done there changes nothing here.
        func copy(to folder: URL) throws -> Computer {
            try FileManager.default.copyItem(at: home, to: folder)
            return Computer(home: folder)
        }

        /// Types a block.
        /// - Parameter stop: the number of the call at which Ctrl-C is pressed.
        /// - Returns: the exit status, the calls that VBoxManage took, and what was printed on both streams.
        @discardableResult
        func type(_ block: String, stoppingAt stop: Int? = nil) throws -> (status: Int32, calls: [String], printed: String) {
            try? FileManager.default.removeItem(at: calls)
            let shell = Process()
            shell.executableURL = URL(filePath: "/usr/bin/setsid")
            shell.arguments = ["--wait", "bash", "-c", "exec 2>&1 </dev/null\nset -e\n\(block)"]
            // A path that was written down in a copied home would lead to the other.
            var environment = ["PATH": "\(home.path)/programs:/usr/bin:/bin", "VBOX_CALLS": calls.path, "HOME": home.path]
            environment["VBOX_STOP_AT"] = stop.map(String.init)
            shell.environment = environment
            let pipe = Pipe()
            shell.standardOutput = pipe
            shell.standardError = FileHandle.nullDevice
            try shell.run()
            let printed = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            shell.waitUntilExit()
            let text = (try? String(contentsOf: calls, encoding: .utf8)) ?? ""
            return (shell.terminationStatus, text.split(separator: "\n").map(String.init), printed)
        }

        /// All that VirtualBox keeps, without what it draws by lot, and with the home named `~`.
        func state() throws -> String {
            let folder = home.appending(path: "VirtualBox VMs")
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".vbox") }.sorted()
            let texts = try (files.map { folder.appending(path: $0) } + [home.appending(path: ".config/VirtualBox/registry")]).map {
                try String(contentsOf: $0, encoding: .utf8).replacing(home.path, with: "~")
            }
            return texts.joined(separator: "\n")
                .replacing(/080027[0-9A-F]{6}/, with: "MAC")
                .replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "UUID")
        }

        /// What VBoxManage says of a machine.
        func value(_ key: String, of machine: String) throws -> String? {
            let lines = try type("VBoxManage showvminfo \(machine) --machinereadable").printed.split(separator: "\n")
            return lines.first { $0.hasPrefix("\(key)=") }.map { $0.dropFirst(key.count + 1).trimmingCharacters(in: ["\""]) }
        }
    }

    /// What a step has for VirtualBox: the blocks of its tasks, and those in its texts.
    private struct Blocks {
        var tasks: [String]
        var texts: [String]

        init(_ step: String, platform: String) throws {
            let lab = try Lab.load(RecordedWalk.root.appending(path: "labs/postgresql-cluster"))
            let addresses = try #require(lab.addresses[.virtualbox])
            let situation = Situation(
                lab: lab, platform: try #require(lab.platform(named: platform)), environment: .virtualbox,
                contacts: addresses.mapValues { Contact(address: $0, user: "student") })
            let step = try #require(situation.lab.step(named: step))
            tasks = situation.calls(of: step).map(\.command).filter { $0.contains("VBoxManage") }
            let prose = [step.teach.render(situation.values), step.withoutUndo?.render(situation.values) ?? ""].joined(separator: "\n")
            texts = prose.matches(of: /```\n([^`]*)```/).map { String($0.output.1) }.filter { $0.contains("VBoxManage") }
        }

        /// The block in the texts that says this.
        func text(with word: String) throws -> String { try #require(texts.first { $0.contains(word) }) }
    }

    /// Everything that step machines has to type, once.
    private func machines(on computer: Computer, platform: String) throws {
        for block in try Blocks("machines", platform: platform).tasks { #expect(try computer.type(block).status == 0, "\(block)") }
    }

    @Test(arguments: ["rocky9", "debian12"]) func fromAnISOToFourMachines(platform: String) throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            var calls: [String] = []
            let blocks = try Blocks("machines", platform: platform).tasks
            #expect(blocks.count >= 10)
            for block in blocks {
                let first = try computer.type(block)
                #expect(first.status == 0, "\(block): \(first.printed)")
                #expect(!first.printed.contains("warning"), "\(block): \(first.printed)")
                calls += first.calls
                let state = block.contains("--version") ? "" : try computer.state()
                let second = try computer.type(block)
                #expect(second.status == 0, "typed twice: \(block): \(second.printed)")
                #expect(try block.contains("--version") || computer.state() == state, "typed twice: \(block)")
            }
            for (number, machine) in Self.names.enumerated() {
                #expect(calls.contains { $0.hasPrefix("clonevm golden") && $0.contains("--name \(machine) ") })
                #expect(calls.contains { $0.hasPrefix("modifyvm \(machine) ") })
                #expect(calls.contains { $0.hasPrefix("startvm ") && $0.split(separator: " ").map(String.init).contains(machine) })
                #expect(try computer.value("VMState", of: machine) == "running")
                #expect(try computer.value("hostonlyadapter2", of: machine) == "vboxnet0")
                #expect(try computer.value("Forwarding(0)", of: machine) == "ssh,tcp,127.0.0.1,220\(number + 1),,22")
                #expect(try computer.value("Forwarding(1)", of: machine) == nil)
                #expect(try computer.type("VBoxManage list dhcpservers").printed.contains("Fixed Address:    192.168.56.1\(number + 1)\n"))
            }
            let cards = try Self.names.flatMap { machine in try ["macaddress1", "macaddress2"].map { try computer.value($0, of: machine) } }
            #expect(Set(cards).count == 8)
            #expect(try computer.value("VMState", of: "golden") == "poweroff")
            #expect(try computer.value("\"SATA-1-0\"", of: "pg3") == "emptydrive")
        }
    }

    /// At each call that changes something Ctrl-C is pressed; the block, typed again, does the rest.
    @Test(arguments: 0..<10) func everyBlockMayBeStoppedHalfWay(number: Int) throws {
        let blocks = try Blocks("machines", platform: "debian12").tasks
        #expect(blocks.count == 10)
        let block = blocks[number]
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            for earlier in blocks[..<number] { try computer.type(earlier) }
            let undisturbed = try computer.copy(to: folder.appending(path: "undisturbed"))
            let calls = try undisturbed.type(block).calls
            let looking = ["list ", "showvminfo ", "showmediuminfo ", "--version"]
            for (index, call) in calls.enumerated() where !looking.contains(where: call.hasPrefix) {
                let other = try computer.copy(to: folder.appending(path: "stopped-\(index)"))
                let stopped = try other.type(block, stoppingAt: index + 1)
                #expect(stopped.status != 0, "\(call)")
                #expect(stopped.calls.count == index + 1, "\(call)")
                let again = try other.type(block)
                #expect(again.status == 0, "\(call): \(again.printed)")
                #expect(try other.state() == undisturbed.state(), "\(call)")
            }
        }
    }

    @Test func stopSnapshotAndBack() throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            try machines(on: computer, platform: "rocky9")
            let blocks = try Blocks("machines", platform: "rocky9")
            let words = ["acpipowerbutton", "take fresh", "restore fresh"]
            for block in try words.map(blocks.text) {
                #expect(try computer.type(block).status == 0, "\(block)")
                let state = try computer.state()
                #expect(try computer.type(block).status == 0, "typed twice: \(block)")
                #expect(try computer.state() == state, "typed twice: \(block)")
            }
            for machine in Self.names { #expect(try computer.value("VMState", of: machine) == "poweroff") }
            #expect(try computer.type("VBoxManage snapshot pg2 list").printed.contains("Name: fresh "))
        }
    }

    @Test func undoRemovesTheFourAndLeavesGolden() throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            try machines(on: computer, platform: "rocky9")
            let blocks = try Blocks("machines", platform: "rocky9")
            let remove = try blocks.text(with: "unregistervm")
            #expect(try computer.type(remove).printed.contains("while it is locked"), "a machine that runs is not removed")
            for block in [try blocks.text(with: "poweroff"), remove] {
                #expect(try computer.type(block).status == 0, "\(block)")
                #expect(try computer.type(block).status == 0, "typed twice: \(block)")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: computer.home.appending(path: "VirtualBox VMs").path)
            #expect(left.filter { !$0.hasPrefix(".") } == ["golden"])
            #expect(try computer.type("VBoxManage list vms").printed.hasPrefix("\"golden\" "))
            try machines(on: computer, platform: "rocky9")
            #expect(try computer.value("VMState", of: "pg3") == "running")
        }
    }

    @Test func thePowerGoesAndComesBack() throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            try machines(on: computer, platform: "debian12")
            let blocks = try Blocks("failover", platform: "debian12").tasks
            let outcomes = try blocks.flatMap { [try computer.type($0), try computer.type($0)] }
            #expect(outcomes.allSatisfy { $0.status == 0 })
            #expect(
                outcomes.flatMap(\.calls).filter { !$0.hasPrefix("list") } == ["controlvm pg1 poweroff", "startvm pg1 --type headless"])
        }
    }

    @Test func answersAreOnlyPreparedForAnEmptyDisk() throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            let blocks = try Blocks("machines", platform: "debian12")
            for block in blocks.tasks.prefix(while: { !$0.contains("startvm") }) { try computer.type(block) }
            let unattended = try blocks.text(with: "unattended")
            #expect(try computer.type(unattended).calls.contains { $0.hasPrefix("unattended install golden") })
            #expect(try computer.type(unattended).status == 0)
            try #"{"size": 20480, "used": 1900}"#.write(
                to: computer.home.appending(path: "VirtualBox VMs/golden/golden.vdi"), atomically: true, encoding: .utf8)
            let late = try computer.type(unattended)
            #expect(late.status == 0)
            #expect(!late.calls.contains { $0.hasPrefix("unattended") })
        }
    }

    /// The traps that `virtualbox.md` of the project measured: each with its status and the first words of its message.
    @Test func theStandInRefusesWhatTheRealOneRefuses() throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            try machines(on: computer, platform: "rocky9")
            let refused: [(command: String, status: Int32, says: String)] = [
                ("clonevm golden --nmae pg1", 2, "Unknown option: --nmae"),
                ("clonevm golden --nameless x", 2, "Unknown option: --nameless"),
                ("clonevm golden --name pg1 --mode machine --register", 1, "already exists"),
                ("clonevm nosuch --name x", 1, "Could not find a registered machine named 'nosuch'"),
                ("clonevm Golden --name x", 1, "Could not find a registered machine named 'Golden'"),
                ("clonevm golden --name x --mode machinechildren", 2, "Invalid clone mode"),
                ("clonevm golden --name x --options Link", 1, "Linked clone can only be created from a snapshot"),
                ("clonevm golden --name x --snapshot nosuch", 1, "This machine does not have any snapshots"),
                ("clonevm golden --name ''", 1, "must not be empty"),
                ("clonevm golden --name x --groups pg", 1, "Invalid machine group 'pg'"),
                ("modifyvm golden --nic2 host", 1, "Invalid type 'host' specfied for NIC 2"),
                ("modifyvm golden --nic2 hostonlynet", 1, "Invalid type 'hostonlynet' specfied for NIC 2"),
                ("modifyvm golden --nic2x nat", 1, "Unknown option"),
                ("modifyvm golden --memoryx 5", 1, "Unknown option"),
                ("modifyvm golden --memory 0", 1, "Invalid RAM size: 0 MB"),
                ("modifyvm golden --macaddress1 08:00:27:aa:bb:cc", 1, "Invalid MAC address format"),
                ("modifyvm golden --natpf1 delete nosuch", 1, "Code NS_ERROR_INVALID_ARG"),
                ("modifyvm golden --natpf1 ssh,tcp,127.0.0.1,2222,,22", 1, "A NAT rule of this name already exists"),
                (
                    "modifyvm golden --natpf1 other,tcp,127.0.0.1,2222,,22", 1,
                    "A NAT rule for this host port and this host IP already exists"
                ),
                ("modifyvm pg1 --cpus 2", 1, "already locked for a session"),
                ("modifyvm nosuch --cpus 2", 1, "Could not find a registered machine named 'nosuch'"),
                ("startvm", 1, "Usage"),
                ("startvm pg1 --type headless", 1, "already locked by a session"),
                ("startvm golden --type head", 1, "Invalid frontend name: 'head'"),
                ("controlvm golden poweroff", 1, "Machine 'golden' is not currently running."),
                ("controlvm pg1 off", 2, "Invalid parameter 'off'"),
                ("unregistervm pg1 --delete", 1, "Cannot unregister the machine 'pg1' while it is locked"),
                ("unregistervm pg2 pg3 --delete", 2, "Invalid parameter 'pg3'"),
                ("hostonlynet add", 2, "Invalid command 'hostonlynet'"),
                ("list hostonlynets", 2, "Unknown subcommand"),
                ("dhcpserver modify --interface=vboxnet7 --vm=pg1 --nic=2 --fixed-address=192.168.56.11", 2, "could not be found"),
                ("dhcpserver modify --interface=vboxnet0 --vm=pg9 --nic=2 --fixed-address=192.168.56.11", 1, "Could not find a registered"),
            ]
            for (command, status, says) in refused {
                let outcome = try computer.type("VBoxManage \(command)")
                #expect(outcome.status == status, "\(command): \(outcome.printed)")
                #expect(outcome.printed.contains(says), "\(command): \(outcome.printed)")
            }
            for accepted in [
                "clonevm --name b1 golden --mode Machine --options=keepallmacs", "clonevm golden --name b2 --mode machineandchildren",
                "modifyvm golden --nic2 HostOnly", "list vms", "showvminfo golden", "--version",
            ] {
                let outcome = try computer.type("VBoxManage \(accepted)")
                #expect(outcome.status == 0, "\(accepted): \(outcome.printed)")
            }
        }
    }

    /// The trap of the course as it was: without the network, the command that needs it succeeds, and the machines do not start.
    @Test func withoutTheNetworkThereIsAWarningAndNoStart() throws {
        try TemporaryFolder.with { folder in
            let computer = try Computer(in: folder)
            let blocks = try Blocks("machines", platform: "rocky9").tasks.filter { !$0.contains("hostonlyif create") }
            for block in blocks.prefix(while: { !$0.contains("startvm") }) {
                let outcome = try computer.type(block)
                #expect(outcome.status == 0)
                if block.contains("--hostonlyadapter2") {
                    #expect(outcome.printed.contains("warning: Interface \"vboxnet0\" doesn't seem to exist"))
                }
            }
            let start = try computer.type("VBoxManage startvm golden --type headless")
            #expect(start.status == 1)
            #expect(start.printed.contains("Nonexistent host networking interface, name 'vboxnet0'"))
        }
    }
}
