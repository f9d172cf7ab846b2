import Display
import Synchronization
import Watch

/// A watch on the screen while it goes on: a picture that is redrawn in place, or a line for each change where nothing can
/// be redrawn. It keeps the timeline, so that Ctrl-C does not take it away.
final class FailoverScreen: Sendable {
    private struct State {
        var timeline: FailoverTimeline
        /// What stands on the screen, from top to bottom.
        var drawn: [String] = []
        var drawnAt = -1.0
        var isOver = false
    }

    private let state: Mutex<State>
    private let terminal: Terminal

    init(_ timeline: FailoverTimeline, terminal: Terminal) {
        state = Mutex(State(timeline: timeline))
        self.terminal = terminal
    }

    var timeline: FailoverTimeline { state.withLock { $0.timeline } }

    /// Adds what was seen, and shows it.
    func add(_ sample: FailoverSample) {
        state.withLock { state in
            guard !state.isOver else { return }
            let changes = state.timeline.add(sample)
            guard terminal.canRedraw else {
                let text = FailoverText(terminal)
                return changes.forEach { Screen.say(text.line($0, state.timeline)) }
            }
            if state.timeline.now - state.drawnAt > 0.12 { draw(&state) }
        }
    }

    /// Leaves the last picture where it is. What is added later is dropped.
    func finish() {
        state.withLock { state in
            if terminal.canRedraw { draw(&state) }
            state.isOver = true
        }
    }

    private func draw(_ state: inout State) {
        let width = terminal.width
        // After the window became narrower a line may take several rows.
        let rows = state.drawn.reduce(0) { $0 + max(1, (Layout.width($1) + width - 1) / width) }
        let erasing = rows > 0 ? "\u{1B}[\(rows)A\r\u{1B}[J" : ""
        state.drawn = Array(FailoverText(terminal).picture(state.timeline).prefix(max(1, terminal.rows - 2)))
        state.drawnAt = state.timeline.now
        // In one piece, or else it flickers.
        Screen.write(erasing + state.drawn.map { $0 + "\n" }.joined())
    }
}
