import ArgumentParser
import Companion
import Pages

struct SqlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Ask your machines anything, in SQL.",
        discussion: """
            Every fact is a row of a table; 'lab facts' lists the tables. lab looks once at
            the machines, for the tables that the query names.

            EXAMPLES
              lab sql "SELECT machine, name FROM hostname"
              lab sql "SELECT * FROM hostname" --format json

            Exit status: 0, 2 bad usage, 3 something could not be observed.
            """)

    @OptionGroup var options: PromptOptions
    @Argument(help: "The query, in quotes.") var query: [String]
    @OptionGroup var table: TableOptions

    @MainActor
    func run() async throws {
        let isComplete = try await options.companion().leaving {
            try await $0.desk.say(query.joined(separator: " "), as: table.format)
        }
        if !isComplete { throw ExitCode(3) }
    }
}
