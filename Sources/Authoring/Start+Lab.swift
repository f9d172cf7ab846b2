import Checks
import Course
import DataFiles
import Foundation

extension Start {
    /// A new lab with a library of its own: two machines, and a step with a task and a check.
    /// - Parameters:
    ///   - folder: what has labs/ and checks/, or is to have them.
    ///   - name: of the lab and of its library.
    /// - Throws: ``Misfit``, or `Complaints` about what is in the folder.
    package static func lab(_ name: String, in folder: URL) throws -> Start {
        // The library's file with the checks has the name of the lab.
        try NewName.check(name, kind: "lab", reserved: ["facts", "library"])
        let labs = folder.appending(path: "labs")
        let checks = folder.appending(path: "checks")
        for (kind, place) in [("lab", labs), ("library", checks)] {
            let own = place.appending(path: name)
            guard !FileManager.default.fileExists(atPath: own.path) else {
                throw Misfit.taken(name, kind: kind, place: DataFile.shown(own))
            }
        }
        let shelf = Shelf(labs: labs, checks: checks, sandbox: folder.appending(path: "sandbox"))
        let libraries = try LibraryShelf.load(checks)
        let texts = LabTexts(
            lab: name, item: libraries.freeName("greeting", for: name), reach: try libraries.reach(in: checks), network: shelf.freeNetwork)
        let lab = labs.appending(path: name)
        let library = checks.appending(path: name)
        let files = [
            File(lab.appending(path: "lab.yaml"), texts.labFile), File(lab.appending(path: "platforms/debian13.yaml"), texts.platform),
            File(lab.appending(path: "sandbox/sandbox.yaml"), texts.sandbox),
            File(lab.appending(path: "sandbox/debian13/packages"), texts.packages),
            File(lab.appending(path: "steps/01-start.yaml"), texts.step),
            File(library.appending(path: "library.yaml"), texts.library), File(library.appending(path: "facts.yaml"), texts.facts),
            File(library.appending(path: "\(name).yaml"), texts.checks),
        ]
        let several = shelf.labNames.isEmpty ? "" : " --lab \(name)"
        let shown = DataFile.shown(folder)
        let place = FileManager.default.currentDirectoryPath == folder.path ? "" : "cd \(shellWord(shown)), then "
        return try Start(files, next: "Next: \(place)read \(name)'s files, 'lab lint' and 'lab show\(several) start'.")
    }
}

extension LibraryShelf {
    /// The library that every lab of a shelf builds on, if the shelf has one.
    static let common = "system"

    /// The check that tells whether a machine was reached, in the common library.
    func reach(in folder: URL) throws -> String? {
        guard let common = self[Self.common] else { return nil }
        return try reach(in: folder, of: common.name)
    }

    /// The check that tells whether a machine was reached, in a library or one that it needs.
    func reach(in folder: URL, of library: String) throws -> String? {
        let name = Text(library, at: Place(file: DataFile.shown(folder), line: 1, column: 1))
        return try CheckCatalog.load(folder, libraries: [name], asked: []).telling(.reach)?.name
    }

    /// A name for a check and a table of a new lab: two labs of one shelf have no names in common.
    func freeName(_ word: String, for lab: String) -> String {
        let taken = libraries.flatMap { $0.checkNames + $0.tableNames }
        return taken.contains { $0 == word || $0 == word + "-set" } ? "\(lab)-\(word)" : word
    }
}

extension Shelf {
    /// The number of a network that no other lab's practice machines have: several labs may have theirs at once.
    var freeNetwork: Int {
        let taken = labNames.compactMap { name in
            let file = labs.appending(path: name).appending(path: "sandbox/sandbox.yaml")
            return DataFile.open(file, book: ComplaintBook())?.glimpse(of: "network")?.glimpse
        }
        return (20...250).first { !taken.contains("10.77.\($0)") } ?? 20
    }
}
