import ArgumentParser
import Course
import Display
import Foundation
import Machines
import Sandbox
import Workstation

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Is this computer ready: the course, keys, your machines, practice machines?",
        discussion: """
            Looks, changes nothing, and says what to do if something is missing.

            EXAMPLES
              lab doctor
              lab doctor --machines own.yaml
              lab doctor --format json

            Exit status: 0 nothing is missing, 1 something is.
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var table: TableOptions
    @OptionGroup var colour: ColourOptions

    func run() async throws {
        let folders = Folders()
        let programs = InstalledPrograms()
        var told: [(title: String, findings: [Finding])] = []
        func tell(_ title: String, _ findings: [Finding]) {
            told.append((title, findings))
            // Each part as soon as it is known: trying the machines may take a while.
            if table.format == .pretty { Screen.write(text(title, findings)) }
        }

        let (shelf, course) = lookAtCourse()
        let (inventory, own) = lookAtInventory(folders)
        tell("This computer", course + FoldersLook(folders).findings())
        let library = Finding(.ready, "libssh is \(Connection.libraryVersion).")
        tell("Logging in", [library] + LoginLook(programs).findings(inventory))
        let isSandbox = inventory.map { $0.environment == .sandbox } ?? false
        var machines = own
        if let inventory {
            Screen.remark("Trying \(inventory.machines.map(\.name).joined(separator: ", ")) …")
            machines += try await ReachLook(inventory).findings()
        }
        tell("Your machines", machines)
        let practice = PracticeLook(programs, engine: shelf?.sandbox)
        var findings = practice.findings(isWanted: isSandbox)
        if shelf != nil, isSandbox, options.machinesFile == nil, !findings.contains(where: { $0.state == .missing }) {
            findings += try await practice.findings(of: try options.course.sandbox(folders))
        }
        tell("Practice machines", findings)
        let document = FindingsDocument(told)
        try table.say(document) {
            Screen.tell(document.ready ? "Nothing is missing." : "Something is missing. See the advice below each \(mark(.missing)).")
        }
        if !document.ready { throw ExitCode(1) }
    }

    private func lookAtCourse() -> (Shelf?, [Finding]) {
        do {
            let shelf = try options.course.shelf()
            let lab = try options.course.lab(on: shelf)
            return (shelf, [Finding(.ready, "The course is in \(shelf.labs.path): \(lab.name), \(lab.steps.count) steps.")])
        } catch {
            return (nil, [Finding(.missing, "The course cannot be read.", advice: "\(error)")])
        }
    }

    private func lookAtInventory(_ folders: Folders) -> (Inventory?, [Finding]) {
        guard let file = options.inventoryFile(folders) else {
            return (
                nil,
                [
                    Finding(
                        .remark, "lab does not know your machines yet.",
                        advice: "lab sandbox up makes practice machines; lab machines asks for your own.")
                ]
            )
        }
        do {
            return (try Inventory.load(file), [Finding(.ready, "They are in \(file.path).")])
        } catch {
            return (nil, [Finding(.missing, "\(file.path) cannot be used.", advice: "\(error)")])
        }
    }

    private var terminal: Terminal { Terminal.standardOutput(noColour: colour.noColour) }

    private func mark(_ state: Finding.State) -> String {
        let mark: Mark =
            switch state {
            case .ready: .passed
            case .remark: .note
            case .missing: .failed
            }
        return Palette(terminal).mark(mark)
    }

    private func text(_ title: String, _ findings: [Finding]) -> String {
        var lines = [Palette(terminal).paint(title, .heading)]
        for finding in findings {
            lines += Layout.wrap(
                Cleaner.line(finding.what, limit: 500), width: terminal.textWidth, first: mark(finding.state) + " ", rest: "    ")
            for line in (finding.advice ?? "").split(separator: "\n") {
                lines += Layout.wrap(Cleaner.line(String(line), limit: 500), width: terminal.textWidth, first: "    ", rest: "    ")
            }
        }
        return lines.joined(separator: "\n") + "\n\n"
    }
}
