import Display
import Synchronization
import Terminal

/// A watch on the screen while it goes on: a picture that is redrawn in place, or a line for each change if nothing can
/// be redrawn. It keeps the timeline, so that Ctrl-C does not take it away.
final class FailoverScreen: Sendable {
    private struct State {
        var timeline: FailoverTimeline
        var screen = RedrawnLines()
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
        let picture = Array(FailoverText(terminal).picture(state.timeline).prefix(max(1, terminal.rows - 2)))
        state.drawnAt = state.timeline.now
        Screen.write(state.screen.drawing(picture, on: terminal))
    }
}
