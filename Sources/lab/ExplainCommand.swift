import ArgumentParser
import Checks
import Display
import Pages

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a check fails now, and how to fix it.",
        discussion: """
            What 'explain' does inside lab, of the machines as they are now: it looks at
            them first. Nothing is written down. The name of a cause shows its page of the
            handbook, and needs no machines.

            EXAMPLES
              lab explain              the first failure of the step where you are
              lab explain \(Examples.second)
              lab explain \(Examples.second) --all
                                       also the causes that were ruled out

            Exit status: 0 all passed, 1 something failed, 2 bad usage, 3 something could
            not be observed.
            """)

    @OptionGroup var options: PromptOptions
    @Argument(help: "A check or a cause, and a machine.", completion: Candidates.checksCausesAndMachines) var words: [String] = []
    @Flag(help: "Also list the causes that were ruled out.") var all = false

    @MainActor
    func run() async throws {
        if options.student.inventoryFile() == nil, let page = try page { return Screen.say(page) }
        try await options.carryOut("explain", words + (all ? ["--all"] : []))
    }

    /// The page of the handbook that is asked for, if it is one.
    private var page: String? {
        get throws {
            let judge = try options.student.readerJudge()
            let page = Handbook(catalog: judge.catalog, situation: judge.situation).page(of: words.joined(separator: " "))
            return page.map { StepText.render(markdown: $0, for: options.voice.terminal) }
        }
    }
}
