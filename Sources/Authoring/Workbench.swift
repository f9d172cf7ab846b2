import Checks
import Course
import DataFiles
import Foundation

/// A lab of a shelf, to which its author adds something.
package struct Workbench: Sendable {
    let shelf: Shelf
    let lab: Lab
    let libraries: LibraryShelf

    /// - Parameter lab: as its files are, with its drills.
    /// - Throws: `Complaints` about the libraries of the shelf.
    package init(shelf: Shelf, lab: Lab) throws(Complaints) {
        self.shelf = shelf
        self.lab = lab
        libraries = try LibraryShelf.load(shelf.checks)
    }

    /// A file of the lab.
    func file(_ path: String) -> URL { lab.folder.appending(path: path) }

    /// The option that names the lab, where it has to be named.
    var option: String { shelf.mainLab == lab.name ? "" : " --lab \(lab.name)" }

    /// The library that is meant: the one named, or the last that the lab names.
    func library(_ name: String?) throws -> CheckLibrary {
        let used = libraries.closure(of: lab.uses)
        let names = used.map(\.name)
        guard let name = name ?? lab.uses.last?.string else {
            throw Misfit.impossible("The lab \(lab.name) uses no library: name one under 'uses' of its lab.yaml.")
        }
        guard let library = used.first(where: { $0.name == name }) else {
            guard libraries[name] == nil else {
                throw Misfit.impossible("The lab \(lab.name) does not use the library '\(name)': name it under 'uses' of its lab.yaml.")
            }
            throw Misfit.unknown(name, kind: "library", among: names)
        }
        return library
    }

    /// The step of a name or number, and its file.
    func step(_ word: String) throws -> (step: Step, file: URL) {
        guard let step = lab.step(called: word) else { throw Misfit.unknown(word, kind: "step", among: lab.steps.map(\.name)) }
        return (step, URL(filePath: step.place.file))
    }

    /// The names of the files of a folder, in order.
    static func files(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }
}
