import Course
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Machines

@Suite struct InventoryTests {
    private func read(_ text: String) -> Result<Inventory, Complaints> {
        do {
            let inventory = try TemporaryFolder.with { folder in
                let url = folder.appending(path: "machines.yaml")
                try text.write(to: url, atomically: true, encoding: .utf8)
                return try Inventory.load(url)
            }
            return .success(inventory)
        } catch let error as Complaints {
            return .failure(error)
        } catch {
            Issue.record(error)
            return .failure(Complaints([]))
        }
    }

    private func complaint(_ machine: String, defaults: String = "{user: student}") -> String {
        let text = "format: 1\nlab: x\nenvironment: own\nplatform: debian12\ndefaults: \(defaults)\nmachines:\n  pg1: \(machine)\n"
        guard case .failure(let error) = read(text) else { return "none" }
        return error.all.map { "\($0.place.line):\($0.place.column) \($0.what)" }.joined(separator: "; ")
    }

    @Test func whatIsWrittenIsReadBackTheSame() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            func maybe(_ values: [String]) -> String? { Bool.random(using: &generator) ? values.randomElement(using: &generator) : nil }
            let machines = (1...4).map { number in
                ReachableMachine(
                    name: "pg\(number)", address: "10.0.\(Int.random(in: 0...255)).\(number)", reach: maybe(["127.0.0.1", "host.example"]),
                    port: Bool.random() ? Int.random(in: 1...65535) : nil, user: ["student", "root", "a-b_c"].randomElement()!,
                    identity: maybe(["/home/o'neill/key", "/a b/c"]), knownHosts: maybe(["/x/known hosts"]),
                    sudoPasswordFile: maybe(["/p"]),
                    proxyCommand: maybe(["ssh -W %h:%p bastion", "nc 'a' \"b\""]))
            }
            let inventory = Inventory(lab: "x", environment: .cloud, platform: "rocky9", machines: machines)
            #expect(try read(inventory.yaml()).get() == inventory)
        }
    }

    @Test(arguments: [
        ("{address: '10.0.0.1; rm -rf /'}", "'10.0.0.1; rm -rf /' is not valid here"),
        ("{address: -oProxyCommand=x}", "'-oProxyCommand=x' is not valid here"),
        ("{address: 10.0.0.1, user: 'a b'}", "'a b' is not valid here"), ("{address: 10.0.0.1, port: 70000}", "'70000' is not valid here"),
        ("{adress: 10.0.0.1}", "unknown key 'adress'"), ("{port: 22}", "the key 'address' is missing"), ("[10.0.0.1]", "this is a list"),
    ])
    func badValuesAreComplaints(machine: String, what: String) {
        #expect(complaint(machine).contains(what), "\(complaint(machine))")
    }

    @Test func twoMachinesWithOneAddressAreFound() {
        #expect(complaint("{address: 10.0.0.1}\n  pg2: {address: 10.0.0.1}").contains("pg2 has the address 10.0.0.1"))
    }

    @Test func defaultsApplyAndAreOverridden() throws {
        let text =
            "format: 1\nlab: x\nenvironment: own\nplatform: debian12\ndefaults: {user: student, port: 2200}\nmachines:\n"
            + "  pg1: {address: 10.0.0.1}\n  pg2: {address: 10.0.0.2, port: 22, user: admin}\n"
        let inventory = try read(text).get()
        #expect(inventory["pg1"]?.port == 2200)
        #expect(inventory["pg1"]?.user == "student")
        #expect(inventory["pg2"]?.port == 22)
        #expect(inventory["pg2"]?.user == "admin")
    }

    @Test func theFileIsForItsOwnerAlone() throws {
        try TemporaryFolder.with { folder in
            // In a folder that is not there yet.
            let url = folder.appending(path: "lab/machines.yaml")
            try Inventory(lab: "x", environment: .own, platform: "debian12", machines: []).write(to: url)
            let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func aSudoPasswordFileThatOthersMayReadIsRefused() throws {
        try TemporaryFolder.with { folder in
            let url = folder.appending(path: "password")
            try "secret\n".write(to: url, atomically: true, encoding: .utf8)
            let machine = ReachableMachine(name: "pg1", address: "10.0.0.1", user: "student", sudoPasswordFile: url.path)
            let passwords = SudoPasswords(secrets: SecretBook(ask: { _ in nil }))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
            #expect(throws: SudoPasswordFileError.readableByOthers(path: url.path)) { try passwords.known(for: machine) }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
            #expect(try passwords.known(for: machine) == "secret")
        }
    }

    /// What a person has in ~/.ssh/config counts for every machine, as with ssh itself.
    @Test func theConfigurationForOpenSSHIncludesThePersonsOwnForEveryMachine() throws {
        try TemporaryFolder.with { folder in
            let own = folder.appending(path: "own")
            try "Host *\n    Compression yes\n    User somebody\n".write(to: own, atomically: true, encoding: .utf8)
            let machines = ["pg1", "pg2"].map { ReachableMachine(name: $0, address: "192.0.2.1", user: "student") }
            let text = Inventory(lab: "x", environment: .own, platform: "debian12", machines: machines).sshConfiguration
            let file = folder.appending(path: "config")
            try text.replacing("~/.ssh/config", with: own.path).write(to: file, atomically: true, encoding: .utf8)
            for name in ["pg1", "pg2"] {
                let ssh = Process()
                let output = Pipe()
                ssh.executableURL = URL(filePath: "/usr/bin/ssh")
                ssh.arguments = ["-G", "-F", file.path, name]
                ssh.standardOutput = output
                try ssh.run()
                let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
                #expect(said.contains("compression yes"), "\(name)")
                #expect(said.contains("user student"), "\(name)")
            }
        }
    }
}
