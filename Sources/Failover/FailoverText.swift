import Display
import Foundation

/// A watched failover as a picture of lanes, and as lines for those who cannot see one.
struct FailoverText {
    let palette: Palette
    /// The columns there are.
    let width: Int
    var timeZone = TimeZone.current
    /// Where the rows of the watch are.
    var database = "labdb"

    init(_ terminal: Terminal) {
        palette = Palette(terminal)
        width = terminal.width - 1
    }

    /// The picture: a lane for the writes and one for each machine, the newest cells at the right.
    func picture(_ timeline: FailoverTimeline) -> [String] {
        let names = ["writes"] + timeline.machines
        let nameWidth = min(12, names.map { Layout.width($0) }.max() ?? 0)
        let noteWidth = width >= 70 ? 19 : 15
        let room = max(1, width - 2 - nameWidth - 2 - 2 - noteWidth)
        func line(_ name: String, _ cells: [Cell], _ note: String, _ style: Style) -> String {
            let lane = Self.runs(cells.suffix(room)).map { palette.paint(String(repeating: mark($0.cell), count: $0.count), $0.cell.style) }
                .joined()
            let name = Layout.pad(Layout.truncate(name, width: nameWidth), nameWidth)
            let note = palette.paint(shortened(note, noteWidth), style)
            return "  \(name)  \(Layout.pad(lane, room))  \(note)"
        }
        let writes = timeline.lanes.writes
        // The newest cell has not had its write yet.
        let cells = writes.indices.map {
            writes[$0] == .acknowledged || (writes[$0] == .pending && timeline.current == nil) ? Cell.written : .none
        }
        var lines = [line("writes", cells, writesNote(timeline), timeline.current == nil ? .passed : .failed)]
        for machine in timeline.machines {
            let cells = (timeline.lanes.machines[machine] ?? []).map(Cell.init)
            lines.append(line(machine, cells, note(timeline.sightings[machine] ?? .unseen), .quiet))
        }
        let legend = [Cell.primary, .standby, .none].map { palette.paint(mark($0), $0.style) + " " + $0.word }.joined(separator: "  ")
        lines.append("  " + Layout.pad("", nameWidth) + "  " + legend)
        if let outage = timeline.current {
            let said = outage.said.map { ": \(Cleaner.line($0, limit: 200))" } ?? ""
            lines.append(palette.paint(shortened("  no write since \(clock(timeline.date(outage.start)))\(said)", width), .failed))
        }
        let seconds = Int(timeline.now)
        lines.append(palette.paint("  \(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60), Ctrl-C ends the watch", .quiet))
        return lines.map { shortened($0, width) }
    }

    /// A change of state in a line.
    func line(_ change: FailoverTimeline.Change, _ timeline: FailoverTimeline) -> String {
        let text =
            switch change {
            case .machine(let machine, .unseen): "\(machine): not asked yet"
            case .machine(let machine, .silent(let said)): "\(machine) does not answer: \(Cleaner.line(said, limit: 200))"
            case .machine(let machine, .answers(let state)):
                "\(machine) is \(state.role.rawValue)" + (state.timeline.map { ", timeline \($0)" } ?? "")
            case .writesFail(let said): "no write is possible" + (said.map { ": \(Cleaner.line($0, limit: 200))" } ?? "")
            case .writesSucceed(let machine, let seconds):
                "\(Cleaner.line(machine, limit: 40)) acknowledges writes" + (seconds.map { ", after \(Self.tenths($0)) s without" } ?? "")
            }
        return "\(clock(timeline.date(timeline.now)))  \(text)"
    }

    /// The time of day, with tenths of a second.
    func clock(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let tenths = (date.timeIntervalSince1970 * 10).rounded()
        let parts = calendar.dateComponents([.hour, .minute, .second], from: Date(timeIntervalSince1970: (tenths / 10).rounded(.down)))
        let numbers = [parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return numbers.joined(separator: ":") + ".\(Int(tenths.truncatingRemainder(dividingBy: 10)))"
    }

    static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func writesNote(_ timeline: FailoverTimeline) -> String {
        if let outage = timeline.current { return "none for \(Self.tenths(timeline.now - outage.start)) s" }
        guard let row = timeline.lastRow, let machine = timeline.lastWrite?.machine else { return "" }
        return width >= 70 ? "row \(row) on \(Cleaner.line(machine, limit: 40))" : "row \(row)"
    }

    private func note(_ sighting: MachineSighting) -> String {
        switch sighting {
        case .unseen: return ""
        case .silent: return "no answer"
        case .answers(let state):
            guard width >= 70 else { return state.role.rawValue }
            if state.role == .standby { return "standby" + (state.row.map { ", row \($0)" } ?? "") }
            return "primary" + (state.timeline.map { ", timeline \($0)" } ?? "")
        }
    }

    private func shortened(_ text: String, _ width: Int) -> String {
        guard !palette.hasUnicode else { return Layout.truncate(text, width: width) }
        return Layout.width(text) <= width ? text : Layout.truncate(text, width: width).replacing("…", with: ".")
    }

    /// What half a second of a lane looks like.
    private enum Cell {
        case written, primary, standby, none, unseen

        init(_ machine: FailoverLanes.Machine) {
            self =
                switch machine {
                case .primary: .primary
                case .standby: .standby
                case .silent: .none
                case .unseen: .unseen
                }
        }

        var style: Style {
            switch self {
            case .written, .primary: .passed
            case .standby: .code
            case .none: .failed
            case .unseen: .plain
            }
        }

        var word: String {
            switch self {
            case .written, .primary: "primary, written"
            case .standby: "standby"
            case .none: "nothing"
            case .unseen: ""
            }
        }
    }

    private func mark(_ cell: Cell) -> String {
        switch cell {
        case .written: palette.hasUnicode ? "█" : "P"
        case .primary: palette.hasUnicode ? "█" : "P"
        case .standby: palette.hasUnicode ? "▒" : "s"
        case .none: palette.hasUnicode ? "·" : "."
        case .unseen: " "
        }
    }

    private static func runs(_ cells: some Sequence<Cell>) -> [(cell: Cell, count: Int)] {
        cells.reduce(into: []) { runs, cell in
            if let last = runs.indices.last, runs[last].cell == cell { runs[last].count += 1 } else { runs.append((cell, 1)) }
        }
    }
}
