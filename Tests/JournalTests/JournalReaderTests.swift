import Checks
import Facts
import Foundation
import TestSupport
import Testing

@testable import Journal

@Suite struct JournalReaderTests {
    /// A journal's place in a folder that is not there yet.
    private func inFolder(_ body: (URL) throws -> Void) throws {
        try TemporaryFolder.with { try body($0.appending(path: "walks/walk.jsonl")) }
    }

    private func facts(_ machine: String, _ tables: [String: Observation]) -> MachineFacts {
        MachineFacts(machine: machine, reached: true, tables: tables)
    }

    @Test func linesAreFoundWithTheirKindsAndTimesWithoutDecoding() throws {
        try inFolder { url in
            let run = TaskRun(
                step: "names", task: 3, machine: "pg1", account: "root", command: #"echo ',"step":"other","task":9' {"check":1}"#)
            let other = TaskRun(step: "names", task: 3, machine: "pg2", account: "root", command: "true")
            let date = Date(timeIntervalSince1970: 1_795_600_800)
            let journal = try Journal(url)
            for event in [
                Event.opened(lab: "x", platform: "p", environment: "own"), .step("names"), .begin(run),
                .run(run, status: 0, output: "ü\n\"x\""), .run(other, status: 1, output: ""), .step("names"), .note("{\"event\""),
            ] {
                try journal.append(event, at: date)
            }
            let reader = try JournalReader(url)
            #expect(reader.lines.map(\.kind) == [.opened, .step, .begin, .run, .run, .step, .note])
            #expect(reader.lines.allSatisfy { $0.at == 1_795_600_800 })
            #expect(reader.flaws.isEmpty)
            #expect(reader.lines[2].subject == reader.lines[3].subject)
            #expect(reader.lines[3].subject == reader.lines[4].subject)
            #expect(reader.lines[3].place != reader.lines[4].place)
            #expect(reader.lines[1].subject == reader.lines[5].subject)
            for line in reader.lines { #expect(try reader.entry(line).event.kind == line.kind) }
        }
    }

    @Test func timesAreThoseOfTheCalendar() throws {
        try inFolder { url in
            let dates = [0, 951_782_400, 951_868_800, 1_078_012_800, 1_709_164_799, 4_102_444_800, 1_795_600_801].map {
                Date(timeIntervalSince1970: $0)
            }
            let journal = try Journal(url)
            for date in dates { try journal.append(.step("a"), at: date) }
            #expect(try JournalReader(url).lines.map(\.at) == dates.map { Int($0.timeIntervalSince1970) })
        }
    }

    @Test func anyChangeOfAnyLineIsFound() throws {
        try inFolder { url in
            let journal = try Journal(url)
            for number in 1...5 { try journal.append(.note("number \(number)")) }
            let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
            func flaws(_ lines: [String]) throws -> [JournalReader.Flaw] {
                try (lines.joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
                return try JournalReader(url).flaws
            }
            #expect(try flaws(lines) == [])
            #expect(try flaws(lines.map { $0.replacing("number 3", with: "number 4") }) == [.edited(line: 3)])
            #expect(try flaws([lines[0], lines[2], lines[3]]) == [.edited(line: 2)])
            #expect(try flaws([lines[1], lines[0]]) == [.edited(line: 1), .edited(line: 2)])
            #expect(try flaws([lines[0], "{}", lines[1]]).contains(.unreadable(line: 2)))
            // Lines of a lab that did not seal yet are taken as they are, and the next ones go on from them.
            let plain = lines.map { $0.replacing(/,"seal":"[0-9a-f]{16}"/, with: "") }
            #expect(try flaws(plain) == [])
            do {
                let again = try Journal(url)
                try again.append(.note("sealed"))
            }
            #expect(try JournalReader(url).flaws == [])
            #expect(try JournalReader(url).lines.count == 6)
        }
    }

    @Test func aWalkGoesOnWithItsSeals() throws {
        try inFolder { url in
            for number in 1...4 {
                let journal = try Journal(url)
                #expect(journal.entries.count == number - 1)
                try journal.append(.note("\(number)"))
            }
            #expect(try JournalReader(url).flaws == [])
        }
    }

    @Test func observationsAreWrittenOnceAndFoundAgain() throws {
        try inFolder { url in
            let journal = try Journal(url)
            let same = Observation.rows([[.text("replica"), .null, .int(1), .bool(false), .real(1.5), .text("")]])
            for number in 0..<40 {
                try journal.append(
                    looks: [
                        facts("pg1", ["setting": same, "clock": .rows([[.int(Int64(number))]]), "gone": .unknown(reason: "no answer")])
                    ], closer: [])
            }
            let reader = try JournalReader(url)
            let lines = try reader.lines.map { line -> SeenFacts in
                guard case .facts(let seen) = try reader.entry(line).event else { throw JournalError.damaged(path: "", line: line.number) }
                return seen
            }
            #expect(lines.filter { $0.new.values.contains(same) }.count == 3, "again after each horizon")
            for (number, seen) in lines.enumerated() {
                let earlier = lines[..<number].suffix(SeenFacts.horizon)
                let machines = seen.machines(seen.looks) { print in earlier.lazy.compactMap { $0.new[print] }.first }
                #expect(
                    machines.first?.tables == [
                        "setting": same, "clock": .rows([[.int(Int64(number))]]), "gone": .unknown(reason: "no answer"),
                    ])
                #expect(seen.isIntact)
            }
            // What a walk holds of facts is not read when it is taken up again.
            withExtendedLifetime(journal) {}
        }
    }

    @Test func whatJSONDoesNotTellApartIsNoEdit() throws {
        try inFolder { url in
            let journal = try Journal(url)
            try journal.append(
                looks: [
                    facts("pg1", ["clock": .rows([[.real(1), .real(1e300), .real(0.1), .real(.infinity), .real(.nan), .real(-0.0)]])])
                ], closer: [])
            let reader = try JournalReader(url)
            let event = try reader.entry(reader.lines[0]).event
            guard case .facts(let seen) = event else {
                Issue.record("the first line holds no facts: \(event)")
                return
            }
            #expect(seen.isIntact)
        }
    }

    @Test func nothingSecretIsWrittenDown() throws {
        try inFolder { url in
            let journal = try Journal(url)
            let run = TaskRun(
                step: "access", task: 1, machine: "pg1", account: "postgres", command: "psql -c \"ALTER ROLE app PASSWORD 'geheim'\"")
            try journal.append(.begin(run))
            try journal.append(.run(run, status: 0, output: "pg1:5432:labdb:app:geheim\nPGPASSWORD=geheim\n"))
            try journal.append(.note("password: geheim"))
            // Facts come to the journal without secrets: what a machine sent gives no others.
            let sent = RawFacts(
                facts("pg1", ["line": .rows([[.text("host=pg1 password=geheim")]]), "other": .unknown(reason: "password=geheim")]))
            try journal.append(looks: [sent.masked.facts], closer: [])
            let cause = FoundCauseText.judgement(because: "it says password=geheim")
            try journal.append(.check(step: "access", verdicts: [cause]))
            #expect(try !String(contentsOf: url, encoding: .utf8).contains("geheim"))
        }
    }
}

/// A verdict with a text in each place where a machine's words may stand.
private enum FoundCauseText {
    static func judgement(because: String) -> VerdictRecord {
        let rows = FactRows(columns: ["said"], rows: [[.text(because)]], isCut: false)
        let judgement = Judgement(
            subject: .init(check: "c", machine: "pg1"), step: "access", title: because, why: "", verdict: .failed(.init(evidence: rows)))
        return VerdictRecord(judgement, changed: .init(since: Date(timeIntervalSince1970: 0), what: [because]))
    }
}
