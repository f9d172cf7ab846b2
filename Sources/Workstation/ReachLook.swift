import Foundation
import Machines

/// Whether the machines of an inventory let this computer in, and what the account there may do.
package struct ReachLook: Sendable {
    private let inventory: Inventory

    /// A look at these machines. Nothing is asked and nothing is trusted: what would need an answer is reported.
    package init(_ inventory: Inventory) { self.inventory = inventory }

    /// Tries all machines at once.
    /// - Throws: `CancellationError`.
    package func findings() async throws -> [Finding] {
        try await withThrowingTaskGroup(of: (Int, Finding).self) { group in
            for (index, machine) in inventory.machines.enumerated() {
                group.addTask { (index, try await finding(machine)) }
            }
            var all: [(Int, Finding)] = []
            for try await one in group { all.append(one) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func finding(_ machine: ReachableMachine) async throws -> Finding {
        let start = ContinuousClock.now
        let connection = Connection(machine, dialogue: .silent, secrets: SecretBook { _ in nil })
        do {
            // The first words of every look: if this answers, so do they.
            let answer = try await connection.run(
                "sudo -kn true 2>/dev/null && echo sudo; echo lab", limits: CommandLimits(seconds: 20, bytes: 4096))
            await connection.close()
            let words = String(decoding: answer.output, as: UTF8.self).split(separator: "\n").suffix(2).map(String.init)
            let took = ((ContinuousClock.now - start) / .milliseconds(1)).rounded()
            guard words.last == "lab" else {
                return Finding(
                    .missing, "\(machine.name) lets \(machine.user) in, but runs nothing for it.",
                    advice: "Log in as \(machine.user) with ssh and see what it says: the account needs an ordinary shell.")
            }
            let mayBeRoot = words.contains("sudo") || machine.sudoPasswordFile != nil || machine.user == "root"
            guard mayBeRoot else {
                return Finding(
                    .remark, "\(machine.name) lets \(machine.user) in (\(Int(took)) ms); its sudo wants a password.",
                    advice: "lab asks for it once. A sudo rule without a password avoids that.")
            }
            return Finding(.ready, "\(machine.name) lets \(machine.user) in (\(Int(took)) ms), who may be root with sudo.")
        } catch let error as ConnectionError {
            if case .hostKeyUnknown = error {
                return Finding(.remark, "\(machine.name) answers, and \(error.brief).", advice: error.advice)
            }
            return Finding(.missing, "\(machine.name): \(error.brief).", advice: error.advice)
        }
    }
}
