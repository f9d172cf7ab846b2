import ArgumentParser
import Checks
import Course
import DataFiles
import Foundation

/// Where the course is, and which lab of it is meant.
struct CourseOptions: ParsableArguments {
    @Option(name: .customLong("labs"), help: "The folder with the labs.")
    var labsFolder: String?

    @Option(name: .customLong("checks"), help: "The folder with the checks.")
    var checksFolder: String?

    @Option(name: .customLong("lab"), help: "The lab, where there are several.")
    var labName: String?

    func shelf() throws -> Shelf { try Shelf.find(labs: labsFolder, checks: checksFolder) }

    /// The lab meant: the one named, or the only one.
    /// - Parameter chosen: the variables that the student has chosen otherwise.
    func lab(on shelf: Shelf, choosing chosen: [String: Text] = [:]) throws -> Lab {
        let names = shelf.labNames
        guard let name = labName ?? (names.count == 1 ? names[0] : nil) else {
            throw ValidationError(
                names.isEmpty
                    ? "There is no lab in \(shelf.labs.path)."
                    : "There are several labs: \(names.joined(separator: ", ")). Say which with --lab.")
        }
        guard names.contains(name) else {
            let near = nearestName(to: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("There is no lab '\(name)' in \(shelf.labs.path).\(near)")
        }
        return try Lab.load(shelf.labs.appending(path: name), choosing: chosen)
    }
}
