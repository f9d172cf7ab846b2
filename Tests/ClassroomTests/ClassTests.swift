@testable import Classroom
import DataFiles
import Foundation
import TestSupport
import Testing
@testable import Classroom
@testable import Machines

@Suite struct ClassTests {
    private let outline = LabOutline(name: "cluster", machines: ["pg1", "pg_witness"], platforms: ["debian12", "rocky9"])

    private func read(_ text: String, as name: String = "class.yaml") -> Result<Class, Complaints> {
        WrittenClass.read(text, as: name, of: outline)
    }

    private func complaints(_ text: String, as name: String = "class.yaml") -> String {
        guard case .failure(let error) = read(text, as: name) else { return "none" }
        return error.all.map { "\($0.place.line):\($0.place.column) \($0.what)" }.joined(separator: "; ")
    }

    private let head =
        "format: 1\nclass: autumn\nlab: cluster\nplatform: debian12\nmachines: {pg1: '10.0.{{n}}.11', pg_witness: '10.0.{{n}}.14'}\n"

    @Test func aPatternCountsTheStudents() throws {
        let it = try read(head + "defaults: {user: student, port: 2200}\nstudents: [ada, {student: Zoë Łaska, n: 7, user: zoe}]\n").get()
        #expect(it.students.map(\.name) == ["ada", "Zoë Łaska"])
        #expect(it.students[0].inventory["pg1"]?.address == "10.0.1.11")
        #expect(it.students[1].inventory["pg_witness"]?.address == "10.0.7.14")
        #expect(it.students.map { $0.inventory["pg1"]?.user } == ["student", "zoe"])
        #expect(
            it.students.allSatisfy {
                $0.inventory["pg1"]?.port == 2200 && $0.inventory.platform == "debian12" && $0.inventory.environment == .own
            })
    }

    @Test func studentsWithoutNamesAreCounted() throws {
        let counted = try read(head + "count: 120\n").get().students
        try #require(counted.count == 120)
        #expect(counted[6].name == "student-007")
        #expect(counted[119].inventory["pg1"]?.address == "10.0.120.11")
        let named = try read(head + "count: 9\nnamed: guest{{n}}\n").get().students
        #expect(named.map(\.name).prefix(2) == ["guest1", "guest2"])
        let many =
            "format: 1\nclass: mooc\nplatform: debian12\n"
            + "machines: {pg1: '10.{{hundreds}}.{{rest}}.1', pg_witness: '10.{{hundreds}}.{{rest}}.4'}\ncount: 1000\n"
        let thousand = try read(many).get().students
        #expect(Set(thousand.flatMap { $0.inventory.machines.map(\.address) }).count == 2000)
    }

    @Test func whatIsNearerToTheStudentGoesFirst() throws {
        let it = try read(
            head + """
                defaults: {user: everybody, identity: keys/class, known_hosts: class_known_hosts, proxy_jump: gate.example}
                groups:
                  evening: {user: evening, platform: rocky9, machines: {pg1: {address: '10.9.{{n}}.1', port: 23}}}
                students:
                  - {student: ada, group: evening}
                  - {student: bob, group: evening, user: bob, proxy_jump: none, machines: {pg1: 192.0.2.1}}
                  - cid

                """
        ).get()
        let ada = try #require(it.students[0].inventory["pg1"]), bob = try #require(it.students[1].inventory["pg1"])
        #expect(it.groups == ["evening"])
        #expect(ada.address == "10.9.1.1")
        #expect(ada.port == 23)
        #expect(ada.user == "evening")
        #expect(ada.proxyJump == "gate.example")
        #expect(bob.address == "192.0.2.1")
        #expect(bob.port == 23)
        #expect(bob.user == "bob")
        #expect(bob.proxyJump == nil)
        #expect(it.students.map(\.inventory.platform) == ["rocky9", "rocky9", "debian12"])
        #expect(it.students[2].inventory["pg1"]?.user == "everybody")
        #expect(ada.identity?.hasPrefix("/") == true, "paths begin at the class file's folder")
        #expect(ada.identity?.hasSuffix("/keys/class") == true, "paths begin at the class file's folder")
    }

    @Test(arguments: [
        ("students: [ada, ada]\n", "6:17 the student 'ada' is already at"),
        ("students: [{student: a, n: 3}, {student: b, n: 3}]\n", "pg1 of 'b' is at 10.0.3.11, where a's pg1 is"),
        ("students: [{student: a, group: x}]\ngroups: {y: {}}\n", "6:32 there is no group 'x'"),
        ("students: [{student: a, machnes: {}}]\n", "6:25 unknown key 'machnes'"),
        ("students: [{student: a, machines: {pg9: 10.0.0.1}}]\n", "6:36 lab cluster has no machine 'pg9'"),
        ("students: [{student: a, n: 300}]\n", "5:17 '10.0.300.11' is not an IPv4 address"),
        ("students: [\"a\\u001b[31m\"]\n", "is not valid as a student's name"),
        ("students: [{student: a, proxy_jump: '-oProxyCommand=x'}]\n", "6:37 '-oProxyCommand=x' is not a jump host"),
        ("students: [{student: a, identity: '{{nam}}'}]\n", "there is no value 'nam'"),
        ("students: [a]\ncount: 3\n", "both say who the students are"), ("", "nothing says who the students are"),
        ("students: [{student: a, platform: rocky8}]\n", "does not know the platform 'rocky8'"),
    ])
    func whatDoesNotFitIsSaidAtItsPlace(students: String, what: String) {
        #expect(complaints(head + students).contains(what), "\(complaints(head + students))")
    }

    @Test func oneAddressBehindTwoGatesIsTwoMachines() throws {
        let text =
            "format: 1\nclass: x\nplatform: debian12\nmachines: {pg1: 10.0.0.11, pg_witness: 10.0.0.14}\n"
            + "students: [{student: a, proxy_jump: a.example}, {student: b, proxy_jump: b.example}]\n"
        #expect(try read(text).get().students.count == 2)
    }

    @Test func anAnsibleInventoryIsAClass() throws {
        let hosts = """
            {"_meta": {"hostvars": {
              "ada-pg1": {"ansible_host": "10.0.1.11", "ansible_port": 2222, "ansible_user": "ada", "ansible_ssh_common_args": "-o \
              ProxyCommand=\\"ssh -W %h:%p gate\\""},
              "ada-pg-witness": {"ansible_host": "10.0.1.14", "ansible_ssh_common_args": "-J teacher@gate.example:2200"},
              "gate": {"ansible_host": "192.0.2.9"},
              "anything": {"lab_student": "bob", "lab_machine": "pg1", "ansible_host": "10.0.2.11", "lab_platform": "rocky9"},
              "pg_witness.bob": {"lab_group": "evening"}}},
             "all": {"children": ["ungrouped"]}}
            """
        let it = try read(hosts, as: "hosts.json").get()
        #expect(it.students.map(\.name) == ["ada", "bob"])
        #expect(it.remarks.count == 1)
        #expect(it.remarks.first?.contains("gate") == true)
        #expect(it.students[0].inventory["pg1"]?.proxyCommand == "ssh -W %h:%p gate")
        #expect(it.students[0].inventory["pg1"]?.port == 2222)
        #expect(it.students[0].inventory["pg_witness"]?.proxyJump == "teacher@gate.example:2200")
        #expect(it.students[1].group == "evening")
        #expect(it.students[1].inventory.platform == "rocky9")
        #expect(it.students[1].inventory["pg_witness"]?.address == "pg_witness.bob")
        #expect(
            complaints("{\"_meta\": {\"hostvars\": {\"a-pg1\": {\"ansible_host\": \"10.0.0.1; rm\"}, \"a-pg_witness\": {}}}}", as: "h.json")
                .contains("1:51 '10.0.0.1; rm' is not valid here"))
    }

    @Test func aSpreadsheetIsAClass() throws {
        let wide = read("\u{FEFF}student;group;pg1;pg_witness;user\r\n\"Ada \"\"L\"\"\";;10.0.1.11;10.0.1.14;ada\r\n", as: "class.csv")
        #expect(complaints("student,pg1,pg_witness\na,10.0.0.1\n", as: "c.csv").contains("2:1 the student 'a' has no machine pg_witness"))
        #expect(complaints("student,pg1,pg_witnes\na,10.0.0.1,x\n", as: "c.csv").contains("1:13 unknown column 'pg_witnes'"))
        #expect(
            complaints("student,machine,address,port\na,pg1,10.0.0.1,99999\na,pg_witness,10.0.0.2,\n", as: "c.csv").contains(
                "2:16 '99999' is not valid here"))
        guard case .failure(let error) = wide else {
            Issue.record("quotes are no part of a name: \(wide)")
            return
        }
        #expect(error.all.first?.place.line == 2)
        #expect(error.all.first?.what.contains("Ada \"L\"") == true)
        let long = try read("student,machine,address,port,user\nada,pg1,10.0.1.11,,\nada,pg_witness,10.0.1.14,2200,root\n", as: "class.csv")
            .get()
        #expect(long.students.count == 1)
        #expect(long.students.first?.inventory["pg_witness"]?.port == 2200)
        #expect(long.students.first?.inventory["pg1"]?.port == nil)
    }

    @Test func partsAreStableAndWhole() throws {
        let names = (1...500).map { "student-\($0)" }
        for count in [1, 3, 8] {
            let parts = (1...count).compactMap { Shard(number: $0, count: count) }
            for name in names { #expect(parts.count { $0.contains(name) } == 1) }
            for part in parts { #expect(names.count(where: part.contains) > 500 / count / 2, "spread evenly") }
        }
        #expect(Shard("2/5")?.contains("ada") == Shard(number: 2, count: 5)?.contains("ada"))
        #expect(Shard("0/5") == nil)
        #expect(Shard("6/5") == nil)
        #expect(Shard("a/b") == nil)
        #expect(
            try Shard.ofTask(["SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_COUNT": "4"]) == Shard("3/4"))
        #expect(
            try Shard.ofTask([
                "SLURM_ARRAY_TASK_ID": "14", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "4",
            ]) == Shard("3/4"))
        #expect(try Shard.ofTask(["JOB_COMPLETION_INDEX": "0"], count: 4) == Shard("1/4"))
        #expect(throws: Shard.NoTask.noCount(engine: "Kubernetes")) { try Shard.ofTask(["JOB_COMPLETION_INDEX": "0"]) }
        let most = String(Int.max)
        #expect(throws: Shard.NoTask.noNumber(variable: "JOB_COMPLETION_INDEX", text: most)) {
            try Shard.ofTask(["JOB_COMPLETION_INDEX": most], count: 4)
        }
        #expect(throws: Shard.NoTask.noNumber(variable: "SLURM_ARRAY_TASK_MIN", text: "-2")) {
            try Shard.ofTask(["SLURM_ARRAY_TASK_ID": "2147483647", "SLURM_ARRAY_TASK_MIN": "-2"], count: 4)
        }
        #expect(throws: Shard.NoTask.outside(task: 2, count: 4)) {
            try Shard.ofTask(["SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_MIN": "3", "SLURM_ARRAY_TASK_STEP": "2"], count: 4)
        }
        #expect(throws: Shard.NoTask.none) { try Shard.ofTask([:]) }
    }
}
