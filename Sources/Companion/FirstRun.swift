import Checks
import Course
import Display
import Foundation
import Machines
import Pages
import Terminal
import Walk

/// Asks where a student's machines are, tries each connection and all of them together, and makes an inventory of the answers.
package struct FirstRun {
    let lab: Lab
    let terminal: Terminal
    /// The student whose machines these are.
    let student: (Inventory, LoginDialogue) throws -> Student

    package init(lab: Lab, terminal: Terminal, student: @escaping (Inventory, LoginDialogue) throws -> Student) {
        self.lab = lab
        self.terminal = terminal
        self.student = student
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
        tell(Self.aboutPlaces(in: environment))
        let proposals = environment == .virtualbox ? proposalsOfVirtualBox() : [:]
        for machine in lab.machines {
            let proposal = proposals[machine.name]
            guard let reachable = way(to: machine, user: user, key: key, beside: machines, in: environment, proposal: proposal) else {
                return nil
            }
            machines.append(reachable)
        }
        let inventory = Inventory(lab: lab.name, environment: environment, platform: lab.platforms[platform].name, machines: machines)
        let student = try student(inventory, Asking().dialogue)
        if try await tryEach(student) { try await tryTogether(student) }
        await student.fleet.close()
        return .own(inventory)
    }

    /// What to write for each machine.
    private static func aboutPlaces(in environment: Environment) -> String {
        let way = "If your computer reaches it elsewhere, write where after it, with the port if that is not 22"
        return switch environment {
        case .virtualbox:
            "Now the address of each machine on the host-only network, where the machines see each other, such as 192.168.56.11 (on the "
                + "machine, 'ip -4 address' shows it, at the second card). \(way): 192.168.56.11 127.0.0.1:2201 for a forwarded port."
        case .cloud:
            "Now the private address of each server, at which the others reach it. \(way): 10.0.0.11 203.0.113.7 where 203.0.113.7 "
                + "is its public address."
        case .own, .sandbox:
            "Now the address of each machine, as the machines see each other. \(way): 10.0.0.11 127.0.0.1:2201"
        }
    }

    /// Asks VirtualBox on this computer for the machines' addresses and forwarded ports, and says what it read.
    /// - Returns: what to take if nothing is typed, by machine.
    private func proposalsOfVirtualBox() -> [String: String] {
        let names = lab.machines.map(\.name)
        let box: VirtualBox
        do throws(VirtualBox.Silence) {
            box = try VirtualBox(names)
        } catch {
            tell("\(Cleaner.line(error.description, limit: 200)). So please type them.")
            return [:]
        }
        guard !box.machines.isEmpty else {
            tell("VirtualBox on this computer has no machine named \(names.joined(separator: ", ")). So please type them.")
            return [:]
        }
        tell("VirtualBox on this computer says:")
        var proposals: [String: String] = [:]
        for name in names {
            guard let machine = box.machines[name] else {
                tell("  \(name): no machine of this name")
                continue
            }
            let planned = lab.addresses[.virtualbox]?[name]
            tell("  \(name): \(Self.words(for: machine, planned: planned))", hanging: 2)
            guard let address = machine.address?.text ?? planned else { continue }
            proposals[name] = address + (machine.forward.map { " \($0.address):\($0.port)" } ?? "")
        }
        let off = names.filter { box.machines[$0].map { $0.state != "running" } ?? false }
        if !off.isEmpty {
            tell("lab can log in only to machines that run. Start them in another terminal:")
            tell("  VBoxManage startvm \(off.joined(separator: " ")) --type headless")
        }
        if !proposals.isEmpty { tell("Enter takes what stands in [ ].") }
        return proposals
    }

    /// What VirtualBox knows of a machine, and where the rest comes from.
    private static func words(for machine: VirtualBox.Machine, planned: String?) -> String {
        let state = Cleaner.line(machine.state, limit: 30)
        let address =
            switch (machine.address?.source, planned) {
            case (.guest, _): "address \(machine.address?.text ?? "") (its Guest Additions say so)"
            case (.fixed, _): "address \(machine.address?.text ?? "") (fixed in VirtualBox's DHCP server)"
            case (.lease, _): "address \(machine.address?.text ?? "") (leased by VirtualBox's DHCP server, and may change)"
            case (nil, let planned?): "address not known to VirtualBox (\(planned) is the course's plan)"
            case (nil, nil): "address not known to VirtualBox"
            }
        let way = machine.forward.map { "port \($0.port) of this computer leads to its port 22" } ?? "no forwarded port"
        return "\(state == "poweroff" ? "powered off" : state), \(address), \(way)"
    }

    private func choose(_ options: [String]) -> Int? {
        for (index, option) in options.enumerated() {
            Layout.wrap(option, width: terminal.textWidth, first: "  \(index + 1)  ", rest: "     ").forEach(Screen.say)
        }
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

    private func way(
        to machine: Machine, user: String, key: String, beside others: [ReachableMachine], in environment: Environment, proposal: String?
    ) -> ReachableMachine? {
        let question = "\(machine.name) (\(machine.role.name))\(proposal.map { " [\($0)]" } ?? ""): "
        while let text = Question.line(question) {
            let words = (text.isEmpty ? proposal ?? "" : text).split(separator: " ").map(String.init)
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
            if let fault = reachable.placeFault(beside: others, in: environment) {
                tell(fault.description)
                continue
            }
            return reachable
        }
        return nil
    }

    /// Tries to log in to each machine, one after the other, since each may ask something.
    /// - Returns: whether it got in to all.
    @MainActor
    private func tryEach(_ student: Student) async throws -> Bool {
        var reached = 0
        let machines = student.fleet.inventory.machines
        for (index, machine) in machines.enumerated() {
            do {
                try await Interrupts.running { try await student.fleet.connection(to: machine.name)?.open() }
                tell("  \(machine.name): logged in as \(machine.user).")
                reached += 1
            } catch let error as ConnectionError {
                tell("  \(machine.name): \(Cleaner.text(error.brief)). \(Cleaner.text(error.advice))", hanging: 2)
            } catch is CancellationError {
                // The answers are worth more than the attempt: they are written down anyway.
                Interrupts.forget()
                tell("Stopped. Not tried: \(machines[index...].map(\.name).joined(separator: ", ")). 'lab doctor' tries them.")
                break
            }
        }
        return reached == machines.count
    }

    /// Looks whether they are four machines, each where it should be: what the first step with checks takes for granted.
    @MainActor
    private func tryTogether(_ student: Student) async throws {
        guard let step = student.situation.lab.steps.first(where: { !$0.checks.isEmpty }) else { return }
        let wanted = step.checks.filter(\.already).map { Asked(step: step.name, check: $0.name.string) }
        guard !wanted.isEmpty else { return }
        do {
            let round = try await Interrupts.running { try await student.check(wanted) }
            let failed = round.judgements.filter(\.hasFailed)
            if failed.isEmpty {
                tell("They are \(lab.machines.count) different machines, and each is where you said.")
            } else {
                tell("Together they are not as they should be:")
                Screen.say(VerdictText(terminal).list(failed))
                tell("Your answers are written down as they are. Change them with 'lab machines', or in the file.")
            }
        } catch is CancellationError {
            Interrupts.forget()
            tell("Stopped. 'check' in lab looks at them together.")
        }
    }

    /// - Parameter hanging: how far the lines after the first stand back.
    private func tell(_ text: String, hanging: Int = 0) {
        let lead = String(text.prefix { $0 == " " })
        let rest = lead + String(repeating: " ", count: hanging)
        Layout.wrap(text, width: terminal.textWidth, first: lead, rest: rest).forEach(Screen.say)
    }
}
