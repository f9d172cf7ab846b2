import ArgumentParser
import Sandbox
import Terminal

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
                // Ctrl-C must not leave the machines half shut down.
                try await Interrupts.running(patience: .seconds(120)) { try await states.save(as: name, tell: Up.tell) }
                print("Saved. Back to it: lab sandbox reset --to \(name)")
            }
        }
    }
}
