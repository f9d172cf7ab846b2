import Checks
import DataFiles
import Display
import Foundation

/// A chronicle, as a person reads it: its moments by the seconds since the first, what nobody can know, and what decided it.
package struct ChronicleText {
    private let palette: Palette
    private let width: Int
    private let zone: TimeZone

    package init(_ terminal: Terminal) { self.init(Palette(terminal), width: terminal.textWidth) }

    init(_ palette: Palette, width: Int, in zone: TimeZone = .current) {
        self.palette = palette
        self.width = width
        self.zone = zone
    }

    /// - Parameter inCompanion: whether the companion's commands can be typed to learn more.
    package func tell(_ chronicle: ToldChronicle, inCompanion: Bool) -> String {
        var lines = [palette.paint(Cleaner.line(chronicle.title), .heading)]
        if let first = chronicle.moments.first {
            let start = "\(VerdictText.clock(first.at, in: zone)):\(Self.seconds(of: first.at))"
            lines += wrap("The seconds count from \(start) by this computer's clock. \(Cleaner.line(chronicle.note))")
            lines.append("")
            let machines = chronicle.moments.map { Layout.width($0.machine) }.max() ?? 0
            var last = ""
            for moment in chronicle.moments {
                let machine = Layout.pad(Cleaner.line(moment.machine), machines)
                let lead = "\(Layout.padLeft(Self.tenths(moment.at.timeIntervalSince(first.at)), 7))  "
                // One machine's moments stand together: its name again and again would hide where another begins.
                let name = moment.machine == last ? Layout.blanks(machines) : palette.paint(machine, .strong)
                last = moment.machine
                lines += Layout.wrap(
                    Cleaner.line(moment.said), width: width, first: "\(palette.paint(lead, .quiet))\(name)  ",
                    rest: Layout.blanks(Layout.width(lead) + machines + 4))
            }
            if chronicle.isCut { lines.append("         … and more after that") }
        }
        for gap in chronicle.gaps {
            lines += wrap("Not known of \(Cleaner.line(gap.machine)): \(Cleaner.line(gap.said))", hanging: 2)
        }
        if lines.count > 1 { lines.append("") }
        return (lines + reason(chronicle, inCompanion: inCompanion)).joined(separator: "\n")
    }

    private func reason(_ chronicle: ToldChronicle, inCompanion: Bool) -> [String] {
        guard chronicle.judgement.verdict == .passed else {
            return [VerdictText(palette, width: width).reason(chronicle.judgement, inCompanion: inCompanion)]
        }
        return wrap("\(palette.paint("What decided it:", .strong)) \(Cleaner.line(chronicle.decided ?? chronicle.judgement.title))")
    }

    private func wrap(_ text: String, hanging: Int = 0) -> [String] {
        Layout.wrap(text, width: width, rest: Layout.blanks(hanging))
    }

    private static func tenths(_ seconds: Double) -> String { seconds.formatted(.number.precision(.fractionLength(1)).grouping(.never)) }

    private static func seconds(of date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) % 60
        return seconds < 10 ? "0\(seconds)" : "\(seconds)"
    }
}
