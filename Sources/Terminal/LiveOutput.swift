import Display
import Synchronization

/// The output of a running task, shown as it comes, indented and clean.
package final class LiveOutput: Sendable {
    package init() {}

    private let state = Mutex((cleaner: Cleaner(), atLineStart: true, shown: 0))
    private static let limit = 200_000

    package func take(_ bytes: [UInt8]) {
        state.withLock { state in show(state.cleaner.take(bytes), &state) }
    }

    package func finish() {
        state.withLock { state in
            show(state.cleaner.finish(), &state)
            if !state.atLineStart { Screen.write("\n") }
            state.atLineStart = true
        }
    }

    private func show(_ text: String, _ state: inout (cleaner: Cleaner, atLineStart: Bool, shown: Int)) {
        guard state.shown < Self.limit else { return }
        var out = ""
        for character in text {
            if state.atLineStart { out += "  | " }
            out.append(character)
            state.atLineStart = character == "\n"
        }
        state.shown += text.utf8.count
        Screen.write(out)
        if state.shown >= Self.limit { Screen.write("\n  | … (more output is not shown)\n") }
    }
}
