import Foundation
import Machines
import TestSupport
import Testing

@testable import Walk

@Suite struct MachinesClaimTests {
    private func inventory(_ address: String) -> Inventory {
        Inventory(
            lab: "x", environment: .own, platform: "p", variables: [:],
            machines: [ReachableMachine(name: "pg1", address: address, user: "student")])
    }

    @Test func whoHoldsTheMachinesIsSaid() throws {
        let folder = try TemporaryFolder()
        let claim = try MachinesClaim(inventory("192.0.2.1"), state: folder.url, doing: "lab walk --auto")
        let held = #expect(throws: MachinesClaim.Held.self) {
            _ = try MachinesClaim(inventory("192.0.2.1"), state: folder.url, doing: "lab drill 3")
        }
        let said = try #require(held).description
        #expect(said.contains("lab walk --auto, process \(ProcessInfo.processInfo.processIdentifier), since "), "\(said)")
        // Other machines are free.
        _ = try MachinesClaim(inventory("192.0.2.2"), state: folder.url, doing: "lab drill 3")
        withExtendedLifetime(claim) {}
    }

    @Test func machinesAreFreeAgainAfterwards() throws {
        let folder = try TemporaryFolder()
        for _ in 1...2 { _ = try MachinesClaim(inventory("192.0.2.1"), state: folder.url, doing: "lab") }
    }
}
