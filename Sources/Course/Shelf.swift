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

    /// The names of the labs on the shelf.
    package var labNames: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: labs.path)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: labs.appending(path: $0).appending(path: "lab.yaml").path) }.sorted()
    }
}
