import Course
import Foundation
import TestSupport
import Testing

@testable import Checks

/// The lab of an author who had `docs/authoring.md` and no other page: it stands alone, without the libraries of the course.
@Suite struct ThirdLabTests {
    private let fixtures = ShippedCourse.root.appending(path: "Tests/Fixtures")

    @Test func nothingIsWrongInItAndEachCauseIsShown() throws {
        let folder = fixtures.appending(path: "web")
        let shelf = Shelf(
            labs: folder.appending(path: "labs"), checks: folder.appending(path: "checks"), sandbox: ShippedCourse.root)
        var lint = ShelfLint(shelf)
        let (lab, catalog) = try #require(lint.labs.first)
        try lint.lint(lab, catalog)
        lint.lintLibraries()
        #expect(lint.complaints == [])
        var trial = FixtureTrial(lab: lab, catalog: catalog, folder: fixtures)
        let (count, complaints) = try trial.complaints()
        #expect(complaints == [])
        #expect(count == catalog.checks.map(\.causes.count).reduce(0, +) + 1)
    }

    @Test func everyCauseHasAPageOfTheHandbook() throws {
        let lab = try Lab.load(fixtures.appending(path: "web/labs/web"))
        let catalog = try CheckCatalog.load(fixtures.appending(path: "web/checks"), for: lab)
        #expect(catalog.checks.count >= 10)
        #expect(catalog.checks.flatMap(\.causes).filter { $0.about == nil || $0.see == nil }.map(\.name) == [])
        // A drill for a cause of each step but those at its beginning and its end.
        let drilled = Set(lab.drills.flatMap(\.expect).map(\.cause.string))
        #expect(drilled.isSubset(of: catalog.checks.flatMap { $0.causes.map(\.name) }))
        #expect(drilled.count == 6)
    }
}
