import Classroom
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Machines

/// What other programs write is recognised, and called by its name.
@Suite struct ForeignClassTests {
    private let outline = LabOutline(name: "cluster", machines: ["pg1", "pg_witness"], platforms: ["debian12"])

    private func read(_ text: String, as name: String) -> Result<Class, Complaints> {
        WrittenClass.read(text, as: name, of: outline)
    }

    private func complaints(_ text: String, as name: String) -> [String] {
        guard case .failure(let error) = read(text, as: name) else { return [] }
        return error.all.map { "\($0.what); \($0.expected ?? "")" }
    }

    private func hosts(_ variables: String) -> String {
        "{\"_meta\": {\"hostvars\": {\"ada-pg1\": {\(variables)}, \"ada-pg_witness\": {\"ansible_host\": \"10.0.0.14\"}}}}"
    }

    @Test(arguments: [
        #""ansible_host": "{{ hostvars['x'].ip }}""#, #""ansible_host": "10.0.{{ n }}.1""#, #""ansible_host": "{{n}}.example""#,
        #""ansible_host": "10.0.0.1", "ansible_user": "{{ group }}""#,
        #""ansible_host": "10.0.0.1", "ansible_user": "{% if x %}a{% endif %}""#,
        #""ansible_host": "10.0.0.1", "ansible_port": "{{ base + 1 }}""#,
        #""ansible_host": "10.0.0.1", "ansible_ssh_common_args": "-J {{ gate }}""#,
        #""ansible_host": "10.0.0.1", "lab_student": "{{ owner }}""#,
    ])
    func bracesInAnInventoryOfAnsibleAreJinja(variables: String) {
        let all = complaints(hosts(variables), as: "hosts.json")
        #expect(all.count == 1, "\(all)")
        #expect(all.first?.contains("is a Jinja expression") == true, "\(all)")
        #expect(all.first?.contains("ansible-inventory does not resolve") == true, "\(all)")
        #expect(all.first?.contains("ansible HOST -m debug") == true, "\(all)")
    }

    @Test(arguments: [
        #""ansible_host": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n6231\n"}"#,
        #""ansible_host": "10.0.0.1", "ansible_port": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n6231\n"}"#,
        #""ansible_host": "$ANSIBLE_VAULT;1.2;AES256;dev\n6231\n""#,
        #""ansible_host": "10.0.0.1", "ansible_ssh_common_args": {"__ansible_vault": "x"}"#,
    ])
    func whatIsInTheVaultIsCalledSo(variables: String) {
        let all = complaints(hosts(variables), as: "hosts.json")
        #expect(all.count == 1, "\(all)")
        #expect(all.first?.contains("is encrypted with Ansible Vault") == true, "\(all)")
    }

    @Test func whatLabDoesNotNeedMayBeAnything() throws {
        let text = hosts(
            #""ansible_host": {"__ansible_unsafe": "10.0.0.11"}, "ansible_become_pass": {"__ansible_vault": "x"}, "motd": "{{ x }}""#)
        #expect(try read(text, as: "hosts.json").get().students[0].inventory["pg1"]?.address == "10.0.0.11")
    }

    @Test(arguments: [
        "[web]\npg1 ansible_host=10.0.0.1\n", "# mine\nada-pg1 ansible_host=10.0.0.1 ansible_user=ada\n", "[all:vars]\nansible_user=ada\n",
        "all:\n  hosts:\n    ada-pg1:\n      ansible_host: 10.0.0.1\n", "---\nclass_a:\n  hosts:\n    ada-pg1: {ansible_host: 10.0.0.1}\n",
        "all:\n  children:\n    x:\n",
    ])
    func anInventoryOfAnsibleInAnotherFormIsCalledSo(text: String) {
        for name in ["hosts", "hosts.ini", "inventory.yml", "inventory.yaml"] {
            let all = complaints(text, as: name)
            #expect(all.count == 1, "\(name): \(all)")
            #expect(all.first?.contains("this is an Ansible inventory") == true, "\(name): \(all)")
            #expect(all.first?.contains("--list") == true, "\(name): \(all)")
        }
    }

    @Test func aSpreadsheetOfPeopleIsAClass() throws {
        for text in [
            "Student;Group;PG1;PG-Witness;Known Hosts\n\"Hopper, Grace\";a;10.0.0.1;10.0.0.2;k\n",
            "STUDENT,Group,pg1,pg witness\r\n\"Hopper, Grace\",a,10.0.0.1,10.0.0.2\r\n",
            "sep=;\nStudent;Machine;Address\rHopper, Grace;PG1;10.0.0.1\rHopper, Grace;Pg_Witness;10.0.0.2\r",
        ] {
            let it = try read(text, as: "class.csv").get()
            #expect(it.students.map(\.name) == ["Hopper, Grace"], "\(text)")
            #expect(it.students.first?.inventory["pg_witness"]?.address == "10.0.0.2", "\(text)")
        }
        let twice = complaints("student,Student,pg1,pg_witness\na,b,10.0.0.1,10.0.0.2\n", as: "class.csv")
        #expect(twice.count == 1)
        #expect(twice.first?.contains("is already at") == true)
        let unquoted = complaints("student,pg1,pg_witness\nHopper, Grace,10.0.0.1,10.0.0.2\n", as: "class.csv")
        #expect(unquoted.count == 1)
        #expect(unquoted.first?.contains("a cell with a comma in it goes in quotes") == true)
    }

    @Test(arguments: [
        ("Hopper, Grace", true), ("O\u{2019}Brien", true), ("Gal\u{B7}la", true), ("Müller-Lüdenscheidt", true), (",a", false),
        ("a,", false), ("a;b", false), ("../a", false), ("a/b", false), ("=1+1", false),
    ])
    func names(name: String, fits: Bool) { #expect(ClassStudent.isName(name) == fits) }

    @Test func connectionsToJumpHostsEndByThemselves() {
        let words = JumpHost("a@gate:2200")?.opening(knownHosts: nil, control: "/tmp/x") ?? []
        #expect(words.contains("ControlPersist=300"))
        #expect(!words.contains("ControlPersist=yes"))
    }

    @Test func noFolderIsMadeWhereNobodyJumps() {
        func folders() -> Set<String> {
            Set(((try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []).filter { $0.hasPrefix("lab-") && $0.count == 10 })
        }
        let before = folders()
        let jumps = JumpHosts()
        #expect(folders().subtracting(before).isEmpty)
        withExtendedLifetime(jumps) {}
    }
}
