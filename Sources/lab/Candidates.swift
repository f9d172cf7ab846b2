import ArgumentParser
import Checks
import Classroom
import Course
import DataFiles
import Foundation
import Replay

/// What can stand for an argument, for completion in a shell: names from the course and the files that are there. Nothing is connected to,
/// and whatever cannot be read has no names.
enum Candidates {
    static let labs = offering { $0.shelf?.allLabNames.map { Candidate($0) } ?? [] }
    static let gotCourses = offering { $0.shelf?.gotCourses.map { Candidate($0.name, $0.origin.labs.joined(separator: ", ")) } ?? [] }
    static let platforms = offering { $0.examples.platforms.map { Candidate($0) } }
    static let machines = offering { $0.examples.machines.map { Candidate($0) } }

    static let steps = offering { line in line.lab.map(steps) ?? [] }
    static let stepsAndCauses = offering { line in line.lab.map { steps($0) + causes($0, on: line.shelf) } ?? [] }
    static let stepsAndMachines = offering { line in line.lab.map { steps($0) + machines($0) } ?? [] }
    static let checksCausesAndMachines = offering { line in
        guard let lab = line.lab else { return [] }
        return lab.steps.flatMap(\.checks).map(\.name.string).uniqued.map { Candidate($0, "a check") } + causes(lab, on: line.shelf)
            + machines(lab)
    }
    static let checks = offering { line in
        guard let lab = line.lab, let shelf = line.shelf else { return [] }
        return ((try? CheckCatalog.load(shelf.checks, for: lab))?.checks ?? []).map { Candidate($0.name) }
    }
    static let causes = offering { line in line.lab.map { causes($0, on: line.shelf) } ?? [] }
    static let libraries = offering { line in
        guard let lab = line.lab, let shelf = line.shelf else { return [] }
        return ((try? LibraryShelf.load(shelf.checks))?.closure(of: lab.uses) ?? []).map { Candidate($0.name, $0.about) }
    }
    static let tables = offering { line in
        let facts = line.lab.flatMap { lab in line.shelf.flatMap { try? CheckCatalog.load($0.checks, for: lab) } }?.facts
        return facts?.seen.map { Candidate($0.name, $0.about) } ?? []
    }

    /// By number, since a name gives the fault away; by name for those who begin to type one.
    static let drills = offering { line in
        guard let lab = line.lab else { return [] }
        let byName = line.prefix.contains(where: \.isLetter)
        return lab.drills.map { drill in
            Candidate(byName ? drill.name : "\(lab.number(of: drill))", byName ? "" : drill.title.render(lab.exampleValues))
        }
    }
    static let areas = offering { $0.lab?.drills.map(\.area).uniqued.map { Candidate($0) } ?? [] }

    static let students = offering { $0.students?.students.map { Candidate($0.name, $0.group ?? "") } ?? [] }
    static let groups = offering { $0.students?.groups.map { Candidate($0) } ?? [] }

    /// Recordings of the labs, and journals in the folder that is being typed.
    static let recordings = offering { line in
        guard let shelf = line.shelf else { return [] }
        let shipped = Recordings(shelf: shelf, lab: nil, state: Folders().state).shipped.map { Candidate($0.name) }
        return shipped + line.files(endingWith: ".jsonl").map { Candidate($0) }
    }

    private static func steps(_ lab: Lab) -> [Candidate] {
        lab.steps.map { Candidate($0.name, $0.title.render(lab.exampleValues)) }
    }

    private static func machines(_ lab: Lab) -> [Candidate] { lab.machines.map { Candidate($0.name, "a machine") } }

    private static func causes(_ lab: Lab, on shelf: Shelf?) -> [Candidate] {
        let catalog = shelf.flatMap { try? CheckCatalog.load($0.checks, for: lab) }
        return catalog?.checks.flatMap(\.causes).map(\.name).uniqued.map { Candidate($0, "a cause") } ?? []
    }

    private static func offering(_ names: @escaping @Sendable (TypedLine) -> [Candidate]) -> CompletionKind {
        .custom { (words: [String], _: Int, prefix: String) -> [String] in
            names(TypedLine(words: words, prefix: prefix)).map(\.text)
        }
    }
}

/// A word that is offered, and what it is about.
private struct Candidate {
    var word: String
    var about: String

    init(_ word: String, _ about: String = "") {
        self.word = word
        self.about = about
    }

    /// As the shell that asks wants it. bash has no place for what a word is about.
    var text: String {
        switch CompletionShell.requesting {
        case .zsh?: word.replacing(":", with: "\\:") + (about.isEmpty ? "" : ":\(about)")
        case .fish?: about.isEmpty ? word : "\(word)\t\(about)"
        default: word
        }
    }
}

/// The line that is being completed, as far as it is typed.
private struct TypedLine {
    var words: [String]
    /// What there is of the word that is being completed.
    var prefix: String

    /// The value of an option that stands in the line, as `--lab NAME` or `--lab=NAME`.
    func value(of option: String) -> String? {
        if let position = words.firstIndex(of: option), words.indices.contains(position + 1) { return words[position + 1] }
        return words.first { $0.hasPrefix(option + "=") }.map { String($0.dropFirst(option.count + 1)) }
    }

    var shelf: Shelf? { try? Shelf.find(labs: value(of: "--labs"), checks: value(of: "--checks")).holding(value(of: "--lab")) }

    /// The folder of the lab that is named, or else of the first one.
    private var folder: URL? {
        guard let shelf, let name = value(of: "--lab") ?? shelf.labNames.first, shelf.labNames.contains(name) else { return nil }
        return shelf.labs.appending(path: name)
    }

    var lab: Lab? { folder.flatMap { try? Lab.load($0) } }

    /// Its names that need no more than its first file; none without a lab.
    var examples: LabExamples {
        folder.map { LabExamples(of: $0) } ?? LabExamples(lab: "", machines: [], steps: [])
    }

    /// The class whose file the line names.
    var students: Class? {
        guard let file = value(of: "--class"), let lab else { return nil }
        return try? Class.load(URL(filePath: file), platform: value(of: "--platform")) { _ in LabOutline(lab) }
    }

    /// Files, and folders to go on in, whose path begins as it is typed.
    func files(endingWith suffix: String) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { $0.hasSuffix(suffix) && (folder + $0).hasPrefix(prefix) }.sorted().map { folder + $0 }
    }
}
