import Checks
import Course
import DataFiles
import Facts
import Foundation

/// What was seen when each check passed last, so that a failure can say what has changed since.
///
/// A JSON file beside the journal. It is a help and not a record: if it is missing or cannot be read, nothing is remembered.
package struct PassMemory: Sendable, Codable {
    private var passes: [String: Pass] = [:]
    /// Rows by their fingerprint: most checks saw the same ones.
    private var rows: [String: [[FactValue]]] = [:]

    /// When a check passed, and by machine and table what it saw then.
    private struct Pass: Sendable, Codable {
        var at: Date
        var seen: [String: [String: String]]
    }

    package init() {}

    /// What was kept in a file; nothing if there is none, or none that can be read.
    package init(reading url: URL) {
        self =
            (try? BoundedFile.read(url, atMost: 64 << 20)).flatMap { try? JSONDecoder().decode(PassMemory.self, from: $0) } ?? PassMemory()
    }

    /// Where the memory of a walk is kept: beside its journal.
    package static func file(beside journal: URL) -> URL { journal.deletingPathExtension().appendingPathExtension("passes.json") }

    /// - Throws: `FileFault`.
    package func write(_ url: URL) throws { try PrivateFile.write(JSONEncoder().encode(self), to: url) }

    /// What has changed since a check passed.
    package struct Change: Sendable, Hashable {
        package var passed: Date
        package var differences: [FactDifference]
    }

    /// A subject as a key of the file, which a change of wording must not change.
    private static func key(_ subject: Judgement.Subject) -> String { subject.check + "@" + (subject.machine ?? "") }

    /// Remembers what the checks that passed in a round have seen.
    package mutating func note(_ round: Round, _ judge: Judge, at date: Date = Date()) {
        let looks = Dictionary(round.looks.map { ($0.machine, $0.tables) }) { first, _ in first }
        var prints: [String: String] = [:]
        for judgement in round.judgements where judgement.verdict == .passed {
            var seen: [String: [String: String]] = [:]
            for (machine, table) in judge.seen(by: judgement.subject) {
                guard case .rows(let found)? = looks[machine]?[table] else { continue }
                let place = machine + "." + table
                let print = prints[place] ?? Observation.rows(found).fingerprint
                prints[place] = print
                rows[print] = found
                seen[machine, default: [:]][table] = print
            }
            passes[Self.key(judgement.subject)] = Pass(at: date, seen: seen)
        }
        let used = Set(passes.values.flatMap { $0.seen.values.flatMap(\.values) })
        rows = rows.filter { used.contains($0.key) }
    }

    /// What has changed since the checks passed that fail in a round. A check that never passed is not in it.
    package func changes(in round: Round, _ judge: Judge) -> [Judgement.Subject: Change] {
        let looks = Dictionary(round.looks.map { ($0.machine, $0.tables) }) { first, _ in first }
        var changes: [Judgement.Subject: Change] = [:]
        for judgement in round.judgements {
            guard case .failed = judgement.verdict, let pass = passes[Self.key(judgement.subject)] else { continue }
            let differences = judge.seen(by: judgement.subject).flatMap { machine, name -> [FactDifference] in
                guard let table = judge.catalog.facts[name], let before = pass.seen[machine]?[name].flatMap({ rows[$0] }),
                    case .rows(let after)? = looks[machine]?[name]
                else { return [] }
                return FactDifference.between(before, after, of: table, on: machine)
            }
            changes[judgement.subject] = Change(passed: pass.at, differences: differences)
        }
        return changes
    }
}
