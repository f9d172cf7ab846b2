import DataFiles
import Foundation

/// Where labs, checks and the sandbox's description are found on this computer.
package struct Shelf: Sendable, Hashable {
    package var labs: URL
    package var checks: URL
    package var sandbox: URL

    package init(labs: URL, checks: URL, sandbox: URL) {
        self.labs = labs
        self.checks = checks
        self.sandbox = sandbox
    }

    /// The schemas of the files that people write: they belong to the program, and come with it as the sandbox does.
    package var schemas: URL { sandbox.deletingLastPathComponent().appending(path: "schemas") }

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
    /// executable, and the folders above the executable (a build in the source tree).
    package static func find(
        labs: String? = nil, checks: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath, executable: URL? = Bundle.main.executableURL
    ) throws(NotFound) -> Shelf {
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
        let files = FileManager.default
        let home = candidates.first {
            files.fileExists(atPath: $0.appending(path: "labs").path) && files.fileExists(atPath: $0.appending(path: "checks").path)
        }
        if let labs, let checks {
            let base = home ?? URL(filePath: labs).deletingLastPathComponent()
            return Shelf(labs: URL(filePath: labs), checks: URL(filePath: checks), sandbox: base.appending(path: "sandbox"))
        }
        guard let home else { throw NotFound(looked: candidates.map(\.path)) }
        return Shelf(
            labs: labs.map { URL(filePath: $0) } ?? home.appending(path: "labs"),
            checks: checks.map { URL(filePath: $0) } ?? home.appending(path: "checks"), sandbox: home.appending(path: "sandbox"))
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
