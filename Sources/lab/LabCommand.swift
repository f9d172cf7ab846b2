import ArgumentParser

/// The command line. Each subcommand has a file of its own; this is the list of them.
@main
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Build a PostgreSQL cluster with your own hands, and be told why when something is wrong.",
        discussion: """
            EXAMPLES
              lab                      start or resume the walk
              lab verify               judge your machines once, without a dialogue
              lab show names           read one step of the course
              lab sandbox up           make four practice machines

            Exit status: 0 all passed, 1 something failed, 2 bad usage or bad files,
            3 something could not be observed.
            """,
        version: "0.1.0",
        subcommands: [LintCommand.self, ListCommand.self, SandboxCommand.self])
}
