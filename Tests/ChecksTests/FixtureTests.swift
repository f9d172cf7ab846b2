import Course
import DataFiles
import Facts
import Foundation
import Testing

@testable import Checks

/// The shipped causes, judged from recorded facts with something changed in them: DESIGN 4.4.
@Suite struct FixtureTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let files = ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Tests/Fixtures/causes").path)) ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
    private let lab: Lab
    private let catalog: CheckCatalog

    init() throws {
        lab = try Lab.load(Self.root.appending(path: "labs/postgresql-cluster"))
        catalog = try CheckCatalog.load(Self.root.appending(path: "checks"))
    }

    private func cases(of file: String) throws -> [FixtureTrial.Case] {
        var trial = FixtureTrial(lab: lab, catalog: catalog, folder: Self.root.appending(path: "Tests/Fixtures"))
        return try Fixture.load(Self.root.appending(path: "Tests/Fixtures/causes/\(file)")).map { try trial.prepare($0) }
    }

    /// The matrix: in each fixture the causes named are exactly those that it says.
    @Test(arguments: files)
    func everyFixtureShowsWhatItSays(file: String) throws {
        for prepared in try cases(of: file) {
            let deviation = prepared.deviation(of: try prepared.judgements())
            #expect(deviation == nil, "\(prepared.fixture.place): '\(prepared.fixture.name)'")
        }
    }

    @Test func everyCauseHasAFixtureInWhichItComesFirst() throws {
        let shown = try Set(Self.files.flatMap { try Fixture.load(Self.root.appending(path: "Tests/Fixtures/causes/\($0)")) }.compactMap { fixture -> String? in
            if case .cause(let expected, _) = fixture.shows { expected.cause.string } else { nil }
        })
        let without = Set(catalog.checks.flatMap { $0.causes.map(\.name) }).subtracting(shown)
        #expect(without.sorted() == [])
    }

    @Test func everyCauseHasAPageOfTheHandbook() {
        let without = catalog.checks.flatMap(\.causes).filter { $0.about == nil || $0.see == nil }.map(\.name)
        #expect(Set(without).sorted() == [])
    }

    /// Where all is well no cause holds, not even one that nobody asks.
    @Test(arguments: files)
    func noCauseHoldsWhereEverythingPasses(file: String) throws {
        for prepared in try cases(of: file) {
            guard case .nothing = prepared.fixture.shows else { continue }
            let store = try prepared.store()
            for name in Set(prepared.wanted.map(\.check)).sorted() {
                for subject in prepared.judge.subjects(of: name) {
                    let holding = try prepared.judge.causesHolding(on: subject, store: store).map(\.name)
                    #expect(holding == [], "\(subject) in '\(prepared.fixture.name)'")
                }
            }
        }
    }

    /// Any fact replaced by *unknown* may leave the verdict open; it never brings another cause.
    @Test(arguments: files)
    func anUnknownFactNeverMakesAWrongCause(file: String) throws {
        for prepared in try cases(of: file) {
            guard case .cause(let expected, let also) = prepared.fixture.shows else { continue }
            let subject = Judgement.Subject(check: expected.check.string, machine: expected.machine)
            let store = try prepared.store()
            let observed = Dictionary(uniqueKeysWithValues: prepared.facts.machines.map { ($0.machine, $0) })
            for (machine, table) in prepared.judge.seen(by: subject, diagnosing: true) {
                guard let facts = observed[machine], let before = facts.tables[table] else { continue }
                func load(_ observation: Observation) throws {
                    try store.load(MachineFacts(machine: machine, reached: facts.reached, said: facts.said, asked: facts.asked, seconds: facts.seconds, tables: [table: observation]))
                }
                try load(.unknown(reason: "no answer in 5 s"))
                if case .failed(let diagnosis) = try prepared.judge.verdict(on: subject, store: store) {
                    let wrong = Set(diagnosis.causes.map(\.name)).subtracting(also + [expected.cause.string])
                    #expect(wrong.sorted() == [], "\(expected.cause) without \(table) of \(machine)")
                }
                try load(before)
            }
        }
    }
}
