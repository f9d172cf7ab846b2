import Checks
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Pages
import Terminal

extension Replay {
    /// Questions about what was seen until a moment: the facts as they were then, and beside each table `T` what every look brought of
    /// it, as `T_over_time`.
    @MainActor
    package func desk(at index: Int, voice: Voice) -> FactsPrompt {
        FactsPrompt(judge: judge, catalog: judge.catalog.facts.overTime, voice: voice) { [self] tables in
            let series = tables.filter { judge.catalog.facts[$0.name] == nil }
            let plain = tables.filter { judge.catalog.facts[$0.name] != nil }
            var machines = facts(at: moments[index])?.machines(of: plain, catalog: judge.catalog.facts) ?? []
            guard !series.isEmpty else { return machines }
            let all = try rows(of: series, upTo: index)
            for name in lab.machines.map(\.name) {
                if !machines.contains(where: { $0.machine == name }) { machines.append(MachineFacts(machine: name, reached: true)) }
            }
            for place in machines.indices { machines[place].tables.merge(all[machines[place].machine] ?? [:]) { $1 } }
            return machines
        }
    }

    /// More rows of all looks are not put side by side: a walk through the whole course has some thousands of a table.
    private static let mostRows = 100_000

    /// By machine and table over time: the rows of every look until a moment. What no look saw has no rows.
    /// - Throws: `Refusal` if those are too many.
    private func rows(of series: [FactTable], upTo index: Int) throws -> [String: [String: Observation]] {
        let plain = judge.catalog.facts
        var rows: [String: [String: [[FactValue]]]] = [:]
        var count = 0
        for machine in lab.machines { rows[machine.name] = Dictionary(series.map { ($0.name, []) }) { first, _ in first } }
        for look in rounds(upTo: index) {
            for facts in look.looks + look.closer {
                let known = facts.fitting(plain).tables
                for table in series {
                    guard case .rows(let found)? = known[String(table.name.dropLast(FactCatalog.overTime.count))] else { continue }
                    count += found.count
                    guard count <= Self.mostRows else {
                        throw Refusal("All looks together have more than \(Self.mostRows) rows of that. Ask at an earlier event.")
                    }
                    let lead = [FactValue.text(Self.utc(facts.asked)), .int(Int64(look.event + 1))]
                    rows[facts.machine]?[table.name]?.append(contentsOf: found.map { lead + $0 })
                }
            }
        }
        return rows.mapValues { $0.mapValues(Observation.rows) }
    }

    /// A round of looks, and the moment that it belongs to.
    private struct RoundThen {
        var event: Int
        var looks: [MachineFacts]
        var closer: [MachineFacts]
    }

    private func rounds(upTo index: Int) -> some Sequence<RoundThen> {
        let events = events(upTo: index)
        return journal.looks(upTo: events.keys.max() ?? 0).lazy.compactMap { looked -> RoundThen? in
            guard case .round(let line, let looks, let closer, _) = looked, let event = events[line] else { return nil }
            return RoundThen(event: event, looks: looks, closer: closer)
        }
    }

    /// By the line that says what was seen: the first event that knew it.
    private func events(upTo index: Int) -> [Int: Int] {
        var events: [Int: Int] = [:]
        for (event, moment) in moments[...index].enumerated() {
            if let line = moment.facts.map({ Int($0) }), events[line] == nil { events[line] = event }
        }
        return events
    }

    private static func utc(_ seconds: Double) -> String {
        let format = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(includingFractionalSeconds: false)
        return Date(timeIntervalSince1970: seconds).formatted(format)
    }

    // MARK: When something held

    /// A time in which a query had rows.
    package struct Spell: Sendable, Hashable {
        /// The event whose look showed it first, and what it showed.
        package var from: Int
        package var rows: FactRows
        package var end: End?

        /// How it ended; nil if it held to the end of the walk.
        package enum End: Sendable, Hashable {
            /// The first event whose look no longer showed it.
            case gone(Int)
            /// The first event whose look could not see it.
            case unknown(Int)
            /// Practice machines were put back.
            case putBack(Int)
        }
    }

    /// When a query had rows, by what was known at each look that asked for something of what it reads.
    package struct Spells: Sendable, Hashable {
        package var spells: [Spell] = []
        /// How many looks could answer.
        package var looks = 0

        fileprivate mutating func end(_ end: Spell.End) {
            if let last = spells.indices.last, spells[last].end == nil { spells[last].end = end }
        }
    }

    /// Asks at every look of the walk. A table that a look did not ask for is as it was seen last, and a look before everything that the query
    /// reads was seen once answers nothing.
    /// - Throws: `Refusal` for a query that SQLite does not accept.
    package func spells(of sql: String) throws -> Spells {
        let catalog = judge.catalog.facts
        let query: FactQuery
        do {
            query = try judge.emptyStore().query(sql)
        } catch let error as QueryError {
            throw Refusal("SQLite says: \(Cleaner.line(error.said)).")
        }
        let names = Set(query.reads.map(\.table))
        guard !names.isEmpty else { throw Refusal("This query reads no facts, so no look can answer it.") }
        let events = events(upTo: moments.count - 1)
        var store = try judge.emptyStore()
        var told = Spells()
        for looked in journal.looks(upTo: journal.lines.count - 1) {
            guard case .round(let line, let looks, let closer, _) = looked else {
                if case .putBack(let line) = looked { told.end(.putBack(event(ofLine: line))) }
                store = try judge.emptyStore()
                continue
            }
            var isAsked = false
            for var facts in (looks + closer).map({ $0.fitting(catalog) }) {
                facts.tables = facts.tables.filter { names.contains($0.key) }
                isAsked = isAsked || !facts.tables.isEmpty
                try store.load(facts)
            }
            guard isAsked, let event = events[line] else { continue }
            guard try store.unknowns(of: query, this: nil, leavingOut: false).isEmpty else {
                told.end(.unknown(event))
                continue
            }
            told.looks += 1
            let rows = try store.rows(query, this: nil, limit: 20)
            if rows.rows.isEmpty {
                told.end(.gone(event))
            } else if told.spells.last.map({ $0.end != nil }) ?? true {
                told.spells.append(Spell(from: event, rows: rows))
            }
        }
        return told
    }

    /// The last event until a line of the journal.
    private func event(ofLine line: Int) -> Int { moments.lastIndex { Int($0.lines.first ?? 0) <= line } ?? 0 }
}

/// When something held in a walk, as a person reads it.
package struct SpellsText {
    private let terminal: Terminal
    private let replay: Replay
    private let zone: TimeZone

    package init(_ terminal: Terminal, _ replay: Replay, in zone: TimeZone = .current) {
        self.terminal = terminal
        self.replay = replay
        self.zone = zone
    }

    package func lines(_ told: Replay.Spells) -> [String] {
        guard told.looks > 0 else { return wrap("No look of this walk brought what the query reads.") }
        guard !told.spells.isEmpty else {
            return wrap("It never held, at \(told.looks) looks that could tell.")
        }
        return told.spells.flatMap { spell -> [String] in
            let end =
                switch spell.end {
                case nil: "to the last look of the walk"
                case .gone(let event): "seen no more at \(place(event))"
                case .unknown(let event): "and from \(place(event)) on nobody could see it"
                case .putBack(let event): "until the machines were put back at \(place(event))"
                }
            return wrap("Held from \(place(spell.from)), \(end):") + VerdictText(terminal).table(spell.rows) + [""]
        } + wrap("It was asked at \(told.looks) looks; between two of them nobody saw.")
    }

    private func place(_ event: Int) -> String {
        let moment = replay.moments[event]
        let step = replay.step(of: moment).map { " of step \($0.name)" } ?? ""
        return "event \(event + 1)\(step) (\(VerdictText.clock(Date(timeIntervalSince1970: Double(moment.at)), in: zone)))"
    }

    private func wrap(_ text: String) -> [String] { Layout.wrap(text, width: terminal.textWidth) }
}
