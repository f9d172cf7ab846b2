import ArgumentParser
import Checks
import Course
import DataFiles
import Foundation
import Practice

/// Labs as their author wants them read: with everything that is wrong in their files.
struct LabsRead {
    typealias One = (lab: Lab, catalog: CheckCatalog)

    /// Every lab of the shelf that can be read.
    let all: [One]
    /// Those that are meant.
    let chosen: [One]
    let complaints: [Complaint]

    /// How much there is of a lab.
    static func told(_ one: One) -> String {
        let causes = one.catalog.checks.map(\.causes.count).reduce(0, +)
        let libraries = one.catalog.libraries.map(\.name).joined(separator: ", ")
        return "\(one.lab.name): \(one.lab.steps.count) steps, \(one.catalog.checks.count) checks, \(causes) causes, "
            + "\(one.catalog.facts.seen.count) fact tables of \(libraries)"
    }

    /// Judges the fixtures of a lab: all that there are, and what is wrong with them.
    func fixtures(of one: One, in folder: URL) throws -> (fixtures: [Fixture], complaints: [Complaint]) {
        let earlier = all.first { $0.lab.name == one.lab.follows?.string }?.catalog
        var trial = FixtureTrial(lab: one.lab, catalog: one.catalog, folder: folder, earlier: earlier)
        return (try trial.fixtures(), try trial.complaints().complaints)
    }
}

extension CourseOptions {
    /// Reads the labs of the shelf, and looks through the one that is named, or through all and the libraries.
    /// - Parameter warningOfUnproved: whether to warn of causes whose repair no drill proves.
    func lint(warningOfUnproved: Bool = false) throws -> LabsRead {
        let shelf = try shelf()
        var shelfLint = ShelfLint(shelf)
        if shelfLint.labs.isEmpty, shelfLint.complaints.isEmpty { throw ValidationError("There is no lab in \(shelf.labs.path).") }
        if let labName, !shelf.labNames.contains(labName) {
            throw ValidationError("There is no lab '\(labName)' in \(shelf.labs.path).\(didYouMean(labName, among: shelf.labNames))")
        }
        let all = shelfLint.labs
        let chosen = all.filter { labName == nil || labName == $0.lab.name }
        for (lab, catalog) in chosen { try shelfLint.lint(lab, catalog) }
        var practice: [Complaint] = []
        for (lab, _) in chosen {
            do throws(Complaints) { _ = try PracticeMachines.read(lab, engine: shelf.sandbox) } catch { practice += error.all }
        }
        if labName == nil { shelfLint.lintLibraries() }
        if warningOfUnproved { shelfLint.lintUnproved(among: chosen.map(\.catalog)) }
        return LabsRead(all: all, chosen: chosen, complaints: shelfLint.complaints + practice)
    }
}
