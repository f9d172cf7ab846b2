import Course
import Foundation
import TestSupport
import Testing

@testable import Checks

/// No evidence, no verdict: what is told of the shipped checks while less and less is seen.
@Suite struct EvidenceTests {
    /// All sets of machines, on every state in which all is well; one machine, on every fault, is part of what fixtures show.
    @Test(arguments: ShippedCourse.fixtureFiles)
    func whereLessIsSeenNothingElseIsTold(file: String) throws {
        for one in try ShippedCourse.cases(of: file) {
            guard case .nothing = one.fixture.shows else { continue }
            let full = try one.judgements()
            let names = one.facts.machines.map(\.machine)
            for bits in 1..<(1 << names.count) {
                let absent = Set(names.indices.filter { bits & (1 << $0) != 0 }.map { names[$0] })
                let untruths = try one.untruths(without: absent, full)
                #expect(untruths == [], "\(one.fixture.place): '\(one.fixture.name)'")
            }
        }
    }

    /// Who could have been replaced is not started while a machine that could have become primary is out of sight. A standby may be.
    @Test func noPrimaryIsStartedWhileAnotherMachineIsOutOfSight() throws {
        var started: [Bool: Int] = [:]
        for one in try ShippedCourse.cases(of: "postgresql.yaml") {
            guard case .cause(let expected, _) = one.fixture.shows, ["server-runs", "standby-runs"].contains(expected.check.string),
                let machine = expected.machine, machine != "pg_witness"
            else { continue }
            func starts(without absent: String?) throws -> [String] {
                let seen = one.facts.machines.map {
                    $0.machine == absent
                        ? .unreached(
                            $0.machine, said: "192.0.2.1 port 22 gives no answer", seconds: 5, tables: one.judge.catalog.facts.tables) : $0
                }
                return try one.judgements(seen).flatMap { judgement -> [String] in
                    guard judgement.subject.machine == machine, case .failed(let diagnosis) = judgement.verdict else { return [] }
                    return diagnosis.causes.flatMap(\.fix).filter {
                        $0.at == machine && $0.run.contains("systemctl") && $0.run.contains("start postgresql")
                    }.map(\.run)
                }
            }
            let isStandby = one.facts.machines.contains { $0.machine == machine && $0.tables["standby_file"] == .rows([[.bool(true)]]) }
            if isStandby, started[true] != nil { continue }
            if try !starts(without: nil).isEmpty { started[isStandby, default: 0] += 1 }
            for absent in ["pg1", "pg2", "pg3"] where absent != machine && !isStandby {
                #expect(try starts(without: absent) == [], "\(one.fixture.place): '\(one.fixture.name)', without \(absent)")
            }
        }
        #expect((started[true] ?? 0) > 0, "\(started)")
        #expect((started[false] ?? 0) > 2, "\(started)")
    }
}
