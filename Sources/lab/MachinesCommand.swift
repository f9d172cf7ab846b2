import ArgumentParser
import Checks
import Companion
import Course
import DataFiles
import Display
import Foundation
import Machines
import Sandbox
import Walk

struct MachinesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machines",
        abstract: "Say where your machines are, and try to reach them.",
        discussion: """
            Asks for their addresses, tries to log in to each machine, and writes
            machines.yaml. An older file is kept beside it.

            EXAMPLES
              lab machines
            """)

    @OptionGroup var options: StudentOptions

    @MainActor
    func run() async throws {
        try await Self.ask(options, Terminal.standardOutput(), Folders())
    }

    /// Asks where the machines are and writes the inventory down.
    @MainActor
    static func ask(_ options: StudentOptions, _ terminal: Terminal, _ folders: Folders) async throws {
        let shelf = try options.course.shelf()
        let lab = try options.course.lab(on: shelf)
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError(
                """
                lab does not know your machines yet, and standard input is not a terminal, so it does not ask.
                Practice machines:  lab sandbox up
                Your own machines:  start lab in a terminal, or write \(folders.inventory.path)
                """)
        }
        let firstRun = FirstRun(lab: lab, terminal: terminal) { inventory, dialogue in
            try Student(
                lab: lab, checks: try CheckCatalog.load(shelf.checks, for: lab), inventory: inventory, dialogue: dialogue,
                sshConfiguration: folders.state.appending(path: "ssh/\(inventory.environment.rawValue).conf"),
                program: StudentOptions.programName)
        }
        switch try await firstRun.ask() {
        case nil: throw CleanExit.message("Nothing was written. Start lab again when you know the addresses.")
        case .sandbox:
            let sandbox = try options.course.sandbox(folders)
            try await sandbox.up(progress: SandboxCommand.Up.tell)
        case .own(let inventory):
            let file = options.machinesFile.map { URL(filePath: $0) } ?? folders.inventory
            if FileManager.default.fileExists(atPath: file.path) {
                let old = file.appendingPathExtension("old")
                try? FileManager.default.removeItem(at: old)
                do { try FileManager.default.copyItem(at: file, to: old) } catch { throw FileFault(old.path, .written, error) }
            }
            try inventory.write(to: file)
            let said = "Written down in \(file.path). Change it there, or with 'lab machines'."
            Layout.wrap(said, width: terminal.textWidth).forEach(Screen.say)
        }
    }
}
