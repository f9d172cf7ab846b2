import ArgumentParser
import Course
import Foundation
import Machines
import Sandbox
import Terminal
import Walk

extension SandboxCommand {
    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Back to fresh clones, or to the start of a step. What is on the machines is lost.",
            discussion: """
                Once made, the start of a step is kept as saved images. The first time, lab
                makes it: it takes the nearest earlier step that is saved, else fresh
                clones, and types the course from there.

                EXAMPLES
                  lab sandbox reset
                  lab sandbox reset --to \(Examples.late)
                  lab sandbox reset --to before-my-experiment     a name given to 'save'
                """)
        @OptionGroup var options: Options
        @Option(help: "A step, by name or number, or a name given to 'lab sandbox save'.", completion: Candidates.steps) var to: String?

        func run() async throws {
            let sandbox = try options.sandbox()
            let claim = try sandbox.claim(doing: "lab sandbox reset")
            defer { withExtendedLifetime(claim) {} }
            guard let to else {
                try await sandbox.reset(progress: Up.tell)
                print("The practice machines are fresh clones again.")
                return
            }
            try await options.course.states(of: sandbox).putBack(to: to, tell: Up.tell)
            print("The practice machines are as at \(to).")
        }
    }

    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep the machines as they are now, under a name.",
            discussion: """
                They are shut down for a moment. Without a name, lists what is kept.

                EXAMPLES
                  lab sandbox save before-my-experiment
                  lab sandbox reset --to before-my-experiment
                """)
        @OptionGroup var options: Options
        @Argument(help: "A name: small letters, digits, hyphens.") var name: String?
        @Flag(help: "Remove what is kept under this name instead.") var forget = false

        func run() async throws {
            let states = try options.course.states(of: try options.sandbox())
            guard let name else {
                guard !forget else { throw ValidationError("Remove what? Give its name.") }
                let names = try await states.sandbox.saved().map(\.name)
                print(names.isEmpty ? "Nothing is saved." : names.joined(separator: "\n"))
                return
            }
            if forget {
                try await states.forget(name)
                print("\(name) is forgotten.")
            } else {
                let claim = try states.sandbox.claim(doing: "lab sandbox save")
                defer { withExtendedLifetime(claim) {} }
                // Ctrl-C must not leave the machines half shut down.
                try await Interrupts.running(patience: .seconds(120)) { try await states.save(as: name, tell: Up.tell) }
                print("Saved. Back to it: lab sandbox reset --to \(name)")
            }
        }
    }
}

extension Sandbox {
    /// The machines for this command alone: another `lab` that types or judges would find them gone.
    /// - Returns: nil if there are none yet. A damaged inventory keeps nobody from removing machines, either.
    /// - Throws: ``MachinesClaim/Held``.
    func claim(doing what: String) throws -> MachinesClaim? {
        guard let machines = try? Inventory.load(inventory) else { return nil }
        return try MachinesClaim(machines, state: Folders().state, doing: what)
    }
}
