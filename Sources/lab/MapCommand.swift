import ArgumentParser

struct MapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Draw the machines with their real state.",
        discussion: """
            EXAMPLES
              lab map

            Exit status: 0, or 3 if a machine was not reached.
            """)

    @OptionGroup var options: PromptOptions

    @MainActor
    func run() async throws {
        guard try await options.companion().leaving(after: { try await $0.desk.map() }) else { throw ExitCode(3) }
    }
}
