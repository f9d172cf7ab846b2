import Course
import DataFiles
import Foundation

/// What is wrong with the labs and libraries of a shelf, and with how they fit each other.
package struct ShelfLint {
    /// The labs that could be read, each with the libraries that it uses.
    package private(set) var labs: [(lab: Lab, catalog: CheckCatalog)] = []
    package private(set) var complaints: [Complaint] = []
    private let libraries: LibraryShelf
    /// Whether a lab could not be read: nobody knows then what is used.
    private let isPartial: Bool

    /// Reads everything; what cannot be read is a complaint.
    package init(_ shelf: Shelf) {
        var found: [Complaint] = []
        libraries = Self.libraries(shelf, &found)
        labs = shelf.labNames.compactMap { Self.lab($0, shelf, &found) }
        isPartial = labs.count < shelf.labNames.count
        complaints = found
    }

    private static func libraries(_ shelf: Shelf, _ complaints: inout [Complaint]) -> LibraryShelf {
        do {
            return try LibraryShelf.load(shelf.checks)
        } catch {
            complaints += error.all
            return LibraryShelf(libraries: [])
        }
    }

    private static func lab(_ name: String, _ shelf: Shelf, _ complaints: inout [Complaint]) -> (lab: Lab, catalog: CheckCatalog)? {
        do {
            let lab = try Lab.load(shelf.labs.appending(path: name))
            return (lab, try CheckCatalog.load(shelf.checks, for: lab))
        } catch {
            for complaint in error.all where !complaints.contains(complaint) { complaints.append(complaint) }
            return nil
        }
    }

    /// Looks through a lab, and the libraries that it uses.
    /// - Throws: `DatabaseError` if SQLite itself fails.
    package mutating func lint(_ lab: Lab, _ catalog: CheckCatalog) throws {
        let looks = catalog.libraries.flatMap(\.looks)
        let remarks = lab.remarks { Fix.onlyLooks($0, knowing: looks) }
        complaints += (lab.lint() + (try catalog.lint(lab)) + remarks).filter { !complaints.contains($0) }
    }

    /// Looks for checks and tables of libraries in use that nobody uses.
    private mutating func lintUnused() {
        let used = Set(labs.flatMap { $0.catalog.checks.map(\.name) })
        let read = Set(labs.flatMap { $0.catalog.facts.tables.map(\.name) })
        let libraries = libraries.libraries.filter { library in labs.contains { $0.catalog.libraries.contains { $0.name == library.name } }
        }
        guard let all = try? CheckCatalog.load(libraries, of: self.libraries) else { return }
        for check in all.checks where !used.contains(check.name) {
            complaints.append(
                Complaint(check.place, "no step uses the check '\(check.name)'", expected: "its name in a step of a lab, or under 'needs'"))
        }
        for table in all.facts.tables where !table.isAbsent && !read.contains(table.name) {
            complaints.append(
                Complaint(table.place, "no query reads the table '\(table.name)'", expected: "its name in a check that a lab uses"))
        }
    }

    private mutating func lintWidth(of library: CheckLibrary) {
        for url in library.checks + [library.facts] {
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.count > CheckedWidth.columns {
                complaints.append(
                    Complaint(
                        Place(file: DataFile.shown(url), line: number + 1, column: CheckedWidth.columns + 1),
                        "this line has \(line.count) columns",
                        expected: "at most \(CheckedWidth.columns)"))
            }
        }
    }

    /// Looks for causes whose repair no drill of any lab proves, unless it leaves a decision to a person.
    /// - Parameter catalogs: those of the labs that are meant.
    package mutating func lintUnproved(among catalogs: [CheckCatalog]) {
        let proved = Set(labs.flatMap { $0.lab.drills.flatMap { $0.expect.map(\.cause.string) } })
        var seen: Set<String> = []
        for cause in catalogs.flatMap({ $0.checks.flatMap(\.causes) }) where seen.insert(cause.name).inserted {
            guard !proved.contains(cause.name), !cause.fix.contains(where: { $0.decide != nil }) else { continue }
            complaints.append(
                Complaint(cause.place, "no drill proves the repair of '\(cause.name)'", expected: "a drill that expects it").asWarning)
        }
    }

    /// Looks for libraries that nobody uses, and for steps that no lab with that library has.
    package mutating func lintLibraries() {
        for lab in labs.map(\.lab) {
            let others = labs.map(\.lab.name).filter { $0 != lab.name }
            guard let before = lab.follows, !others.contains(before.string) else { continue }
            complaints.append(
                Complaint(
                    before.place, "there is no other lab '\(before)' to follow", expected: "a lab of this shelf",
                    nearest: nearestName(to: before.string, among: others)))
        }
        for library in libraries.libraries
        where !isPartial && !labs.contains(where: { $0.catalog.libraries.contains { $0.name == library.name } }) {
            complaints.append(
                Complaint(library.place, "no lab uses the library '\(library.name)'", expected: "its name under 'uses' of a lab.yaml"))
        }
        if !isPartial { lintUnused() }
        for library in libraries.libraries {
            lintWidth(of: library)
            for file in [library.facts] + library.checks { complaints += Leftover.complaints(in: file).map(\.asWarning) }
        }
        var seen: Set<Text> = []
        for step in labs.flatMap({ $0.catalog.checks.flatMap { $0.causes.compactMap(\.step) } }) where seen.insert(step).inserted {
            let steps = labs.flatMap { $0.lab.steps.map(\.name) }
            if !steps.contains(step.string) {
                complaints.append(
                    Complaint(
                        step.place, "there is no step '\(step)'", expected: "a step of a lab",
                        nearest: nearestName(to: step.string, among: steps)))
            }
        }
    }
}
