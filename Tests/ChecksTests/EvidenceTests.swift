import Course
import Foundation
import Testing

@testable import Checks

/// No evidence, no verdict: what is told of the shipped checks while less and less is seen.
@Suite struct EvidenceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Tests/Fixtures/causes").path)) ?? []).filter { $0.hasSuffix(".yaml") }.sorted()

    private func cases(of file: String) throws -> [FixtureTrial.Case] {
        let lab = try Lab.load(Self.root.appending(path: "labs/postgresql-cluster"))
        let catalog = try CheckCatalog.load(Self.root.appending(path: "checks"))
        var trial = FixtureTrial(lab: lab, catalog: catalog, folder: Self.root.appending(path: "Tests/Fixtures"))
        return try Fixture.load(Self.root.appending(path: "Tests/Fixtures/causes/\(file)")).map { try trial.prepare($0) }
    }

    /// All sets of machines, on every state in which all is well; one machine, on every fault, is part of what fixtures show.
    @Test(arguments: files)
    func whereLessIsSeenNothingElseIsTold(file: String) throws {
        for one in try cases(of: file) {
            guard case .nothing = one.fixture.shows else { continue }
            let full = try one.judgements()
            let names = one.facts.machines.map(\.machine)
            for bits in 1..<(1 << names.count) {
                let absent = Set(names.indices.filter { bits & (1 << $0) != 0 }.map { names[$0] })
                let untruths = try one.untruths(without: absent, full)
                #expect(untruths == [], "\(one.fixture.place): '\(one.fixture.name)'")
            }
        }
    }
}
