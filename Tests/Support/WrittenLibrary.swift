import Checks
import DataFiles
import Foundation

/// A library of checks that a test writes down itself.
package enum WrittenLibrary {
    /// Writes it into a folder that goes away, and reads it.
    /// - Parameters:
    ///   - facts: its `facts.yaml`; nil where it has none.
    ///   - checks: a file of checks; nil where it has none.
    package static func read(facts: String? = nil, checks: String? = nil) throws -> CheckCatalog {
        try TemporaryFolder.with { folder in
            let library = folder.appending(path: "written")
            try FileManager.default.createDirectory(at: library, withIntermediateDirectories: true)
            let files = ["library.yaml": "format: 1\nlibrary: written\nabout: x\n", "facts.yaml": facts, "checks.yaml": checks]
            for case (let name, let text?) in files { try text.write(to: library.appending(path: name), atomically: true, encoding: .utf8) }
            return try CheckCatalog.load(folder, libraries: [Text("written", at: Place(file: "test", line: 1, column: 1))])
        }
    }
}
