import ArgumentParser
import Course
import DataFiles
import Display
import Foundation
import Gradebook
import Reports

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of reports or of files that people write.",
        discussion: """
            The schemas of files are for editors: with one, an editor completes keys and
            marks what lab would not read. docs/writing-steps.md says how to name it there.
            They are in the folder schemas beside the labs.

            EXAMPLES
              lab schema > report.schema.json     what lab verify --format json writes
              lab schema step                     a step of a lab
              lab schema class                    a class file
              lab schema --gradebook | psql       if lab may not create it itself
            """)

    @Argument(help: "Of what.") var name = FileKind.report
    @Flag(help: "The schema of the gradebook, as SQL.") var gradebook = false

    func run() async throws {
        if gradebook { return Screen.write(GradebookSchema.script) }
        guard name != .report else { return Screen.write(RunReport.schema) }
        let file = try Shelf.find().schemas.appending(path: name.file)
        do {
            Screen.write(try String(contentsOf: file, encoding: .utf8))
        } catch {
            throw FileFault(file.path, .read, error)
        }
    }
}

/// What has a JSON Schema.
enum FileKind: String, CaseIterable, ExpressibleByArgument {
    case report, lab, step, drill, platform, library, checks, facts, `class`, machines

    /// Its file among the schemas.
    var file: String { "\(rawValue).schema.json" }

    var title: String {
        switch self {
        case .report: "lab verify --format json"
        case .lab: "lab: lab.yaml of a lab"
        case .step: "lab: a step of a lab"
        case .drill: "lab: a drill of a lab"
        case .platform: "lab: a platform of a lab"
        case .library: "lab: library.yaml of a library of checks"
        case .checks: "lab: checks of a library"
        case .facts: "lab: facts.yaml of a library of checks"
        case .class: "lab: a class file"
        case .machines: "lab: machines.yaml"
        }
    }
}
