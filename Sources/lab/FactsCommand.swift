import ArgumentParser
import Companion
import Display
import Facts
import Pages

struct FactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts",
        abstract: "List what can be observed, or look at the machines for a table of it.",
        discussion: """
            EXAMPLES
              lab facts
              lab facts hostname
              lab facts hostname \(Examples.second) --format json

            Exit status: 0, 2 bad usage, 3 something could not be observed.
            """)

    @OptionGroup var options: PromptOptions
    @Argument(help: "A table, and a machine.", completion: Candidates.tables) var words: [String] = []
    @OptionGroup var table: TableOptions

    @MainActor
    func run() async throws {
        let tables = FactTableList(try options.student.readerJudge().catalog.facts.seen)
        guard let name = words.first, !tables.libraries.contains(name) else { return try list(tables) }
        let rest = words.joined(separator: " ")
        let isComplete = try await options.companion().leaving { companion in
            guard table.format == .json else { return try await companion.desk.facts(rest) }
            guard let (_, query) = try companion.desk.query(ofTable: rest) else { throw Refusal("There is no table '\(name)'.") }
            return try await companion.desk.say(query, as: table.format)
        }
        if !isComplete { throw ExitCode(3) }
    }

    /// The tables; that needs no machines.
    private func list(_ tables: FactTableList) throws {
        try table.say(FactTablesDocument(tables.tables(of: words.first))) { tables.tell(words.first, options.voice) }
    }
}

extension FactsPrompt {
    /// Answers a query in a format.
    /// - Returns: whether all that it reads was observed.
    func say(_ query: String, as format: TableOptions.Format) async throws -> Bool {
        guard format == .json else { return try await sql(query) }
        let answer = try await answer(query)
        Screen.write(try AnswerDocument(answer).json())
        return answer.unknown.isEmpty
    }
}
