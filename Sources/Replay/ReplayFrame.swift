import Course
import Display
import Foundation
import Pages

/// A row of a replay's screen.
package struct ReplayRow: Sendable, Hashable {
    package var text: String
    /// Whether the next row is of the same line: to the terminal both are one line, and are copied as one.
    package var goesOn = false
}

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

    /// The lines of a moment as the screen has them. What a program printed is broken between words. Whatever else is too wide are
    /// commands, and words that have no room: those are broken at the edge, so that they can be copied whole.
    package func fitted(_ lines: [SceneLine]) -> [ReplayRow] {
        lines.flatMap { line in
            if line.isOutput { return Layout.fold(line.text, width: width).map { ReplayRow(text: $0) } }
            let rows = Layout.cut(line.text, width: width)
            return rows.enumerated().map { ReplayRow(text: $1, goesOn: $0 + 1 < rows.count) }
        }
    }

    /// - Parameters:
    ///   - lines: what the moment looks like, fitted.
    ///   - top: the first of them that is shown.
    ///   - footers: what may be in the last row; the first that fits does.
    package func rows(_ index: Int, of replay: Replay, _ lines: [ReplayRow], top: Int, footers: [String]) -> [ReplayRow] {
        var shown = Array(lines.dropFirst(top).prefix(room))
        // Below the last one comes the footer.
        if !shown.isEmpty { shown[shown.count - 1].goesOn = false }
        let rest = lines.count - top - shown.count
        let below = rest > 0 ? palette.paint("\(rest) more \(rest == 1 ? "line" : "lines"): Space", .strong) + "  " : ""
        let footer = Layout.truncate(
            footers.map { below + $0 }.first { Layout.width($0) <= width } ?? below + (footers.last ?? ""), width: width)
        return (heading(index, of: replay) + [bar(index, of: replay.moments.count)]).map { ReplayRow(text: $0) } + shown
            + ([String](repeating: "", count: room - shown.count) + [footer]).map { ReplayRow(text: $0) }
    }

    /// What draws these rows over whatever the screen showed. Between the rows of one line there is no end of line.
    package func drawing(_ rows: [ReplayRow]) -> String {
        var text = "\u{1B}[H"
        for (index, row) in rows.enumerated() {
            // In the last column the cursor still stands on the last letter, and this would erase it.
            let isLast = index + 1 == rows.count
            text += row.text + (Layout.width(row.text) < width ? "\u{1B}[\(isLast ? "J" : "K")" : "")
            if !row.goesOn, !isLast { text += "\r\n" }
        }
        return text
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
