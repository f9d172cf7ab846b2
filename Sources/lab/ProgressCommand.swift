import ArgumentParser

struct ProgressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress",
        abstract: "Show how far you are.",
        discussion: """
            Which steps have passed, how often you checked each, and how many hints you
            took.

            EXAMPLES
              lab progress
            """)

    @OptionGroup var options: PromptOptions

    @MainActor
    func run() async throws { try await options.carryOut("progress") }
}
