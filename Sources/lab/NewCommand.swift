import ArgumentParser
import Authoring
import Course
import DataFiles
import Display
import Foundation

struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Begin a lab, or a part of one, with files that say what each key is for.",
        discussion: """
            For course authors: docs/authoring.md leads from an empty folder to a step
            that is proved. What is there is never overwritten, and 'lab lint' has nothing
            to complain about in what these commands write.

            EXAMPLES
              lab new lab first                        a lab and its library
              lab new step names                       a step at the end of the course
              lab new fact resolver                    a table of facts
              lab new check names-resolve --step names
              lab new drill name-lost --check names-resolve --cause names-resolve-missing
              lab new platform sid --like debian13
            """,
        subcommands: [NewLab.self, NewStep.self, NewCheck.self, NewFact.self, NewDrill.self, NewPlatform.self])

    /// Writes a start, and says what was written and what to do next.
    static func write(_ start: Start) throws {
        try start.write()
        for file in start.files { Screen.tell("\(file.before == nil ? "wrote" : "changed") \(Cleaner.line(DataFile.shown(file.url)))") }
        Screen.tell(Cleaner.line(start.next))
    }

    struct NewLab: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lab", abstract: "A lab with two machines, a step, and a library with a check.",
            discussion: """
                EXAMPLES
                  lab new lab first
                  lab new lab first --in ~/course
                """)

        @Argument(help: "The name of the lab and of its library.") var name: String
        @Option(
            name: .customLong("in"), help: "The folder with labs/ and checks/, which are made if need be. Default: this one.",
            completion: .directory)
        var folder = "."

        func run() async throws {
            let url = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
            try NewCommand.write(.lab(name, in: URL(filePath: url.path)))
        }
    }

    struct NewStep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "step", abstract: "A step at the end of a lab.",
            discussion: """
                EXAMPLES
                  lab new step names
                  lab new step names --lab first
                """)

        @Argument(help: "The name of the step.") var name: String
        @OptionGroup var course: CourseOptions

        func run() async throws { try NewCommand.write(course.workbench().step(named: name)) }
    }

    struct NewCheck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "A check with a cause, in a library and in a step.",
            discussion: """
                EXAMPLES
                  lab new check names-resolve --step names
                  lab new check names-resolve --step names --library network
                """)

        @Argument(help: "The name of the check.") var name: String
        @Option(help: "The step that makes it true.", completion: Candidates.steps) var step: String
        @Option(help: "The library that it is of. Default: the last one that the lab names.", completion: Candidates.libraries)
        var library: String?
        @OptionGroup var course: CourseOptions

        func run() async throws { try NewCommand.write(course.workbench().check(named: name, step: step, library: library)) }
    }

    struct NewFact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fact", abstract: "A table of facts, and a row of the map that shows it.",
            discussion: """
                EXAMPLES
                  lab new fact resolver
                  lab new fact resolver --library network
                """)

        @Argument(help: "The name of the table.") var table: String
        @Option(help: "The library that it is of. Default: the last one that the lab names.", completion: Candidates.libraries)
        var library: String?
        @OptionGroup var course: CourseOptions

        func run() async throws { try NewCommand.write(course.workbench().fact(table: table, library: library)) }
    }

    struct NewDrill: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drill", abstract: "A drill whose fault a cause names.",
            discussion: """
                The repair of the cause becomes that of the drill, unless it depends on what
                is found, or on a person.

                EXAMPLES
                  lab new drill name-lost --check names-resolve --cause names-resolve-missing
                """)

        @Argument(help: "The name of the drill.") var name: String
        @Option(help: "The check that fails.", completion: Candidates.checks) var check: String
        @Option(help: "The cause of it that lab has to name.", completion: Candidates.causes) var cause: String
        @OptionGroup var course: CourseOptions

        func run() async throws { try NewCommand.write(course.workbench().drill(named: name, check: check, cause: cause)) }
    }

    struct NewPlatform: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "platform", abstract: "A platform that is like another one of the lab.",
            discussion: """
                EXAMPLES
                  lab new platform sid --like debian13
                """)

        @Argument(help: "The name of the platform.") var name: String
        @Option(help: "The platform that it is like in all that its own file does not say.", completion: Candidates.platforms)
        var like: String
        @OptionGroup var course: CourseOptions

        func run() async throws { try NewCommand.write(course.workbench().platform(named: name, like: like)) }
    }
}

extension CourseOptions {
    /// The lab meant, for its author.
    fileprivate func workbench() throws -> Workbench {
        let shelf = try shelf()
        if shelf.isGot {
            let folder = shelf.labs.deletingLastPathComponent().path
            throw ValidationError(
                "\(folder) is what 'lab get' installed, and stays as it is. Copy its labs/ and checks/ to a folder of your own, and work there."
            )
        }
        return try Workbench(shelf: shelf, lab: lab(on: shelf))
    }
}
