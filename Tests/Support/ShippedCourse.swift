import Checks
import Course
import Foundation

/// The shipped lab and its checks, read once for all tests of a process: reading them takes longer than most tests.
package enum ShippedCourse {
    /// The folder of this checkout.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let loaded = Result {
        let lab = try Lab.load(root.appending(path: "labs/postgresql-cluster"))
        return (lab: lab, catalog: try CheckCatalog.load(root.appending(path: "checks"), for: lab))
    }

    package static var lab: Lab { get throws { try loaded.get().lab } }
    package static var catalog: CheckCatalog { get throws { try loaded.get().catalog } }
    /// The fixtures' folder, ready for trials.
    package static var trial: FixtureTrial {
        get throws { try FixtureTrial(lab: lab, catalog: catalog, folder: root.appending(path: "Tests/Fixtures")) }
    }
    /// The files of causes' fixtures, by name.
    package static let fixtureFiles =
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Tests/Fixtures/causes").path)) ?? []).filter {
            $0.hasSuffix(".yaml")
        }.sorted()

    /// The fixtures of a file, each with its facts.
    package static func cases(of file: String) throws -> [FixtureTrial.Case] {
        var trial = try trial
        return try Fixture.load(root.appending(path: "Tests/Fixtures/causes/\(file)")).map { try trial.prepare($0) }
    }
}
