import DataFiles
import Foundation

/// Where labs, checks and the sandbox's description are found on this computer.
package struct Shelf: Sendable, Hashable {
    package var labs: URL
    package var checks: URL
    /// What the builders of all labs' practice machines share: it belongs to the program.
    package var sandbox: URL
    /// The schemas of the files that people write: they belong to the program, and come with it as the sandbox does.
    package var schemas: URL
    /// The folder with the courses that came from elsewhere, each a shelf of its own; nil if none are meant.
    package var courses: URL?

    /// - Parameter schemas: nil: the folder beside the sandbox.
    package init(labs: URL, checks: URL, sandbox: URL, schemas: URL? = nil, courses: URL? = nil) {
        self.courses = courses
        self.labs = labs
        self.checks = checks
        self.sandbox = sandbox
        self.schemas = schemas ?? sandbox.deletingLastPathComponent().appending(path: "schemas")
    }

    /// No folder of those looked at has both `labs/` and `checks/`.
    package struct NotFound: Error, CustomStringConvertible {
        package var looked: [String]
        package var description: String {
            """
            The course was not found: no folder with labs/ and checks/ in
            \(looked.map { "  \($0)" }.joined(separator: "\n"))
            Say where it is with --labs and --checks, or set LAB_PATH to the folder that holds both.
            """
        }
    }

    /// Looks in this order: the folders given, `$LAB_PATH`, the working directory, `../share/lab` beside the
    /// executable, and the folders above the executable (a build in the source tree). A folder of somebody's own labs has no
    /// sandbox and no schemas: then these are those of the first other folder that has them, which is the program's.
    package static func find(
        labs: String? = nil, checks: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath, executable: URL? = Bundle.main.executableURL
    ) throws(NotFound) -> Shelf {
        let candidates = candidates(environment: environment, workingDirectory: workingDirectory, executable: executable)
        let home = candidates.first(where: isShelf)
        guard let base = home ?? labs.flatMap({ checks == nil ? nil : URL(filePath: $0).deletingLastPathComponent() }) else {
            throw NotFound(looked: candidates.map(\.path))
        }
        /// The place of a folder of the program, which is known by a file in it: somebody may have a folder of that name.
        func own(_ name: String, with file: String) -> URL {
            (([base] + candidates).first { has("\(name)/\(file)", $0) } ?? base).appending(path: name)
        }
        return Shelf(
            labs: labs.map { URL(filePath: $0) } ?? base.appending(path: "labs"),
            checks: checks.map { URL(filePath: $0) } ?? base.appending(path: "checks"), sandbox: own("sandbox", with: "build-image"),
            schemas: own("schemas", with: "lab.schema.json"), courses: labs == nil ? Folders(environment: environment).courses : nil)
    }

    /// Where a folder with `labs/` and `checks/` is looked for, in this order.
    private static func candidates(environment: [String: String], workingDirectory: String, executable: URL?) -> [URL] {
        var candidates: [URL] = []
        if let path = environment["LAB_PATH"], !path.isEmpty { candidates.append(URL(filePath: path)) }
        candidates.append(URL(filePath: workingDirectory))
        if let program = executable?.resolvingSymlinksInPath() {
            var folder = program.deletingLastPathComponent()
            candidates.append(folder.deletingLastPathComponent().appending(path: "share/lab"))
            for _ in 0..<4 {
                folder = folder.deletingLastPathComponent()
                candidates.append(folder)
            }
        }
        return candidates
    }

    private static func has(_ name: String, _ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }

    private static func isShelf(_ folder: URL) -> Bool { has("labs", folder) && has("checks", folder) }

    /// All that ``find(labs:checks:environment:workingDirectory:executable:)`` may find from somewhere: a new course must not have a
    /// lab of the same name as one of them.
    package static func all(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath, executable: URL? = Bundle.main.executableURL
    ) -> [Shelf] {
        candidates(environment: environment, workingDirectory: workingDirectory, executable: executable).filter(isShelf).map {
            Shelf(labs: $0.appending(path: "labs"), checks: $0.appending(path: "checks"), sandbox: $0.appending(path: "sandbox"))
        }
    }

    /// The names of the labs on the shelf: each after the one that it follows, else by name.
    package var labNames: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: labs.path)) ?? []
        let names = all.filter { FileManager.default.fileExists(atPath: labs.appending(path: $0).appending(path: "lab.yaml").path) }
            .sorted()
        guard names.count > 1 else { return names }
        let before = Dictionary(uniqueKeysWithValues: names.map { ($0, follows($0)) })
        /// How many come before it, with an end where they follow each other in a circle.
        func depth(_ name: String) -> Int {
            var depth = 0
            var name = name
            while depth < names.count, let earlier = before[name] ?? nil, names.contains(earlier) { (name, depth) = (earlier, depth + 1) }
            return depth
        }
        return names.map { (depth($0), $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// The lab that is meant where nobody names one: the only one, or the only one that does not follow another.
    package var mainLab: String? {
        let names = labNames
        let first = names.count == 1 ? names : names.filter { follows($0) == nil }
        return first.count == 1 ? first[0] : nil
    }

    /// The labs that follow a lab, by name.
    package func labs(after lab: String) -> [String] { labNames.filter { follows($0) == lab } }

    /// The lab that a lab follows, if its file can be read and says one.
    private func follows(_ lab: String) -> String? {
        DataFile.open(labs.appending(path: lab).appending(path: "lab.yaml"), book: ComplaintBook())?.glimpse(of: "follows")?.glimpse
    }
}
