import Course
import DataFiles
import Facts
import Foundation
import Journal
import Machines

/// What machines were like at another time, or what somebody else's are like: something to compare with.
package struct FormerFacts: Sendable {
    /// As a heading: `Since step access last passed`.
    package var what: String
    package var at: Date
    package var machines: [MachineFacts]
    /// The addresses that the machines had, by name.
    package var addresses: [String: String]
    /// By machine and table, when each was seen, in seconds since 1970; empty if it was all at once.
    package var seen: [String: [String: Double]] = [:]
    /// Whether they are somebody else's machines: what each has of its own is no difference then.
    package var isElsewhere = false
    /// Whether a journal was changed after it was written.
    package var isIntact = true

    package init(
        what: String, at: Date, machines: [MachineFacts], addresses: [String: String], seen: [String: [String: Double]] = [:],
        isElsewhere: Bool = false, isIntact: Bool = true
    ) {
        self.what = what
        self.at = at
        self.machines = machines
        self.addresses = addresses
        self.seen = seen
        self.isElsewhere = isElsewhere
        self.isIntact = isIntact
    }
}

extension FormerFacts {
    /// The year 2100, in seconds since 1970.
    private static let latest = 4_102_444_800.0
    /// A round of looks takes no longer, in seconds.
    private static let round = 120.0

    /// What was seen earlier than in the round that came with the moment, by machine and table.
    var earlier: [String: [String: Double]] {
        seen.mapValues { $0.filter { $0.value < at.timeIntervalSince1970 - Self.round } }
    }

    /// Why there is nothing to compare with.
    package enum Missing: Error, Sendable, Hashable, CustomStringConvertible {
        /// No step has passed; or not this one.
        case pass(step: String?)
        case otherLab(file: String, lab: String)
        case unreadable(file: String)
        /// A step can be named only of a journal.
        case noJournal(file: String)

        package var description: String {
            switch self {
            case .pass(let step?): "Step \(step) has not passed yet in that walk, so there is nothing to compare with."
            case .pass(nil): "No step has passed yet in that walk, so there is nothing to compare with."
            case .otherLab(let file, let lab): "\(file) is of the lab '\(lab.prefix(40))', which has other machines."
            case .unreadable(let file):
                "\(file) is no journal, no recording of this lab, and no file from 'lab record' or 'lab bundle'."
            case .noJournal(let file): "\(file) holds one look; only in a journal there are steps to choose from."
            }
        }
    }

    /// The student's own machines: when a drill began that is open, or else when a step last passed.
    /// - Parameter step: nil for the one that was passed last.
    /// - Throws: `Missing`, `JournalError`.
    package init(of journal: URL, step: String?) throws {
        guard FileManager.default.fileExists(atPath: journal.path) else { throw Missing.pass(step: step) }
        let reader = try JournalReader(journal)
        if step == nil, let line = reader.openDrill {
            self.init(reader.lastSeen(upTo: line), what: "Since the drill began")
        } else {
            guard let pass = reader.lastPass(of: step) else { throw Missing.pass(step: step) }
            self.init(reader.lastSeen(upTo: pass.line), what: "Since step \(pass.step) last passed")
        }
    }

    private init(_ seen: JournalReader.LastSeen, what: String) {
        self.init(what: what, at: seen.at, machines: seen.machines, addresses: [:], seen: seen.seen, isIntact: seen.isIntact)
    }

    /// What a file holds: a journal, when a step of it passed; or one look, from `lab record` or `lab bundle`.
    /// - Throws: `Missing`, `FileFault`, `JournalError`.
    /// - Parameter isSaved: it is what lab kept of the student's own machines when they were saved under this name.
    package static func reading(_ file: URL, named name: String, of lab: Lab, step: String?, isSaved: Bool = false) throws -> FormerFacts {
        if let look = try? JSONDecoder().decode(Look.self, from: try BoundedFile.read(file, atMost: 64 << 20)) {
            guard step == nil else { throw Missing.noJournal(file: name) }
            let facts = look.facts
            guard facts.lab == lab.name else { throw Missing.otherLab(file: name, lab: facts.lab) }
            // A stranger's file may say any time; what is none counts as none.
            let asked = facts.machines.map(\.asked).filter { (0...Self.latest).contains($0) }.max() ?? 0
            let at = Date(timeIntervalSince1970: asked)
            return FormerFacts(
                what: isSaved ? "Since the machines were saved as \(name)" : "Compared with \(name)", at: at, machines: facts.machines,
                addresses: facts.addresses, isElsewhere: !isSaved)
        }
        let reader = try journal(file, named: name)
        let opened = reader.lines.first { $0.kind == .opened }.flatMap { try? reader.entry($0).event }
        guard case .opened(let itsLab, _, _, let setting)? = opened else { throw Missing.unreadable(file: name) }
        guard itsLab == lab.name else { throw Missing.otherLab(file: name, lab: itsLab) }
        guard let pass = reader.lastPass(of: step) else { throw Missing.pass(step: step) }
        let seen = reader.lastSeen(upTo: pass.line)
        return FormerFacts(
            what: "Compared with \(name) when step \(pass.step) passed", at: seen.at, machines: seen.machines,
            addresses: setting?.addresses ?? [:],
            seen: seen.seen, isElsewhere: true, isIntact: seen.isIntact)
    }

    private static func journal(_ file: URL, named name: String) throws -> JournalReader {
        do {
            return try JournalReader(file)
        } catch JournalError.foreign {
            throw Missing.unreadable(file: name)
        }
    }

    /// A file of one look: recorded facts, alone or in what a student hands in.
    private struct Look: Decodable {
        var facts: RecordedFacts

        private enum Key: String, CodingKey { case facts }

        init(from decoder: any Decoder) throws {
            if let container = try? decoder.container(keyedBy: Key.self), container.contains(.facts) {
                facts = try container.decode(RecordedFacts.self, forKey: .facts)
            } else {
                facts = try RecordedFacts(from: decoder)
            }
        }
    }
}

extension Student {
    /// Compares the machines with what they were, or with others. It looks at what is known of those, and at nothing else.
    /// - Throws: `CancellationError`.
    package func compare(
        with former: FormerFacts, seconds: Int, progress: @escaping @Sendable (String, LookProgress) -> Void = { _, _ in }
    ) async throws -> FactComparison {
        let catalog = judge.catalog.facts
        let before = former.machines.map { $0.fitting(catalog) }
        let known = Set(before.flatMap(\.tables.keys))
        let now = try await lookForComparison(at: catalog.seen.filter { known.contains($0.name) }, seconds: seconds, progress: progress)
        let own = situation.contacts.mapValues(\.address)
        let pairs = now.map { after in (before: before.first { $0.machine == after.machine }, after: after) }
        guard former.isElsewhere else { return FactComparison(pairs, catalog: catalog, earlier: former.earlier) }
        return FactComparison(
            pairs.map { ($0.before?.naming(former.addresses), $0.after.naming(own)) }, catalog: catalog, relation: .elsewhere,
            earlier: former.earlier)
    }

    /// Compares one machine with another that is meant to be like it.
    /// - Throws: `CancellationError`.
    package func compare(
        _ machine: Machine, with sister: Machine, seconds: Int,
        progress: @escaping @Sendable (String, LookProgress) -> Void = { _, _ in }
    ) async throws -> FactComparison {
        let catalog = judge.catalog.facts
        let looks = try await lookForComparison(at: catalog.seen, on: [machine, sister], seconds: seconds, progress: progress)
        guard looks.count == 2 else { return FactComparison([], catalog: catalog) }
        // Each calls itself and the other by the same words.
        func words(_ own: Machine, _ other: Machine) -> [String: String] {
            var words: [String: String] = [:]
            for (one, word) in [(own, FactComparison.itself), (other, FactComparison.theOther)] {
                for name in [one.name, one.hostname, situation.contacts[one.name]?.address ?? ""] where !name.isEmpty { words[name] = word }
            }
            return words
        }
        var own = looks[0].replacing(words(machine, sister))
        var other = looks[1].replacing(words(sister, machine))
        // What is the same on both as it stands is of both: the record of the nodes, which names each as itself.
        for (table, observation) in looks[0].tables where looks[1].tables[table] == observation {
            (own.tables[table], other.tables[table]) = (observation, observation)
        }
        return FactComparison([(own, other)], catalog: catalog, relation: .sisters)
    }

    private func lookForComparison(
        at tables: [FactTable], on some: [Machine]? = nil, seconds: Int, progress: @escaping @Sendable (String, LookProgress) -> Void
    ) async throws -> [MachineFacts] {
        try await fleet.look(
            at: tables.filter { $0.nature != .log }, on: some ?? machines, in: situation, seconds: seconds, progress: progress
        ).map(\.masked.facts)
    }
}
