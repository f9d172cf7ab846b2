import Checks
import Course
import DataFiles
import Facts
import Foundation
import Machines

/// One student's machines, and the lab they build there.
package struct Student: Sendable {
    package var name: String
    package let fleet: Fleet
    package let judge: Judge
    /// The arguments of `ssh` that make it know the machines by name.
    package let sshArguments: [String]

    /// Which lab this is, on which platform, and what its texts may quote.
    package var situation: Situation { judge.situation }
    package var lab: Lab { situation.lab }
    package var machines: [Machine] { situation.lab.machines }

    /// - Parameters:
    ///   - sshConfiguration: the file for `ssh -F`. It is not written here: `Inventory.writeSSHConfiguration(to:)`.
    ///   - program: the command that starts this program, for the tasks that call it.
    /// - Throws: `Misfit`, or a `Complaint` of the checks.
    package init(
        name: String = "me", lab: Lab, checks: CheckCatalog, inventory: Inventory, dialogue: LoginDialogue,
        sshConfiguration: URL, program: String
    ) throws {
        guard let platform = lab.platform(named: inventory.platform) else {
            throw Misfit.platform(inventory.platform, known: lab.platforms.map(\.name))
        }
        let missing = lab.machines.map(\.name).filter { inventory[$0] == nil }
        let unknown = inventory.machines.map(\.name).filter { lab.machine(named: $0) == nil }
        guard missing.isEmpty, unknown.isEmpty else { throw Misfit.machines(missing: missing, unknown: unknown) }
        sshArguments = ["-F", sshConfiguration.path]
        let situation = Situation(
            lab: lab, platform: platform, environment: inventory.environment, contacts: inventory.contacts,
            ssh: "ssh -F \(shellWord(sshConfiguration.path))", program: shellWord(program))
        fleet = Fleet(inventory: inventory, dialogue: dialogue)
        judge = try Judge(catalog: checks, situation: situation)
        self.name = name
    }

    /// A student of a class. Nobody is there to answer questions, and no tasks are shown.
    package init(name: String, fleet: Fleet, judge: Judge) {
        self.name = name
        self.fleet = fleet
        self.judge = judge
        sshArguments = []
    }

    /// An inventory that does not belong to the lab.
    package enum Misfit: Error, Sendable, Hashable, CustomStringConvertible {
        case platform(String, known: [String])
        case machines(missing: [String], unknown: [String])

        package var description: String {
            switch self {
            case .platform(let name, let known):
                "Your machines.yaml says platform '\(name)', which this lab does not know. It knows \(known.joined(separator: " and "))."
            case .machines(let missing, let unknown):
                "Your machines.yaml does not fit this lab."
                    + (missing.isEmpty ? "" : " Missing: \(missing.joined(separator: ", ")).")
                    + (unknown.isEmpty ? "" : " Not in this lab: \(unknown.joined(separator: ", ")).")
            }
        }
    }
}
