import ArgumentParser

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look at the machines and say what passes of a step.",
        discussion: """
            What 'check' does inside lab: it judges the step where you are, or another
            one, and writes that down in your journal.

            EXAMPLES
              lab check
              lab check \(Examples.early)
              lab check 4 \(Examples.second)
              lab check all            everything up to the step where you are

            Exit status: 0 all passed, 1 something failed, 2 bad usage, 3 something could
            not be observed.
            """)

    @OptionGroup var options: PromptOptions
    @Argument(help: "A step, by name or number, or 'all'; and a machine.", completion: Candidates.stepsAndMachines) var words: [String] = []

    @MainActor
    func run() async throws { try await options.carryOut("check", words, writing: true) }
}
