import Course
import Display

/// The score of a quiz, and what to read again.
package struct QuizText {
    private let terminal: Terminal
    private let palette: Palette

    package init(_ terminal: Terminal) {
        self.terminal = terminal
        palette = Palette(terminal)
    }

    package func lines(_ scores: [QuizScore], _ replay: Replay) -> [String] {
        let asked = scores.map(\.asked).reduce(0, +)
        guard asked > 0 else { return ["Nothing has been answered yet."] }
        let right = scores.map(\.right).reduce(0, +)
        var lines = [palette.paint("\(right) of \(asked) right", .heading), ""]
        lines += Layout.table(
            scores.map { score in
                [score.right == score.asked ? palette.mark(.passed) : palette.mark(.failed), score.area, "\(score.right)/\(score.asked)"]
            }, width: terminal.textWidth, indent: "  ", right: [2])
        let weak = scores.filter { $0.right < $0.asked }
        guard !weak.isEmpty else { return lines }
        lines += ["", palette.paint("To read again", .strong)]
        for score in weak {
            guard let step = replay.lab.step(named: score.area) else { continue }
            lines.append("  \(palette.paint("lab show \(step.name)", .command))")
            for reading in step.read.prefix(2) {
                lines += Layout.wrap(
                    "  \(reading.title) \(palette.paint(reading.url.render(replay.situation.values), .link))", width: terminal.textWidth,
                    rest: "    ")
            }
        }
        return lines
    }
}
