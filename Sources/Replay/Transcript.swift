import Display

/// A whole replay as text, one moment after the other: for use without a terminal.
package struct Transcript {
    private let replay: Replay
    private let terminal: Terminal

    package init(_ replay: Replay, terminal: Terminal) {
        self.replay = replay
        self.terminal = terminal
    }

    /// A moment with its heading.
    package func text(of index: Int) -> String {
        let moment = replay.moments[index]
        let step = replay.step(of: moment)?.name ?? ""
        let elapsed = ReplayFrame.duration(max(0, moment.at - (replay.moments.first?.at ?? 0)))
        let rule = Palette(terminal).paint(
            "── \(index + 1)/\(replay.moments.count) \(step.isEmpty ? "" : step + " ")· \(elapsed) in", .quiet)
        return ([rule] + Scene.text(of: index, in: replay, for: terminal)).joined(separator: "\n") + "\n"
    }
}
