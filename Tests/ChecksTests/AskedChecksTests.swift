import Course
import Foundation
import TestSupport
import Testing

@testable import Checks

/// A command that says which checks it will ask gets these, all that they need, and the same verdicts as from the whole catalog.
@Suite struct AskedChecksTests {
    private let folder = ShippedCourse.root.appending(path: "checks")

    @Test(arguments: ["names", "trust", "primary"]) func theSameIsJudgedAndNoMoreIsRead(step: String) throws {
        let lab = try Lab.load(ShippedCourse.root.appending(path: "labs/postgresql-cluster"), drills: false)
        #expect(lab.drills.isEmpty)
        let asked = lab.asked(upTo: step)
        let part = try CheckCatalog.load(folder, for: lab, asked: asked)
        let whole = try ShippedCourse.catalog
        let needed = Set(whole.closure(of: asked.map(\.check) + whole.checks.filter { $0.tells != nil }.map(\.name)).map(\.name))
        let told = Set(whole.closure(of: [lab.why?.check.string].compactMap(\.self)).map(\.name))
        #expect(Set(part.checks.map(\.name)) == needed.union(told))
        #expect(part.checks.count < whole.checks.count)
        #expect(part.gaps(in: lab).isEmpty)
        let one = try #require(try ShippedCourse.cases(of: "names.yaml").first)
        let judge = try Judge(catalog: part, situation: one.judge.situation)
        let store = try judge.emptyStore()
        for facts in one.facts.machines { try store.load(facts) }
        #expect(try judge.judge(asked, store: store) == one.judge.judge(asked, store: try one.store()))
    }
}
