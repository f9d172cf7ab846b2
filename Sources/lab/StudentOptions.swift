import ArgumentParser
import Checks
import Course
import Foundation
import Machines
import Walk

/// Whose machines are meant.
struct StudentOptions: ParsableArguments {
    @OptionGroup var course: CourseOptions

    @Option(
        name: .customLong("machines"), help: "The file that says where the machines are. Default: your own, else the sandbox's.",
        completion: .file())
    var machinesFile: String?

    /// The program as it was called: the tasks that need it show this to the student.
    static var programName: String {
        let called = CommandLine.arguments.first ?? "lab"
        guard called.contains("/") else { return called }
        return called.hasPrefix("/")
            ? called
            : FileManager.default.currentDirectoryPath + "/"
                + called.replacing("./", with: "", maxReplacements: called.hasPrefix("./") ? 1 : 0)
    }

    /// The inventory file: the one named, the student's own, or the sandbox's.
    func inventoryFile(_ folders: Folders = Folders()) -> URL? {
        if let machinesFile { return URL(filePath: machinesFile) }
        return [folders.inventory, folders.sandboxInventory].first { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// Where the walk of a student is written down.
    func journalFile(_ student: Student, _ folders: Folders = Folders()) -> URL {
        folders.state.appending(path: "walks/\(student.lab.name)-\(student.situation.environment.rawValue).jsonl")
    }

    /// The student, with connections that ask through `dialogue`.
    /// - Parameters:
    ///   - onlyLooking: whether nothing will call OpenSSH's client, so that its configuration may be missing where the
    ///     state folder is full or read-only.
    ///   - asking: the checks that will be asked, and nothing else; nil: any, and drills may be asked for.
    func student(
        dialogue: LoginDialogue = .silent, onlyLooking: Bool = false, asking: ((Lab) throws -> [Asked])? = nil
    ) throws -> Student {
        let folders = Folders()
        guard let file = inventoryFile(folders) else {
            throw ValidationError(
                """
                lab does not know your machines yet.
                Practice machines:  lab sandbox up
                Your own machines:  start lab in a terminal and answer its questions, or write \(folders.inventory.path)
                Only a look:        lab replay
                """)
        }
        let inventory = try Inventory.load(file)
        let shelf = try course.shelf(holding: course.labName ?? inventory.lab)
        let lab = try course.lab(on: shelf, of: (inventory.lab, file), choosing: inventory.choice, drills: asking == nil)
        let configuration = folders.state.appending(path: "ssh/\(inventory.environment.rawValue).conf")
        let student = try Student(
            lab: lab, checks: try CheckCatalog.load(shelf.checks, for: lab, asked: asking?(lab)), inventory: inventory, dialogue: dialogue,
            sshConfiguration: configuration, program: Self.programName)
        do {
            try inventory.writeSSHConfiguration(to: configuration)
        } catch {
            // Looking goes without it, and tasks that call ssh do not.
            if !onlyLooking { throw error }
        }
        return student
    }
}
