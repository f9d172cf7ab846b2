import Facts
import Foundation
import Testing

@testable import Reports

@Suite struct SharedMachinesTests {
    private static let marks = [
        IdentityMark.hostKey, IdentityMark(key: "machine_id", words: "machine-id", whose: .machine),
        IdentityMark(key: "system_identifier", words: "system identifier", whose: .cluster),
    ]

    private func student(_ name: String, _ machines: [String: MachineIdentity]) -> StudentReport {
        StudentReport(
            student: name, looks: machines.keys.sorted().map { MachineFacts(machine: $0, reached: true) }, identities: machines,
            judgements: [])
    }

    private func report(_ students: [StudentReport], shard: String? = nil, lab: String = "x") -> RunReport {
        RunReport(
            lab: lab, started: Date(timeIntervalSince1970: 0), finished: Date(timeIntervalSince1970: 9), shard: shard, students: students)
    }

    @Test func bothStudentsAreWarnedAndNobodyElse() {
        let ada = student(
            "ada",
            [
                "pg1": .init(["host_key": "k1", "machine_id": "m1", "system_identifier": "c1"]),
                "pg2": .init(["host_key": "k2", "machine_id": "m2", "system_identifier": "c1"]),
            ])
        let bob = student(
            "bob",
            [
                "pg1": .init(["host_key": "k9", "machine_id": "m9", "system_identifier": "c1"]),
                "pg2": .init(["host_key": "k1", "machine_id": "m1"]),
            ])
        let cid = student("cid", ["pg1": .init(["host_key": "k5"]), "pg2": .init(["host_key": "k6"])])
        let warned = report([ada, bob, cid]).warningAboutSharedMachines(by: Self.marks).warningAboutSharedMachines(by: Self.marks)
        #expect(
            warned.students.map(\.warnings) == [
                [
                    "Shared: pg1 has the host key and machine-id of bob's pg2: one machine, or copies of one.",
                    "Shared: the cluster has the system identifier of bob's cluster: one machine, or copies of one.",
                ],
                [
                    "Shared: pg2 has the host key and machine-id of ada's pg1: one machine, or copies of one.",
                    "Shared: the cluster has the system identifier of ada's cluster: one machine, or copies of one.",
                ],
                [],
            ])
    }

    @Test func aWarningStaysShortInALargeClass() {
        let all = report((1...3000).map { student("s\($0)", ["m1": .init(["host_key": "same"])]) }).warningAboutSharedMachines(
            by: Self.marks)
        #expect(
            all.students[0].warnings == ["Shared: m1 has the host key of s2's m1, s3's m1 and 2997 more: one machine, or copies of one."])
    }

    @Test func partsThatDoNotBelongTogetherAreRefused() throws {
        let one = report([student("a", [:])], shard: "1/2"), two = report([student("b", [:])], shard: "2/2")
        let (merged, missing) = try RunReport.merging([two, one])
        #expect(merged.isComplete)
        #expect(missing.isEmpty)
        #expect(merged.students.map(\.student) == ["b", "a"])
        #expect(try RunReport.merging([one]).missing == ["2/2"])
        #expect(throws: MergeError.twice(student: "a")) { try RunReport.merging([one, one]) }
        #expect(throws: MergeError.cuts("1/2", "2/3")) { try RunReport.merging([one, report([], shard: "2/3")]) }
        #expect(throws: MergeError.labs("x", "y")) { try RunReport.merging([one, report([], lab: "y")]) }
        #expect(throws: MergeError.nothing) { try RunReport.merging([]) }
    }
}
