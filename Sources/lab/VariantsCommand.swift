import ArgumentParser
import Classroom
import Course
import DataFiles
import Display
import Foundation
import Machines

struct VariantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "variants",
        abstract: "Show a student's own values, or those of a class.",
        discussion: """
            A lab may let values differ from student to student, such as a port. They
            are drawn from the student's name: the same name draws the same values,
            everywhere. docs/variants.md says how.

            EXAMPLES
              lab variants                              your own, by machines.yaml
              lab variants --variant ada                what this name would draw
              lab variants --class class.yaml           of all students of a class
              lab variants --class class.yaml --folder machines
                                            machines/ada.yaml and so on, to hand out
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var table: TableOptions
    @Option(help: "A name to draw from, instead of yours.") var variant: String?
    @Option(name: .customLong("class"), help: "A class: the values of each of its students.", completion: .file())
    var classFile: String?
    @Option(name: .customLong("student"), help: "Only this student of the class. May be repeated.", completion: Candidates.students)
    var students: [String] = []
    @Option(help: "With --class: the folder to write a machines.yaml for each student to.", completion: .directory) var folder: String?

    func validate() throws {
        if classFile == nil, folder != nil || !students.isEmpty {
            throw ValidationError("\(folder == nil ? "--student" : "--folder") is about a class. Say which: --class FILE")
        }
        if classFile != nil, variant != nil { throw ValidationError("--variant and --class exclude each other.") }
        if let variant, !Variant.isName(variant) { throw ValidationError("--variant takes \(Variant.nameRule).") }
    }

    func run() async throws {
        if let classFile { return try sayClass(URL(filePath: classFile)) }
        let file = options.inventoryFile()
        let inventory = try file.map { try Inventory.load($0) }
        var choice = inventory?.choice ?? Lab.Choice()
        if let variant {
            let name = Text(variant, at: Place(file: "--variant", line: 1, column: 1))
            choice.variant = Variant(name: name, variety: choice.variant?.variety ?? .all)
        }
        let machines = file.flatMap { file in inventory.map { (lab: $0.lab, file: file) } }
        let shelf = try options.course.shelf(holding: options.course.labName ?? inventory?.lab)
        let lab = try options.course.lab(on: shelf, of: variant == nil ? machines : nil, choosing: choice, drills: false)
        try say([(nil, lab)])
        guard table.format == .pretty, LabValues(of: lab) == nil else { return }
        let names = lab.vary.map(\.name.string)
        Screen.tell(
            names.isEmpty
                ? "The lab \(lab.name) is the same for everybody."
                : "Your values are the lab's own. What may vary: \(names.joined(separator: ", ")). "
                    + "'variant: NAME' in machines.yaml draws values for that name.")
    }

    private func sayClass(_ file: URL) throws {
        let shelf = try options.course.shelf()
        let members = try shelf.readClass(file, platform: nil, lab: options.course.labName).members
        let home = try shelf.holding(members.lab)
        members.remarks.forEach(Screen.remark)
        let meant = try members.students(named: students, inGroups: [])
        let labs = try meant.map {
            (student: $0, lab: try Lab.load(home.labs.appending(path: members.lab), choosing: $0.inventory.choice, drills: false))
        }
        try say(labs.map { ($0.student.name, $0.lab) })
        guard let folder else { return }
        do {
            try FileManager.default.createDirectory(at: URL(filePath: folder), withIntermediateDirectories: true)
        } catch {
            throw FileFault(folder, .written, error)
        }
        var files: Set<String> = []
        for (student, lab) in labs {
            let name = student.handoutName
            guard files.insert(name).inserted else {
                throw ValidationError("Two students of the class have the file \(name).yaml. Write them one at a time, with --student.")
            }
            try ResultFile.write(student.ownInventory(of: lab).yaml(), to: "\(folder)/\(name).yaml", mode: 0o600)
        }
        Screen.tell("Written: \(labs.count) files in \(folder). They name no keys and no jump hosts: students have their own.")
    }

    private func say(_ labs: [(student: String?, lab: Lab)]) throws {
        let document = VariantsDocument(labs)
        try table.say(document) {
            for entry in document.students {
                let drawn = entry.variant.map { "drawn from the name '\(Cleaner.line($0))'" } ?? "the lab's own"
                if let student = entry.student {
                    Screen.tell("\(Cleaner.line(student)): \(entry.values.isEmpty ? drawn : entry.list)")
                } else if !entry.values.isEmpty {
                    Screen.tell("Your values, \(drawn): \(entry.list).")
                }
            }
        }
    }
}

/// `lab variants --format json`.
struct VariantsDocument: TableDocument {
    struct Student: Encodable {
        @OrNull var student: String?
        @OrNull var variant: String?
        var values: [String: String]
        var list: String { values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
    }
    var lab: String
    var students: [Student]

    init(_ labs: [(student: String?, lab: Lab)]) {
        lab = labs.first?.lab.name ?? ""
        students = labs.map { student, lab in
            let own = LabValues(of: lab)
            return Student(
                student: OrNull(wrappedValue: student), variant: OrNull(wrappedValue: own?.variant),
                values: Dictionary((own?.values ?? []).map { ($0.name, $0.value) }) { first, _ in first })
        }
    }
}

extension ClassStudent {
    /// What the file for the student is called, without its ending.
    fileprivate var handoutName: String {
        String(name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    }

    /// The inventory for the student: with what draws the same values, and without the instructor's ways to the machines.
    fileprivate func ownInventory(of lab: Lab) -> Inventory {
        var own = inventory
        if let variant = inventory.variant {
            own.variant = Variant(name: variant.name, variety: variant.variety.spelled(for: lab))
        }
        for index in own.machines.indices {
            own.machines[index].identity = nil
            own.machines[index].knownHosts = nil
            own.machines[index].sudoPasswordFile = nil
            own.machines[index].proxyCommand = nil
            own.machines[index].proxyJump = nil
        }
        return own
    }
}
