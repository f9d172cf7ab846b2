import Checks
import Course
import Display
import Foundation
import Journal

/// Two walks through one lab, step by step: the time each took, what failed, and the causes that were met.
package struct WalkComparison: Sendable {
    /// One walk in one step.
    package struct Stay: Sendable, Hashable {
        /// In seconds; pauses longer than ``longestPause`` count as nothing.
        package var seconds = 0
        /// How many rounds of checks there were.
        package var rounds = 0
        /// How many verdicts failed in them.
        package var failed = 0
        /// The causes that were named first, each with how often.
        package var causes: [String: Int] = [:]
        package var hints = 0
    }

    /// Anyone who does nothing for longer than this is away, in seconds.
    package static let longestPause = 1800

    /// The steps in which at least one of them has been, in the order of the lab.
    package let steps: [String]
    package let left: [String: Stay]
    package let right: [String: Stay]

    /// - Throws: `Unlike` if they are of different labs.
    package init(_ left: Replay, _ right: Replay) throws(Unlike) {
        guard left.lab.name == right.lab.name else { throw Unlike(left: left.lab.name, right: right.lab.name) }
        self.left = Self.stays(left)
        self.right = Self.stays(right)
        let names = Set(self.left.keys).union(self.right.keys)
        steps = left.lab.steps.map(\.name).filter(names.contains)
    }

    package struct Unlike: Error, Sendable, Hashable, CustomStringConvertible {
        package var left: String
        package var right: String
        package var description: String { "These walks are from different labs, \(left) and \(right), and cannot be compared." }
    }

    private static func stays(_ replay: Replay) -> [String: Stay] {
        var stays: [String: Stay] = [:]
        for (index, moment) in replay.moments.enumerated() {
            guard let step = replay.step(of: moment)?.name else { continue }
            var stay = stays[step] ?? Stay()
            if index + 1 < replay.moments.count {
                let gap = replay.moments[index + 1].at - moment.at
                if (0...longestPause).contains(gap) { stay.seconds += gap }
            }
            switch moment.kind {
            case .check:
                let outcome = replay.verdicts(at: index)
                stay.rounds += 1
                stay.failed += outcome.counts.failed
                for (_, diagnosis) in outcome.failed {
                    if let cause = diagnosis.causes.first { stay.causes[cause.name, default: 0] += 1 }
                }
            case .hint: stay.hints += 1
            default: break
            }
            stays[step] = stay
        }
        return stays
    }

    /// The comparison for a terminal.
    package func lines(_ terminal: Terminal, names: (String, String)) -> [String] {
        let palette = Palette(terminal)
        func cells(_ stay: Stay?) -> [String] {
            guard let stay else { return ["-", "", ""] }
            return [ReplayFrame.duration(stay.seconds), stay.rounds == 0 ? "" : "\(stay.rounds)", stay.failed == 0 ? "" : "\(stay.failed)"]
        }
        func total(_ stays: [String: Stay]) -> [String] {
            [
                ReplayFrame.duration(stays.values.map(\.seconds).reduce(0, +)), "\(stays.values.map(\.rounds).reduce(0, +))",
                "\(stays.values.map(\.failed).reduce(0, +))",
            ]
        }
        var lines = [palette.paint("A: \(Cleaner.line(names.0))", .strong), palette.paint("B: \(Cleaner.line(names.1))", .strong), ""]
        let heading = ["step", "A time", "checks", "failed", "B time", "checks", "failed"]
        let rows = steps.map { [$0] + cells(left[$0]) + cells(right[$0]) } + [["all"] + total(left) + total(right)]
        lines += Layout.table(rows, heading: heading, width: terminal.width - 1, right: [1, 2, 3, 4, 5, 6])
        let met = causes(left, right)
        if !met.isEmpty {
            lines += ["", palette.paint("Causes that were met", .heading)]
            lines += Layout.table(
                met.map { [$0.name, $0.step, "A \($0.left)×", "B \($0.right)×"] }, width: terminal.width - 1, indent: "  ")
        }
        if let most = steps.max(by: { abs(difference($0)) < abs(difference($1)) }), difference(most) != 0 {
            let later = difference(most) > 0 ? "B" : "A"
            lines +=
                [""]
                + Layout.wrap(
                    "The largest difference: \(later) took \(ReplayFrame.duration(abs(difference(most)))) longer in step \(most).",
                    width: terminal.textWidth)
        }
        return lines
            + Layout.wrap(
                palette.paint("Pauses of more than \(Self.longestPause / 60) minutes are not counted.", .quiet), width: terminal.textWidth)
    }

    private func difference(_ step: String) -> Int { (right[step]?.seconds ?? 0) - (left[step]?.seconds ?? 0) }

    private func causes(_ left: [String: Stay], _ right: [String: Stay]) -> [(name: String, step: String, left: Int, right: Int)] {
        steps.flatMap { step in
            let names = Set((left[step]?.causes ?? [:]).keys).union((right[step]?.causes ?? [:]).keys)
            return names.sorted().map { ($0, step, left[step]?.causes[$0] ?? 0, right[step]?.causes[$0] ?? 0) }
        }
    }
}
