import Foundation
import TestSupport
import Testing

@testable import Checks

/// The shipped causes, judged from recorded facts with something changed in them: docs/writing-checks.md.
@Suite struct FixtureTests {
    private let catalogs: [CheckCatalog]

    init() throws { catalogs = try ShippedCourse.catalogs }

    /// The matrix: in each fixture the causes named are exactly those that it says. Where all is well no cause holds, not even
    /// one that nobody asks. And any fact replaced by *unknown* may leave a verdict open, but never brings another cause.
    @Test(arguments: ShippedCourse.fixtureFiles)
    func everyFixtureShowsWhatItSays(file: String) throws {
        for prepared in try ShippedCourse.cases(of: file) {
            #expect(try prepared.faults() == [], "\(prepared.fixture.place): '\(prepared.fixture.name)'")
        }
    }

    @Test func everyCauseHasAFixtureInWhichItComesFirst() throws {
        let shown = try Set(
            ShippedCourse.fixtureFiles.flatMap { try ShippedCourse.fixtures(of: $0) }.compactMap { fixture -> String? in
                if case .cause(let expected, _) = fixture.shows { expected.cause.string } else { nil }
            })
        let without = Set(catalogs.flatMap(\.checks).flatMap { $0.causes.map(\.name) }).subtracting(shown)
        #expect(without.sorted() == [])
    }

    @Test func everyCauseHasAPageOfTheHandbook() {
        let without = catalogs.flatMap(\.checks).flatMap(\.causes).filter { $0.about == nil || $0.see == nil }.map(\.name)
        #expect(Set(without).sorted() == [])
    }
}
