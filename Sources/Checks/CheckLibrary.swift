import DataFiles
import Facts
import Foundation

/// Checks about one subject, and the fact tables that they depend on: a folder of `checks/`. A lab uses some of them.
package struct CheckLibrary: Sendable, Hashable {
    package var name: String
    package var place: Place
    package var about: String
    /// Libraries without which this one cannot be used.
    package var needs: [Text]
    /// Libraries whose tables its queries may read, and whose checks its own may need, if a lab uses them. If a lab does
    /// not, these tables have no rows and nothing waits for these checks.
    package var knows: [Text]
    /// Words by which commands of its programs are recognised that destroy something.
    package var harms: [Harm.Sign]
    /// Commands of its programs that only look.
    package var looks: [Look]
    package var folder: URL

    /// A command that only looks, by its beginning, unless some words are in it.
    package struct Look: Sendable, Hashable {
        package var begins: String
        package var unless: String?

        static func read(_ node: DataNode) -> Look? {
            guard let entry = node.mapping(keys: ["begins", "unless"]), let begins = entry.requiredText("begins") else { return nil }
            return Look(begins: begins.string, unless: entry["unless"]?.filledText()?.string)
        }

        func fits(_ command: String) -> Bool { command.hasPrefix(begins) && !(unless.map(command.contains) ?? false) }
    }

    /// The file with its fact tables.
    package var facts: URL { folder.appending(path: "facts.yaml") }

    /// The files with its checks, by name.
    package var checks: [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let others = ["library.yaml", "facts.yaml"]
        return names.filter { $0.hasSuffix(".yaml") && !others.contains($0) }.sorted().map { folder.appending(path: $0) }
    }

    /// Its checks, not read yet, in the order of its files.
    func entries(_ book: ComplaintBook) -> [CheckEntry] {
        checks.flatMap { url -> [CheckEntry] in
            guard let root = DataFile.open(url, book: book), let file = root.mapping(keys: ["format", "checks"]) else { return [] }
            file.checkFormat()
            return file.required("checks")?.list().map { CheckEntry(library: name, node: $0) } ?? []
        }
    }

    /// Reads `library.yaml` of a folder.
    static func read(_ folder: URL, book: ComplaintBook) -> CheckLibrary? {
        guard let root = DataFile.open(folder.appending(path: "library.yaml"), book: book),
            let file = root.mapping(keys: ["format", "library", "about", "needs", "knows", "harms", "looks"])
        else { return nil }
        file.checkFormat()
        guard let name = file.requiredName("library"), let about = file.requiredText("about") else { return nil }
        if name.string != folder.lastPathComponent {
            book.note(name.place, "library '\(name)' is in the folder \(folder.lastPathComponent)", expected: folder.lastPathComponent)
        }
        return CheckLibrary(
            name: name.string, place: name.place, about: about.string, needs: file["needs"]?.list().compactMap { $0.text() } ?? [],
            knows: file["knows"]?.list().compactMap { $0.text() } ?? [], harms: file["harms"]?.list().compactMap(Harm.Sign.read) ?? [],
            looks: file["looks"]?.list().compactMap(Look.read) ?? [], folder: folder)
    }
}

/// A check in a file, before it is read: most of a library's checks are not asked by one command, and their causes are most of its text.
struct CheckEntry {
    var library: String
    var node: DataNode

    var name: String? { node.glimpse(of: "check")?.glimpse }
    /// The checks that it needs.
    var needs: [String] {
        (node.glimpse(of: "needs")?.glimpsedEntries ?? []).compactMap { ($0.glimpse(of: "check") ?? $0).glimpse }
    }
    /// Whether it tells something to the judge, whatever is asked.
    var tells: Bool { node.glimpse(of: "tells") != nil }

    func read(_ book: ComplaintBook) -> Check? {
        guard var check = Check.read(node, book: book) else { return nil }
        check.library = library
        return check
    }
}

extension [CheckEntry] {
    /// Those of the names, those that tell something to the judge, and all that these need.
    func closure(of names: [String]) -> [CheckEntry] {
        let byName = Dictionary(compactMap { entry in entry.name.map { ($0, entry) } }) { first, _ in first }
        var found: Set<String> = []
        var waiting = names + filter(\.tells).compactMap(\.name)
        while let name = waiting.popLast() {
            if found.insert(name).inserted { waiting += byName[name]?.needs ?? [] }
        }
        // One without a name is read as well: then it is said what is wrong with it.
        return filter { $0.name.map(found.contains) ?? true }
    }
}

/// All libraries of a `checks/` folder, by name.
package struct LibraryShelf: Sendable {
    package let libraries: [CheckLibrary]

    /// Reads the `library.yaml` of each folder.
    /// - Throws: everything that is wrong with them: also names of libraries that are not there, and circles of needs.
    package static func load(_ folder: URL) throws(Complaints) -> LibraryShelf {
        let book = ComplaintBook()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let folders = names.sorted().map { folder.appending(path: $0) }
        let libraries = folders.filter { FileManager.default.fileExists(atPath: $0.appending(path: "library.yaml").path) }
            .compactMap { CheckLibrary.read($0, book: book) }
        let shelf = LibraryShelf(libraries: libraries)
        for library in libraries {
            for name in library.needs + library.knows where shelf[name.string] == nil { book.note(shelf.noLibrary(name)) }
            for need in library.needs where shelf.closure(of: [need]).contains(where: { $0.name == library.name }) {
                book.note(need.place, "'\(library.name)' and '\(need)' need each other", expected: "no circle of needs")
            }
        }
        try book.close()
        return shelf
    }

    package subscript(_ name: String) -> CheckLibrary? { libraries.first { $0.name == name } }

    /// These libraries and all that they need, each once and after those that it needs; names that are not there are left out.
    package func closure(of names: [Text]) -> [CheckLibrary] {
        var found: [CheckLibrary] = []
        var begun: Set<String> = []
        func take(_ name: String) {
            guard let library = self[name], begun.insert(name).inserted else { return }
            for need in library.needs { take(need.string) }
            found.append(library)
        }
        for name in names { take(name.string) }
        return found
    }

    func noLibrary(_ name: Text) -> Complaint {
        let known = libraries.map(\.name)
        return Complaint(
            name.place, "there is no library '\(name)'", expected: "a folder of checks/ with a library.yaml",
            nearest: nearestName(to: name.string, among: known))
    }
}
