import ArgumentParser
import Display
import Gradebook
import Reports

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of reports, or the SQL of the gradebook.",
        discussion: """
            EXAMPLES
              lab schema > report.schema.json     what lab verify --format json writes
              lab schema --gradebook | psql       if lab may not create it itself
            """)

    @Flag(help: "The schema of the gradebook, as SQL.") var gradebook = false

    func run() async throws { Screen.write(gradebook ? GradebookSchema.script : RunReport.schema) }
}
