import Checks
import Display
import Foundation

/// A chronicle as a figure: a line for each machine, a point for each moment, and the same as a table below it. Moments have equal distances,
/// since most of what decides happens within a second; the seconds are written where they change.
package struct ChronicleFigure {
    private let chronicle: ToldChronicle
    private let machines: [String]

    /// - Parameter machines: in the order in which they are drawn; others that have moments follow.
    package init(_ chronicle: ToldChronicle, machines: [String]) {
        self.chronicle = chronicle
        var lanes = machines.filter { name in chronicle.moments.contains { $0.machine == name } }
        for moment in chronicle.moments where !lanes.contains(moment.machine) { lanes.append(moment.machine) }
        self.machines = lanes
    }

    // In user units of the picture, which the browser scales.
    private static let lane = 34, left = 110, top = 26, narrowest = 560, step = 15, right = 30
    /// Seconds are written that far apart at least.
    private static let between = 44

    /// HTML without scripts and styles of its own; what machines said is escaped.
    package var html: String {
        let moments = chronicle.moments
        let heading = "<h4>\(escaped(chronicle.title))</h4>"
        guard let first = moments.first else { return heading + "<p>\(escaped(reason))</p>" + gaps }
        let width = max(Self.narrowest, Self.left + Self.right + (moments.count - 1) * Self.step)
        let height = Self.top + machines.count * Self.lane
        var drawing = machines.enumerated().map { number, name in
            let y = Self.top + number * Self.lane + Self.lane / 2
            return """
                <text x="4" y="\(y + 4)" font-size="13" fill="currentColor">\(escaped(name))</text>\
                <line x1="\(Self.left)" y1="\(y)" x2="\(width - 10)" y2="\(y)" stroke="currentColor" stroke-opacity="0.35"/>
                """
        }
        let distance = moments.count > 1 ? (width - Self.left - Self.right) / (moments.count - 1) : 0
        var written = -Self.between
        var lastLabel = ""
        for (index, moment) in moments.enumerated() {
            let x = Self.left + index * distance
            let y = Self.top + (machines.firstIndex(of: moment.machine) ?? 0) * Self.lane + Self.lane / 2
            let label = Self.seconds(moment.at.timeIntervalSince(first.at))
            drawing.append(
                "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"5\" fill=\"currentColor\">"
                    + "<title>\(escaped("\(label) s, \(moment.machine): \(moment.said)"))</title></circle>")
            guard label != lastLabel, x - written >= Self.between else { continue }
            (written, lastLabel) = (x, label)
            drawing.append("<text x=\"\(x)\" y=\"14\" font-size=\"11\" fill=\"currentColor\" text-anchor=\"middle\">\(label)</text>")
        }
        let rows = moments.map { moment in
            "<tr><td>\(Self.seconds(moment.at.timeIntervalSince(first.at)))</td><td>\(escaped(moment.machine))</td><td>\(escaped(moment.said))</td></tr>"
        }
        return """
            \(heading)
            <p><strong>\(escaped(reason))</strong></p>
            <div class="scroll" role="region" aria-label="\(escaped(chronicle.title))" tabindex="0">
            <svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" \
            aria-label="\(escaped(chronicle.title)): the moments of the table below, machine by machine">
            \(drawing.joined(separator: "\n"))
            </svg></div>
            <details><summary>\(moments.count) moments</summary><div class="scroll"><table><thead><tr><th scope="col">seconds</th>\
            <th scope="col">machine</th><th scope="col">what happened</th></tr></thead><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>\(chronicle.isCut ? "<p>There were more after that.</p>" : "")</details>
            <p>\(escaped("The seconds count from \(Self.clock(first.at)) UTC, by the clock of the computer that looked. \(chronicle.note)"))</p>
            \(gaps)
            """
    }

    /// What decided it, or the one thing that stopped it.
    private var reason: String {
        switch chronicle.judgement.verdict {
        case .passed: "What decided it: \(chronicle.decided ?? chronicle.judgement.title)"
        case .failed(let diagnosis): diagnosis.causes.first?.because ?? "No cause that lab knows fits."
        case .blocked, .unknown: "Not everything could be observed, so nobody knows what decided it."
        }
    }

    private var gaps: String {
        chronicle.gaps.map { "<p>\(escaped("Not known of \($0.machine): \($0.said)"))</p>" }.joined()
    }

    private func escaped(_ text: String) -> String { Markup.escaped(Cleaner.line(text, limit: 600)) }

    private static func seconds(_ seconds: Double) -> String { seconds.formatted(.number.precision(.fractionLength(1)).grouping(.never)) }

    private static func clock(_ date: Date) -> String {
        date.formatted(.iso8601.time(includingFractionalSeconds: false).timeSeparator(.colon))
    }
}
