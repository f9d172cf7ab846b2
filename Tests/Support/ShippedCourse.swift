import Checks
import Course
import Foundation

/// The shipped labs and their checks, each read once for all tests of a process: reading them takes longer than most tests.
package enum ShippedCourse {
    /// The folder of this checkout.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let cluster = Result { try read("postgresql-cluster") }
    private static let backup = Result { try read("postgresql-backup") }

    private static func read(_ name: String) throws -> (lab: Lab, catalog: CheckCatalog) {
        let lab = try Lab.load(root.appending(path: "labs/\(name)"))
        return (lab: lab, catalog: try CheckCatalog.load(root.appending(path: "checks"), for: lab))
    }

    package static var lab: Lab { get throws { try cluster.get().lab } }
    package static var catalog: CheckCatalog { get throws { try cluster.get().catalog } }
    /// The catalogs of all shipped labs.
    package static var catalogs: [CheckCatalog] { get throws { [try catalog, try backup.get().catalog] } }
    /// The fixtures' folder of the first lab, ready for trials.
    package static var trial: FixtureTrial { get throws { try trial(of: try cluster.get()) } }

    private static let fixtures = root.appending(path: "Tests/Fixtures")
    private static func trial(of read: (lab: Lab, catalog: CheckCatalog)) throws -> FixtureTrial {
        FixtureTrial(lab: read.lab, catalog: read.catalog, folder: fixtures)
    }

    /// The files of causes' fixtures: those of the first lab by name, those of others below their lab's name.
    package static let fixtureFiles = files(in: "") + files(in: "postgresql-backup/")

    private static func files(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.appending(path: "\(folder)causes").path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder + $0 }
    }

    /// What a file of ``fixtureFiles`` has.
    package static func fixtures(of file: String) throws -> [Fixture] {
        let parts = file.split(separator: "/")
        return try Fixture.load(fixtures.appending(path: parts.dropLast().map { "\($0)/" }.joined() + "causes/\(parts.last ?? "")"))
    }

    /// The fixtures of a file, each with its facts.
    package static func cases(of file: String) throws -> [FixtureTrial.Case] {
        var trial = try trial(of: file.contains("/") ? backup.get() : cluster.get())
        return try fixtures(of: file).map { try trial.prepare($0) }
    }
}
