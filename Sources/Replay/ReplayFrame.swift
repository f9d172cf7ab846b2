import Course
import Display
import Foundation
import Pages

/// The whole screen of a replay: as many lines as it has rows, none wider than it is.
package struct ReplayFrame {
    private let terminal: Terminal
    private let palette: Palette
    private let width: Int
    private let rows: Int
    private let zone: TimeZone

    /// Rows that are not the moment's own: two of heading, the bar, and the keys.
    private static let frame = 4

    /// - Parameter rows: how many rows the screen has.
    package init(_ terminal: Terminal, rows: Int, zone: TimeZone = .current) {
        self.zone = zone
        self.terminal = terminal
        self.rows = max(rows, Self.frame + 2)
        palette = Palette(terminal)
        width = terminal.width
    }

    /// How many rows there are for the moment.
    package var room: Int { rows - Self.frame }

    /// The lines of a moment as the screen has them: cut if they are wider.
    package func fitted(_ lines: [String]) -> [String] { lines.flatMap { Layout.fold($0, width: width) } }

    /// - Parameters:
    ///   - lines: what the moment looks like, fitted.
    ///   - top: the first of them that is shown.
    ///   - footers: what may be in the last row; the first that fits does.
    package func lines(_ index: Int, of replay: Replay, _ lines: [String], top: Int, footers: [String]) -> [String] {
        let shown = Array(lines.dropFirst(top).prefix(room))
        let rest = lines.count - top - shown.count
        let below = rest > 0 ? palette.paint("\(rest) more \(rest == 1 ? "line" : "lines"): Space", .strong) + "  " : ""
        return heading(index, of: replay) + [bar(index, of: replay.moments.count)] + shown
            + [String](repeating: "", count: room - shown.count)
            + [
                Layout.truncate(
                    footers.map { below + $0 }.first { Layout.width($0) <= width } ?? below + (footers.last ?? ""), width: width)
            ]
    }

    private func heading(_ index: Int, of replay: Replay) -> [String] {
        let moment = replay.moments[index]
        let place = "\(index + 1)/\(replay.moments.count)"
        let title = Layout.truncate(replay.lab.title, width: width - place.count - 2)
        let step =
            replay.step(of: moment).map { "step \((replay.lab.position(of: $0.name) ?? 0) + 1) of \(replay.lab.steps.count), \($0.name)" }
            ?? "before the first step"
        let elapsed = max(0, moment.at - (replay.moments.first?.at ?? moment.at))
        let clock = VerdictText.clock(Date(timeIntervalSince1970: Double(moment.at)), in: zone)
        let first = Layout.pad(palette.paint(title, .heading), width - place.count) + place
        return [first, Layout.truncate(palette.paint("\(step) · \(Self.duration(elapsed)) in · \(clock)", .quiet), width: width)]
    }

    /// How far the replay is.
    private func bar(_ index: Int, of count: Int) -> String {
        let done = count < 2 ? width : (width * index + (count - 1) / 2) / (count - 1)
        let (full, empty) = palette.hasUnicode ? ("━", "─") : ("=", "-")
        return String(repeating: full, count: done) + palette.paint(String(repeating: empty, count: width - done), .quiet)
    }

    /// `45 s`, `12 min`, `3 h 20 min`.
    static func duration(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        }
    }
}
