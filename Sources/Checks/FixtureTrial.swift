import Course
import DataFiles
import Facts
import Foundation

/// Judges fixtures: whether each shows what it is meant to show, and which causes have none.
package struct FixtureTrial {
    private let lab: Lab
    private let catalog: CheckCatalog
    private let folder: URL
    /// Libraries whose causes another lab has fixtures for.
    private let shown: Set<String>
    private var judges: [String: (judge: Judge, facts: RecordedFacts)] = [:]

    /// - Parameters:
    ///   - folder: holds the recorded facts in `facts/` and the fixtures in `causes/`, or a folder with the lab's name that does.
    ///   - earlier: the lab that this one follows: of the libraries that both use, that one has the fixtures.
    package init(lab: Lab, catalog: CheckCatalog, folder: URL, earlier: CheckCatalog? = nil) {
        self.lab = lab
        self.catalog = catalog
        let own = folder.appending(path: lab.name)
        self.folder = FileManager.default.fileExists(atPath: own.appending(path: "causes").path) ? own : folder
        shown = Set(earlier?.libraries.map(\.name) ?? [])
    }

    /// All fixtures of the folder.
    /// - Throws: everything that is wrong with their files.
    package func fixtures() throws(Complaints) -> [Fixture] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "causes").path)) ?? []
        var fixtures: [Fixture] = []
        for name in names.sorted() where name.hasSuffix(".yaml") { fixtures += try Fixture.load(folder.appending(path: "causes/\(name)")) }
        return fixtures
    }

    /// Judges all fixtures of the folder.
    /// - Returns: how many there are; those that do not show what they say, and the causes that no fixture shows first.
    /// - Throws: as ``fixtures()`` and ``prepare(_:)``, but for complaints about a single fixture.
    package mutating func complaints() throws -> (fixtures: Int, complaints: [Complaint]) {
        var complaints: [Complaint] = []
        var shown: Set<String> = []
        let fixtures = try fixtures()
        for fixture in fixtures {
            do {
                let faults = try prepare(fixture).faults()
                complaints += faults.map { Complaint(fixture.place, "'\(fixture.name)': \($0)") }
                if case .cause(let expected, _) = fixture.shows { shown.insert(expected.cause.string) }
            } catch let complaint as Complaint {
                complaints.append(complaint)
            }
        }
        for check in catalog.checks where !self.shown.contains(check.library) {
            for cause in check.causes where shown.insert(cause.name).inserted {
                complaints.append(Complaint(cause.place, "no fixture shows '\(cause.name)' first in \(check.name)"))
            }
        }
        return (fixtures.count, complaints)
    }

    /// A fixture with its facts, ready to be judged.
    package struct Case: Sendable {
        package var fixture: Fixture
        package var judge: Judge
        package var facts: RecordedFacts
        package var wanted: [Asked]

        /// A store with these facts.
        package func store() throws -> FactStore {
            let store = try judge.emptyStore()
            for facts in facts.machines { try store.load(facts) }
            return store
        }

        /// What is judged from these facts, or from others of the same machines.
        package func judgements(_ other: [MachineFacts]? = nil) throws -> [Judgement] {
            let store = try judge.emptyStore()
            for facts in other ?? facts.machines { try store.load(facts) }
            return try judge.judge(wanted, store: store)
        }
    }

    /// - Throws: a `Complaint` for a fixture that does not fit the lab, the checks or its base; the file system's or the
    ///   decoder's error for facts that cannot be read.
    package mutating func prepare(_ fixture: Fixture) throws -> Case {
        let (judge, facts) = try base(fixture.base, in: fixture.environment)
        guard lab.step(named: fixture.upTo.string) != nil else {
            throw Complaint(
                fixture.upTo.place, "there is no step '\(fixture.upTo)'",
                nearest: nearestName(to: fixture.upTo.string, among: lab.steps.map(\.name)))
        }
        return Case(
            fixture: fixture, judge: judge, facts: try facts.applying(fixture.changes, catalog.facts),
            wanted: wanted(for: fixture, in: judge.situation.lab))
    }

    /// Everything that is asked of a student at the fixture's step; of a check that no step asks, that one alone.
    private func wanted(for fixture: Fixture, in lab: Lab) -> [Asked] {
        let asked = lab.asked(upTo: fixture.upTo.string)
        switch fixture.shows {
        case .cause(let expected, _) where !lab.steps.contains { $0.checks.contains { $0.name.string == expected.check.string } }:
            return [Asked(step: fixture.upTo.string, check: expected.check.string)]
        case .cause, .unexplained, .nothing: return asked
        }
    }

    private mutating func base(_ name: Text, in environment: Environment?) throws -> (judge: Judge, facts: RecordedFacts) {
        let key = "\(name) \(environment?.rawValue ?? "")"
        if let known = judges[key] { return known }
        let url = folder.appending(path: "facts/\(name).json")
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw Complaint(name.place, "there are no recorded facts '\(name)'", expected: "a file \(DataFile.shown(url))")
        }
        var facts = try RecordedFacts.load(url)
        if let environment { facts.environment = environment.rawValue }
        guard let situation = situation(of: facts) else {
            throw Complaint(name.place, "the recorded facts are of platform '\(facts.platform)', which the lab does not have")
        }
        let made = (judge: try Judge(catalog: catalog, situation: situation), facts: facts)
        judges[key] = made
        return made
    }

    /// The situation in which facts were recorded; nil if they are of a platform that the lab does not have.
    func situation(of facts: RecordedFacts) -> Situation? {
        guard let platform = lab.platform(named: facts.platform) else { return nil }
        return Situation(
            lab: lab, platform: platform, environment: Environment(rawValue: facts.environment) ?? .own,
            contacts: facts.addresses.mapValues { Contact(address: $0, user: "student") })
    }
}

extension FixtureTrial.Case {
    /// Everything that this fixture shows to be wrong with the checks: another verdict than it says, a cause that holds
    /// when all is well, another cause once some fact is unknown or a machine is not reached.
    package func faults() throws -> [String] {
        let judgements = try judgements()
        var faults = [deviation(of: judgements)].compactMap(\.self)
        switch fixture.shows {
        case .nothing: faults += try causesHoldingAlthoughAllPasses()
        case .cause(let expected, let also): faults += try causesWrongForWantOfAFact(expected, also: also)
        case .unexplained: break
        }
        // One machine a fixture, another one from fixture to fixture: all of them on all would take minutes.
        let machine = facts.machines[fixture.place.line % facts.machines.count].machine
        faults += try untruths(without: [machine], judgements)
        return faults
    }

    /// Where all is well no cause holds by its evidence, not even one that nobody asks, since its check passes.
    private func causesHoldingAlthoughAllPasses() throws -> [String] {
        let store = try store()
        return try Set(wanted.map(\.check)).sorted().flatMap { name in
            try judge.subjects(of: name).compactMap { subject in
                let holding = try judge.causesHolding(on: subject, store: store).map(\.name)
                return holding.isEmpty ? nil : "\(subject) passes, and yet its cause \(holding.joined(separator: ", ")) holds"
            }
        }
    }

    /// Any fact replaced by *unknown* may leave the verdict open; it never brings another cause.
    private func causesWrongForWantOfAFact(_ expected: Fixture.Expectation, also: [String]) throws -> [String] {
        let subject = Judgement.Subject(check: expected.check.string, machine: expected.machine)
        let store = try store()
        let observed = Dictionary(uniqueKeysWithValues: facts.machines.map { ($0.machine, $0) })
        var faults: [String] = []
        for (machine, table) in judge.seen(by: subject, diagnosing: true) {
            guard let own = observed[machine], let before = own.tables[table] else { continue }
            func load(_ observation: Observation) throws {
                try store.load(
                    MachineFacts(
                        machine: machine, reached: own.reached, said: own.said, asked: own.asked, seconds: own.seconds,
                        tables: [table: observation]))
            }
            try load(.unknown(reason: "no answer in 5 s"))
            if case .failed(let diagnosis) = try judge.verdict(on: subject, store: store) {
                let wrong = Set(diagnosis.causes.map(\.name)).subtracting(also + [expected.cause.string])
                if !wrong.isEmpty {
                    faults.append("without \(table) of \(machine) it is reported as \(wrong.sorted().joined(separator: ", "))")
                }
                for cause in diagnosis.causes
                where cause.fix.contains(where: { $0.lost != nil })
                    && judge.safety(of: cause.name, on: subject, restsOn: table, of: machine)
                {
                    faults.append("without \(table) of \(machine) a repair of \(cause.name) is printed that may not be safe")
                }
            }
            try load(before)
        }
        return faults
    }

    /// What is not as the fixture says; nil if all is.
    package func deviation(of judgements: [Judgement]) -> String? {
        let failed = judgements.compactMap { judgement -> (subject: Judgement.Subject, diagnosis: Diagnosis)? in
            if case .failed(let diagnosis) = judgement.verdict { (judgement.subject, diagnosis) } else { nil }
        }
        let told = failed.map {
            "\($0.subject): \($0.diagnosis.causes.map { "\($0.name) on \($0.machine ?? "?")" }.joined(separator: ", "))"
        }.joined(separator: "; ")
        let seen = told.isEmpty ? "nothing failed" : told
        switch fixture.shows {
        case .nothing:
            let others = judgements.filter { $0.verdict != .passed }.map { "\($0.subject) \($0.verdict.word)" }
            return others.isEmpty
                ? nil : "not everything passes: \(others.prefix(6).joined(separator: ", "))\(told.isEmpty ? "" : " (\(told))")"
        case .unexplained(let check, let machine):
            guard let own = failed.first(where: { $0.subject == .init(check: check.string, machine: machine) }) else {
                return "\(check) did not fail: \(seen)"
            }
            return own.diagnosis.causes.isEmpty && own.diagnosis.evidence?.rows.isEmpty == false
                ? nil : "it is explained, or without evidence: \(seen)"
        case .cause(let expected, let also):
            guard let own = failed.first(where: { $0.subject == .init(check: expected.check.string, machine: expected.machine) }) else {
                let verdict = judgements.first { $0.subject == .init(check: expected.check.string, machine: expected.machine) }?.verdict
                return "\(expected.check) did not fail (\(verdict.map(Self.tell) ?? "it is not judged")): \(seen)"
            }
            guard let first = own.diagnosis.causes.first, first.name == expected.cause.string else {
                return "another cause comes first: \(seen)"
            }
            guard first.machine == expected.mend else { return "it is to be fixed on \(first.machine ?? "?"): \(seen)" }
            if (first.withheld != nil) != expected.withheld {
                return first.withheld.map { "its repair is not printed: \($0)" } ?? "its repair is printed, and should not be"
            }
            let named = Set(failed.flatMap { $0.diagnosis.causes.map(\.name) })
            let surplus = named.subtracting(also + [expected.cause.string])
            guard surplus.isEmpty else { return "also named: \(surplus.sorted().joined(separator: ", ")): \(seen)" }
            let silent = Set(failed.filter { $0.diagnosis.causes.isEmpty }.map(\.subject.description))
            return silent.isEmpty ? nil : "failed without a cause: \(silent.sorted().joined(separator: ", "))"
        }
    }

    private static func tell(_ verdict: Verdict) -> String {
        switch verdict {
        case .blocked(let root): "blocked by \(root)"
        case .unknown(let facts): "unknown: " + facts.prefix(3).map { "\($0.fact) of \($0.machine): \($0.reason)" }.joined(separator: ", ")
        default: verdict.word.rawValue
        }
    }
}
