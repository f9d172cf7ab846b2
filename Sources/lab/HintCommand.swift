import ArgumentParser

struct HintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hint",
        abstract: "Get a hint for the step where you are; again for more.",
        discussion: """
            What 'hint' does inside lab. It is written down which hints you took.

            EXAMPLES
              lab hint
            """)

    @OptionGroup var options: PromptOptions

    @MainActor
    func run() async throws { try await options.carryOut("hint", writing: true) }
}
