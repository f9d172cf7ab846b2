import Course
import Testing

@testable import Machines

/// Places that cannot be right are named before anything is tried; everything else is left to the look.
@Suite struct PlaceFaultTests {
    private let others = [ReachableMachine(name: "pg1", address: "192.0.2.11", reach: "127.0.0.1", port: 2201, user: "student")]

    private func fault(_ address: String, _ reach: String? = nil, _ port: Int? = nil, in environment: Environment = .own) -> PlaceFault? {
        ReachableMachine(name: "pg2", address: address, reach: reach, port: port, user: "student").placeFault(
            beside: others, in: environment)
    }

    @Test func whatPeopleWriteByMistakeIsNamed() {
        #expect(fault("127.0.0.1:2201") == .port("127.0.0.1:2201"))
        #expect(fault("127.0.0.1", "127.0.0.1", 2202) == .ownAddress("127.0.0.1"))
        #expect(fault("localhost") == .ownAddress("localhost"))
        #expect(fault("::1") == .ownAddress("::1"))
        #expect(fault("10.0.2.15", "127.0.0.1", 2202, in: .virtualbox) == .natAddress("10.0.2.15"))
        #expect(fault("192.0.2.12", "127.0.0.1") == .workstation("127.0.0.1"))
        #expect(fault("192.0.2.12", "localhost", 22) == .workstation("localhost"))
        #expect(fault("192.0.2.11", "127.0.0.1", 2202) == .sameAddress("192.0.2.11", as: "pg1"))
        #expect(fault("192.0.2.12", "127.0.0.1", 2201) == .sameWay("127.0.0.1 port 2201", as: "pg1"))
    }

    @Test func whatMayBeRightIsLeftAlone() {
        #expect(fault("192.0.2.12") == nil)
        #expect(fault("192.0.2.12", "127.0.0.1", 2202) == nil)
        #expect(fault("10.0.2.15", in: .cloud) == nil)
        #expect(fault("2001:db8::12") == nil)
        #expect(fault("127.example.org") == nil)
        var behind = ReachableMachine(name: "pg2", address: "192.0.2.12", reach: "127.0.0.1", user: "student", proxyJump: "gate")
        #expect(behind.placeFault(beside: others, in: .own) == nil)
        behind.port = 2201
        #expect(behind.placeFault(beside: others, in: .own) == nil)
    }
}
