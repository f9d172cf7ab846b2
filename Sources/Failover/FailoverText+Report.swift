import Display
import Foundation

extension FailoverText {
    /// What came of a watch, in sentences; each is to be wrapped.
    func report(_ timeline: FailoverTimeline, _ evidence: FailoverEvidence?) -> [String] {
        let figures = timeline.figures(evidence)
        var lines: [String] = []
        if figures.outages.isEmpty {
            lines.append(
                "There was no outage: \(Self.rows(figures.acknowledged)) in \(Self.tenths(timeline.now)) s, and every write "
                    + "was acknowledged."
            )
        }
        lines += figures.outages.map { outage($0, timeline) }
        lines.append(loss(figures, evidence))
        if figures.unanswered > 0 { lines.append(unanswered(figures)) }
        if let split = timeline.split {
            lines.append(
                "\(Self.list(split.machines)) both took writes at the same time, from \(clock(timeline.date(split.at))) on: a split brain. "
                    + "What was written to the one with the older timeline will be thrown away.")
        }
        lines += figures.promotions.map { promotion($0, timeline) }
        lines += (evidence?.gaps ?? []).map { Cleaner.line($0) + "." }
        return lines
    }

    /// repmgr's own notes, a row each: when, which node, what, and what it said about it.
    func events(_ evidence: FailoverEvidence) -> [[String]] {
        evidence.events.suffix(12).map { event in
            [
                clock(event.at), Cleaner.line(event.node, limit: 40),
                Cleaner.line(event.event, limit: 60) + (event.successful ? "" : " (failed)"),
                Cleaner.line(event.details, limit: 200),
            ]
        }
    }

    /// What became of the rows that the watch wrote.
    func leftBehind(_ evidence: FailoverEvidence?) -> String {
        if let deleted = evidence?.deleted {
            return
                "lab has deleted its \(Self.rows(deleted)) from \(evidence?.primary ?? "the primary"). The table lab_watch "
                + "stays in \(database) for the next watch."
        }
        return "lab could not delete its rows: they stay in lab_watch (database \(database)); the next watch on a later day deletes them."
    }

    private func outage(_ outage: FailoverTimeline.Outage, _ timeline: FailoverTimeline) -> String {
        let start = clock(timeline.date(outage.start))
        let said = outage.said.map { " The first error was: \(Cleaner.line($0, limit: 300))" } ?? ""
        guard let end = outage.end, let seconds = outage.seconds else {
            return
                "No write has been possible since \(start), for \(Self.tenths(timeline.now - outage.start)) s: service has not "
                + "come back.\(said)"
        }
        var who = ""
        if let before = outage.before, let after = outage.after {
            who =
                before == after
                ? " \(before) acknowledged before and after." : " \(before) acknowledged the last row before, \(after) the first one after."
        }
        return
            "No write was possible for \(palette.paint("\(Self.tenths(seconds)) s", .strong)) (from \(start) to "
            + "\(clock(timeline.date(end)))).\(who)\(said)"
    }

    private func loss(_ figures: FailoverFigures, _ evidence: FailoverEvidence?) -> String {
        let before = figures.outages.first?.acknowledgedBefore ?? figures.acknowledged
        let count =
            before == figures.acknowledged
            ? "\(Self.rows(figures.acknowledged)) \(Self.was(figures.acknowledged)) acknowledged"
            : "\(Self.rows(before)) \(Self.was(before)) acknowledged before, \(figures.acknowledged - before) after"
        guard let lost = figures.lost, let primary = evidence?.primary else {
            return "\(count). How many of them are lost is not known: lab found no server that takes writes, to count them there."
        }
        let share =
            "\(count); \(palette.paint("\(lost.count) of them \(lost.count == 1 ? "is" : "are") lost", lost.isEmpty ? .passed : .failed))."
        guard let first = lost.first, let last = lost.last else { return share }
        let which = first == last ? "Row \(first) is" : "They are between row \(first) and row \(last), and"
        return "\(share) \(which) not on \(primary): the server that acknowledged had not sent \(first == last ? "it" : "them") on in time."
    }

    private func unanswered(_ figures: FailoverFigures) -> String {
        let one = figures.unanswered == 1
        let there =
            figures.unansweredThere.map { one ? ($0 == 1 ? " It is there." : " It is not there.") : " \($0) of them are there." } ?? ""
        return "\(Self.rows(figures.unanswered)) \(Self.was(figures.unanswered)) sent, and no answer came.\(there) "
            + "\(one ? "It does" : "They do") not count as lost, since nobody was told that \(one ? "it was" : "they were") safe."
    }

    private func promotion(_ elected: FailoverFigures.Elected, _ timeline: FailoverTimeline) -> String {
        let promotion = elected.promotion
        var history = ""
        if let before = promotion.timelineBefore, let after = promotion.timeline, before != after {
            history = ", timeline \(before) became \(after)"
        }
        let received = promotion.received.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let seen = received.count > 1 ? " Received when they were last seen as standbys: \(received.joined(separator: ", "))." : ""
        return
            "\(palette.paint("\(promotion.machine) was promoted", .strong)) (seen at "
            + "\(clock(timeline.date(promotion.at)))\(history)): \(reason(elected.reason)).\(seen)"
    }

    private func reason(_ reason: FailoverFigures.Reason) -> String {
        switch reason {
        case .withoutRepmgr: "repmgr has no note of that, so somebody did it without repmgr"
        case .switchover: "somebody asked for it, with repmgr standby switchover"
        case .byHand: "somebody did it by hand, with repmgr standby promote"
        case .onlyOne: "no other standby could be seen"
        case .moreWAL(let bytes, let other): "it had received \(bytes) bytes of WAL more than \(other), and that counts before the priority"
        case .priority(let own, let other, let than):
            "it and \(Self.list(than)) had received the same WAL, and its priority is \(own) against \(other)"
        case .unexplained: "what lab saw of WAL and priorities does not explain why it was this one"
        }
    }

    private static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }
    private static func was(_ count: Int) -> String { count == 1 ? "was" : "were" }
    private static func list(_ names: [String]) -> String { names.joined(separator: " and ") }
}
