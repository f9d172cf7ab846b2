import Checks
import Course
import DataFiles
import Facts
import Foundation

/// What was seen when each check passed last, so that a failure can say what has changed since.
///
/// A file beside the journal, of lines. It is a help and not a record: what is missing or cannot be read is not remembered. A line is
/// read when its check fails, and written as it was read if nothing is new: a round knows hundreds of them.
package struct PassMemory: Sendable {
    /// By subject: `SECONDS MACHINE.TABLE=PRINT …`.
    private var passes: [String: String] = [:]
    /// Rows as JSON by their fingerprint: most checks saw the same ones.
    private var rows: [String: String] = [:]

    /// With more rows than that it is looked whether passes still name them.
    private static let mostRows = 1000
    private static let signature = "lab passes 2"

    /// When a check passed, and by machine and table what it saw then.
    private struct Pass {
        var at: Date
        var seen: [(place: String, print: String)]

        init(at: Date, seen: [(place: String, print: String)]) {
            self.at = at
            self.seen = seen
        }

        init?(_ text: String) {
            let words = text.split(separator: " ")
            guard let seconds = words.first.flatMap({ Double($0) }), seconds.isFinite else { return nil }
            at = Date(timeIntervalSince1970: seconds)
            seen = words.dropFirst().compactMap { word in
                let parts = word.split(separator: "=")
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }
        }

        var text: String { ([String(at.timeIntervalSince1970)] + seen.map { "\($0.place)=\($0.print)" }).joined(separator: " ") }
    }

    package init() {}

    /// What was kept in a file; nothing if there is none, or none that can be read.
    package init(reading url: URL) {
        guard let data = try? BoundedFile.read(url, atMost: 64 << 20) else { return }
        var lines = data.withUnsafeBytes { bytes in bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }[...]
        guard lines.popFirst() == Self.signature else { return }
        for line in lines {
            let bytes = line.utf8
            guard let key = bytes.firstIndex(of: UInt8(ascii: " ")).map(bytes.index(after:)),
                let end = bytes[key...].firstIndex(of: UInt8(ascii: " "))
            else { continue }
            let rest = String(line[bytes.index(after: end)...])
            switch line[..<key] {
            case "pass ": passes[String(line[key..<end])] = rest
            case "rows ": rows[String(line[key..<end])] = rest
            default: continue
            }
        }
    }

    /// Where the memory of a walk is kept: beside its journal.
    package static func file(beside journal: URL) -> URL { journal.deletingPathExtension().appendingPathExtension("passes") }

    /// - Throws: `FileFault`.
    package func write(_ url: URL) throws {
        let lines =
            passes.sorted { $0.key < $1.key }.map { "pass \($0) \($1)" } + rows.sorted { $0.key < $1.key }.map { "rows \($0) \($1)" }
        try PrivateFile.write(Data(([Self.signature] + lines + [""]).joined(separator: "\n").utf8), to: url)
    }

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
            var seen: [(place: String, print: String)] = []
            for (machine, table) in judge.seen(by: judgement.subject) {
                guard case .rows(let found)? = looks[machine]?[table] else { continue }
                let place = machine + "." + table
                let print = prints[place] ?? Observation.rows(found).fingerprint
                prints[place] = print
                if rows[print] == nil { rows[print] = (try? JSONEncoder().encode(found)).map { String(decoding: $0, as: UTF8.self) } }
                seen.append((place, print))
            }
            passes[Self.key(judgement.subject)] = Pass(at: date, seen: seen).text
        }
        guard rows.count > Self.mostRows else { return }
        let used = Set(passes.values.flatMap { Pass($0)?.seen.map(\.print) ?? [] })
        rows = rows.filter { used.contains($0.key) }
    }

    /// What has changed since the checks passed that fail in a round. A check that never passed is not in it.
    package func changes(in round: Round, _ judge: Judge) -> [Judgement.Subject: Change] {
        let looks = Dictionary(round.looks.map { ($0.machine, $0.tables) }) { first, _ in first }
        var changes: [Judgement.Subject: Change] = [:]
        for judgement in round.judgements {
            guard case .failed = judgement.verdict, let pass = passes[Self.key(judgement.subject)].flatMap({ Pass($0) }) else { continue }
            let prints = Dictionary(pass.seen.map { ($0.place, $0.print) }) { first, _ in first }
            let differences = judge.seen(by: judgement.subject).flatMap { machine, name -> [FactDifference] in
                guard let table = judge.catalog.facts[name], let before = prints[machine + "." + name].flatMap({ known($0) }),
                    case .rows(let after)? = looks[machine]?[name]
                else { return [] }
                return FactDifference.between(before, after, of: table, on: machine)
            }
            changes[judgement.subject] = Change(passed: pass.at, differences: Self.mostTelling(differences, at: judgement.subject.machine))
        }
        return changes
    }

    /// In the order in which they are shown, and cut off: the judged machine's before the others', and rows that came or went, which
    /// somebody has done, before values, which may have moved by themselves.
    static func mostTelling(_ differences: [FactDifference], at machine: String?) -> [FactDifference] {
        func rank(_ difference: FactDifference) -> Int {
            let isValue = if case .changed = difference.kind { true } else { false }
            return (isValue ? 2 : 0) + (machine == nil || difference.machine == machine ? 0 : 1)
        }
        return differences.enumerated().sorted { one, other in
            let ranks = (rank(one.element), rank(other.element))
            return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : one.offset < other.offset
        }.map(\.element)
    }

    private func known(_ print: String) -> [[FactValue]]? {
        rows[print].flatMap { try? JSONDecoder().decode([[FactValue]].self, from: Data($0.utf8)) }
    }
}
