import Checks
import DataFiles
import Foundation

extension Workbench {
    /// A new check, with a cause, in a library; and its name in a step.
    /// - Throws: ``Misfit`` or `Complaints`.
    package func check(named name: String, step word: String, library libraryName: String?) throws -> Start {
        try NewName.check(name, kind: "check")
        let (step, stepFile) = try step(word)
        let library = try library(libraryName)
        if let other = libraries.libraries.first(where: { $0.checkNames.contains(name) }) {
            throw Misfit.taken(name, kind: "check", place: "in \(DataFile.shown(other.folder))")
        }
        let entry = Self.text(
            of: name, step: step.name, table: library.judgedTables.last, reach: try libraries.reach(in: shelf.checks, of: library.name))
        let files = library.checks
        let own = library.folder.appending(path: "\(library.name).yaml")
        let file: Start.File
        if let url = files.first(where: { $0.lastPathComponent == own.lastPathComponent }) ?? files.last {
            var grown = try GrowingFile(url)
            try grown.append(entry, to: "checks")
            file = Start.File(grown)
        } else {
            // The file is not there: what it would say with nothing in it, and then with the check.
            var grown = GrowingFile(own, text: "format: 1\n")
            try grown.append(entry, to: "checks")
            file = Start.File(own, grown.text)
        }
        var page = try GrowingFile(stepFile)
        try page.append(name, to: "checks")
        if step.hints.isEmpty {
            for hint in ["Write a nudge here.", "Write here where to look.", "Type the task again."] { try page.append(hint, to: "hints") }
        }
        return try Start(
            [file, Start.File(page)],
            next: "Next: write the check, its cause and its repair in \(DataFile.shown(file.url)), and then 'lab lint'.")
    }

    private static func text(of name: String, step: String, table: String?, reach: String?) -> String {
        let condition = table.map { "EXISTS (SELECT 1 FROM this_\($0))" } ?? "(SELECT reached FROM this_machine)"
        let needs = reach.map { "\nneeds: [\($0)]     # what has to hold before this check can say anything" } ?? ""
        return """
            check: \(name)
            title: "Write here what holds on {{this.name}} (\(name))"
            at: all                          # a verdict for each machine; or cluster: a single one\(needs)
            why: Write here why a student should care.
            # An SQL condition over the facts: docs/writing-checks.md, "Checks and causes".
            pass: \(condition)
            # In the order in which they are asked. Each is proved by its query, and says what to type.
            causes:
            - cause: \(name)-missing
              when: SELECT 1 WHERE NOT \(condition)
              certainty: certain             # this alone makes success impossible; or: likely
              about: Write here what it is, and how it comes about.
              because: "Write here the fact about {{this.name}}, as a sentence."
              fix: [{at: this, as: root, run: "true"}]     # the command that a person types
              step: \(step)
            """
    }
}
