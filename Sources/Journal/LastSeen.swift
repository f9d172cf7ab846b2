import Facts
import Foundation

extension JournalReader {
    /// What was known of the machines at a moment, whatever each round had asked for.
    package struct LastSeen: Sendable {
        /// The time of the moment.
        package var at: Date
        /// Of each table what was seen last until then. A table that was never seen, or not since practice machines were put back, is in none.
        package var machines: [MachineFacts]
        /// By machine and table, when that was, in seconds since 1970.
        package var seen: [String: [String: Double]] = [:]
        /// Whether all of it is as it was written.
        package var isIntact = true

        fileprivate mutating func take(_ looked: Looked) {
            guard case .round(_, let looks, _, let isIntact) = looked else {
                (machines, seen) = ([], [:])
                return
            }
            self.isIntact = self.isIntact && isIntact
            for facts in looks {
                // What could not be seen takes nothing away from what was seen before.
                let known = facts.tables.filter { $0.value.isKnown }
                for table in known.keys { seen[facts.machine, default: [:]][table] = facts.asked }
                let index =
                    machines.firstIndex { $0.machine == facts.machine }
                    ?? {
                        machines.append(MachineFacts(machine: facts.machine, reached: false))
                        return machines.count - 1
                    }()
                machines[index].reached = machines[index].reached || facts.reached
                (machines[index].asked, machines[index].seconds) = (facts.asked, facts.seconds)
                machines[index].tables.merge(known) { $1 }
            }
        }
    }

    /// What was known when a line was written. Lines that cannot be read are left out; and so is what only second looks brought, since they
    /// are made of what is broken, and nobody looks again when it is mended.
    package func lastSeen(upTo index: Int) -> LastSeen {
        var seen = LastSeen(at: Date(timeIntervalSince1970: Double(lines[index].at)), machines: [])
        for look in looks(upTo: index) { seen.take(look) }
        return seen
    }

    /// A line that says what was seen, or that it is no longer so.
    package enum Looked: Sendable {
        /// What machines reported: the first look at each, and the second if there was one.
        case round(line: Int, looks: [MachineFacts], closer: [MachineFacts], isIntact: Bool)
        /// Practice machines were put back: they are no longer what was seen of them.
        case putBack(line: Int)
    }

    /// What was seen until a line, in order. Lines that cannot be read are left out.
    package func looks(upTo last: Int) -> some Sequence<Looked> {
        var observations: [String: Observation] = [:]
        return lines[...last].indices.lazy.filter { [lines] in lines[$0].kind == .facts || lines[$0].kind == .again }.compactMap {
            [self] index -> Looked? in
            guard let event = try? entry(lines[index]).event else { return nil }
            guard case .facts(let seen) = event else { return .putBack(line: index) }
            observations.merge(seen.new) { $1 }
            return .round(
                line: index, looks: seen.machines(seen.looks) { observations[$0] }, closer: seen.machines(seen.closer) { observations[$0] },
                isIntact: seen.isIntact)
        }
    }

    /// The line that says that a step passed, the last one there is.
    /// - Parameter step: nil for whichever step passed last.
    /// - Returns: with the step's name; nil if none passed.
    package func lastPass(of step: String?) -> (line: Int, step: String)? {
        for (index, line) in lines.enumerated().reversed() where line.kind == .passed {
            if case .passed(let name)? = try? entry(line).event, step == nil || name == step { return (index, name) }
        }
        return nil
    }

    /// The line with which a drill began that has not ended.
    package var openDrill: Int? {
        lines.lastIndex { $0.kind == .drill || $0.kind == .drilled }.flatMap { lines[$0].kind == .drill ? $0 : nil }
    }
}
