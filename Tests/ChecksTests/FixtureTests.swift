import Course
import Foundation
import Testing

@testable import Checks

/// The shipped causes, judged from recorded facts with something changed in them: docs/writing-checks.md.
@Suite struct FixtureTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let files =
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Tests/Fixtures/causes").path)) ?? []).filter {
            $0.hasSuffix(".yaml")
        }.sorted()
    private let lab: Lab
    private let catalog: CheckCatalog

    init() throws {
        lab = try Lab.load(Self.root.appending(path: "labs/postgresql-cluster"))
        catalog = try CheckCatalog.load(Self.root.appending(path: "checks"), for: lab)
    }

    private func cases(of file: String) throws -> [FixtureTrial.Case] {
        var trial = FixtureTrial(lab: lab, catalog: catalog, folder: Self.root.appending(path: "Tests/Fixtures"))
        return try Fixture.load(Self.root.appending(path: "Tests/Fixtures/causes/\(file)")).map { try trial.prepare($0) }
    }

    /// The matrix: in each fixture the causes named are exactly those that it says. Where all is well no cause holds, not even
    /// one that nobody asks. And any fact replaced by *unknown* may leave a verdict open, but never brings another cause.
    @Test(arguments: files)
    func everyFixtureShowsWhatItSays(file: String) throws {
        for prepared in try cases(of: file) {
            #expect(try prepared.faults() == [], "\(prepared.fixture.place): '\(prepared.fixture.name)'")
        }
    }

    @Test func everyCauseHasAFixtureInWhichItComesFirst() throws {
        let shown = try Set(
            Self.files.flatMap { try Fixture.load(Self.root.appending(path: "Tests/Fixtures/causes/\($0)")) }.compactMap {
                fixture -> String? in
                if case .cause(let expected, _) = fixture.shows { expected.cause.string } else { nil }
            })
        let without = Set(catalog.checks.flatMap { $0.causes.map(\.name) }).subtracting(shown)
        #expect(without.sorted() == [])
    }

    @Test func everyCauseHasAPageOfTheHandbook() {
        let without = catalog.checks.flatMap(\.causes).filter { $0.about == nil || $0.see == nil }.map(\.name)
        #expect(Set(without).sorted() == [])
    }
}
