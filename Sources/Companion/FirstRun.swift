import Course
import Display
import Foundation
import Machines
import Pages
import Terminal

/// Asks where a student's machines are, tries each connection, and makes an inventory of the answers.
package struct FirstRun {
    let lab: Lab
    let terminal: Terminal

    package init(lab: Lab, terminal: Terminal) {
        self.lab = lab
        self.terminal = terminal
    }

    /// What the student chose.
    package enum Choice: Sendable {
        case sandbox
        case own(Inventory)
    }

    /// Asks. Nil when the student gave up (Ctrl-D, or no terminal).
    @MainActor
    package func ask() async throws -> Choice? {
        tell("lab does not know your machines yet. Where are they?")
        let places = [
            "practice machines that lab makes on this computer, with podman (ready in about two minutes)",
            "virtual machines in VirtualBox", "servers in a cloud", "other machines of mine",
        ]
        guard let place = choose(places) else { return nil }
        if place == 0 { return .sandbox }
        let environment: Environment = [.sandbox, .virtualbox, .cloud, .own][place]
        tell("Which system do they run?")
        guard let platform = choose(lab.platforms.map(\.title)) else { return nil }
        tell("As which user do you log in there? It needs to be one that may use sudo.")
        guard let user = answer("User [student]: ", default: "student", rule: .user) else { return nil }
        tell("Which private key do you log in with? Leave it empty if ssh finds it by itself (agent, ~/.ssh/config, the usual files).")
        guard let key = Question.line("Key file: ") else { return nil }
        var machines: [ReachableMachine] = []
        tell(
            "Now the address of each machine, as the machines see each other. If your computer reaches one at another "
                + "address or port, write that after it: 10.0.0.11 127.0.0.1:2201")
        for machine in lab.machines {
            guard let reachable = address(of: machine, user: user, key: key) else { return nil }
            machines.append(reachable)
        }
        let inventory = Inventory(lab: lab.name, environment: environment, platform: lab.platforms[platform].name, machines: machines)
        try await tryEach(inventory)
        return .own(inventory)
    }

    private func choose(_ options: [String]) -> Int? {
        for (index, option) in options.enumerated() { tell("  \(index + 1)  \(option)") }
        while let text = Question.line("Your choice: ") {
            if let number = Int(text), number >= 1, number <= options.count { return number - 1 }
            tell("A number from 1 to \(options.count), please.")
        }
        return nil
    }

    private func answer(_ question: String, default fallback: String, rule: Alphabet) -> String? {
        while let text = Question.line(question) {
            let value = text.isEmpty ? fallback : text
            if rule.accepts(value) { return value }
            tell("'\(Cleaner.line(value, limit: 60))' is not a valid name. Use letters, digits, '-', '_' and '.'.")
        }
        return nil
    }

    private func address(of machine: Machine, user: String, key: String) -> ReachableMachine? {
        while let text = Question.line("\(machine.name) (\(machine.role.name)): ") {
            let words = text.split(separator: " ").map(String.init)
            guard let address = words.first, Alphabet.host.accepts(address), words.count <= 2 else {
                tell("An address, please, such as 192.168.56.11.")
                continue
            }
            var reachable = ReachableMachine(
                name: machine.name, address: address, user: user,
                identity: key.isEmpty ? nil : NSString(string: key).expandingTildeInPath)
            if words.count == 2 {
                let parts = words[1].split(separator: ":", maxSplits: 1).map(String.init)
                reachable.reach = parts[0]
                reachable.port = parts.count > 1 ? Int(parts[1]) : nil
                guard Alphabet.host.accepts(parts[0]), parts.count == 1 || (1...65535).contains(reachable.port ?? 0) else {
                    tell("An address and a port, please, such as 127.0.0.1:2201.")
                    continue
                }
            }
            return reachable
        }
        return nil
    }

    /// Tries to log in to each machine, one after the other, since each may ask something.
    @MainActor
    private func tryEach(_ inventory: Inventory) async throws {
        let fleet = Fleet(inventory: inventory, dialogue: Asking().dialogue)
        for (index, machine) in inventory.machines.enumerated() {
            do {
                try await Interrupts.running { try await fleet.connection(to: machine.name)?.open() }
                tell("  \(machine.name): logged in as \(machine.user).")
            } catch let error as ConnectionError {
                tell("  \(machine.name): \(Cleaner.text(error.brief)). \(Cleaner.text(error.advice))")
            } catch is CancellationError {
                // The answers are worth more than the attempt: they are written down anyway.
                Interrupts.forget()
                tell("Stopped. Not tried: \(inventory.machines[index...].map(\.name).joined(separator: ", ")). 'lab doctor' tries them.")
                break
            }
        }
        await fleet.close()
    }

    private func tell(_ text: String) {
        let lead = String(text.prefix { $0 == " " })
        Layout.wrap(text, width: terminal.textWidth, first: lead, rest: lead).forEach(Screen.say)
    }
}
