import ArgumentParser
import Reports

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of what lab verify --format json writes.",
        discussion: """
            EXAMPLES
              lab schema > report.schema.json
            """)

    func run() async throws { print(RunReport.schema, terminator: "") }
}
