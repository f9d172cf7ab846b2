import ArgumentParser
import Checks
import Course
import DataFiles
import Foundation
import Synchronization

/// Where the course is, and which lab of it is meant.
struct CourseOptions: ParsableArguments {
    @Option(name: .customLong("labs"), help: "The folder with the labs.", completion: .directory)
    var labsFolder: String?

    @Option(name: .customLong("checks"), help: "The folder with the checks.", completion: .directory)
    var checksFolder: String?

    @Option(name: .customLong("lab"), help: "The lab, if there are several.", completion: Candidates.labs)
    var labName: String?

    @Flag(name: [.short, .long], help: "Say on standard error what lab does, and how long it takes. LAB_DEBUG=1 does the same.")
    var verbose = false

    /// Begins the trace: this is called as soon as the words are read.
    func validate() { if verbose { Trace.begin() } }

    /// The shelf of the lab that is named, or else the one that is found.
    /// - Throws: `ChangedCourse` if the lab is of a course that is not what was installed.
    func shelf() throws -> Shelf { try shelf(holding: labName) }

    /// The shelf that is found, or that of the course from elsewhere which has a lab.
    /// - Throws: as ``shelf()``.
    func shelf(holding lab: String?) throws -> Shelf { try Shelf.find(labs: labsFolder, checks: checksFolder).holding(lab) }

    /// The lab meant: the one named, that of the machines, or ``Shelf/mainLab``.
    /// - Parameters:
    ///   - machines: what the inventory says of which lab its machines are, and its file.
    ///   - choice: what the student has instead of the lab's own values.
    ///   - drills: whether to read its drills as well.
    func lab(
        on shelf: Shelf, of machines: (lab: String, file: URL)? = nil, choosing choice: Lab.Choice = Lab.Choice(), drills: Bool = true
    ) throws -> Lab {
        if let machines, let labName, labName != machines.lab {
            throw ValidationError(
                """
                The machines of \(machines.file.path) belong to the lab '\(machines.lab)', but --lab says '\(labName)'.
                Practice machines:  lab sandbox down, then lab sandbox up --lab \(labName)
                Your own machines:  name their file with --machines
                """)
        }
        let names = shelf.labNames
        guard let name = labName ?? machines?.lab ?? shelf.mainLab else {
            throw ValidationError(
                names.isEmpty
                    ? "There is no lab in \(shelf.labs.path)."
                    : "There are several labs: \(names.joined(separator: ", ")). Say which with --lab.")
        }
        guard names.contains(name) else {
            let near = didYouMean(name, among: shelf.allLabNames)
            let said = machines.map { ", which \($0.file.path) names" } ?? ""
            throw ValidationError("There is no lab '\(name)' in \(shelf.labs.path)\(said).\(near)")
        }
        return try Self.read(LabKey(folder: shelf.labs.appending(path: name), choice: choice, drills: drills))
    }

    /// A lab is read once, however many parts of a command ask for it.
    private static func read(_ key: LabKey) throws -> Lab {
        if let lab = known.withLock({ $0[key] }) { return lab }
        let lab = try Lab.load(key.folder, choosing: key.choice, drills: key.drills)
        known.withLock { $0[key] = lab }
        return lab
    }

    private struct LabKey: Hashable {
        var folder: URL
        var choice: Lab.Choice
        var drills: Bool
    }
    private static let known = Mutex<[LabKey: Lab]>([:])
}

/// Whether a command may paint.
struct ColourOptions: ParsableArguments {
    @Flag(name: .customLong("no-color"), help: "No colours. NO_COLOR in the environment does the same.") var noColour = false
    @Flag(help: "Words for marks, no colours, nothing drawn over: for screen readers. ACCESSIBLE=1 does the same.") var plain = false

    /// Whatever looks at the terminal later asks the environment.
    func validate() { if plain { setenv("ACCESSIBLE", "1", 1) } }
}

/// How long machines may take.
struct LookOptions: ParsableArguments {
    /// Of one machine, in one look.
    static let usualSeconds = 20

    @Option(name: .customLong("timeout"), help: "Seconds to wait for each machine.")
    var seconds = Self.usualSeconds

    func validate() throws {
        guard (2...600).contains(seconds) else { throw ValidationError("--timeout takes 2 to 600 seconds.") }
    }
}

extension Lab {
    /// The place of a step that somebody named, by its name or its number.
    /// - Throws: `ValidationError` for one that the lab does not have.
    func requiredPosition(of name: String) throws -> Int {
        if let position = step(called: name).flatMap({ position(of: $0.name) }) { return position }
        let near = didYouMean(name, among: steps.map(\.name))
        throw ValidationError("There is no step '\(name)' in \(self.name).\(near) The steps: \(steps.map(\.name).joined(separator: ", ")).")
    }

    /// A step that somebody named.
    /// - Throws: as ``requiredPosition(of:)``.
    func requiredStep(_ name: String) throws -> Step { steps[try requiredPosition(of: name)] }
}
