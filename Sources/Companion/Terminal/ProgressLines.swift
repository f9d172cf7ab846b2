import Foundation
import Synchronization

/// A line for each machine that tells what it is doing, redrawn in place; on anything but a terminal only what changes is
/// told, if at all.
public final class ProgressLines: Sendable {
    private struct State {
        var order: [String]
        var texts: [String: String] = [:]
        var drawn = 0
        var isPaused = false
    }

    private let state: Mutex<State>
    private let terminal: Terminal
    private let palette: Palette
    private let start = ContinuousClock.now
    private let ticking = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter names: the lines, in order.
    public init(_ names: [String], terminal: Terminal) {
        state = Mutex(State(order: names))
        self.terminal = terminal
        palette = Palette(terminal)
        guard terminal.canRedraw else { return }
        // What takes under a quarter of a second needs no progress.
        ticking.withLock {
            $0 = Task.detached { [weak self] in
                try? await Task.sleep(for: .milliseconds(250))
                while !Task.isCancelled {
                    self?.draw()
                    try? await Task.sleep(for: .milliseconds(120))
                }
            }
        }
    }

    /// What a machine is doing now.
    public func set(_ name: String, _ text: String) { state.withLock { $0.texts[name] = text } }

    /// Runs something that needs the terminal for itself, such as a question.
    public func pausing<Result>(_ body: () -> Result) -> Result {
        state.withLock { state in
            erase(&state)
            state.isPaused = true
        }
        defer { state.withLock { $0.isPaused = false } }
        return body()
    }

    /// Takes the lines away.
    public func finish() {
        ticking.withLock { $0?.cancel() }
        state.withLock { state in
            erase(&state)
            state.isPaused = true
        }
    }

    private func erase(_ state: inout State) {
        guard state.drawn > 0 else { return }
        write("\u{1B}[\(state.drawn)A\u{1B}[J")
        state.drawn = 0
    }

    private func draw() {
        state.withLock { state in
            guard !state.isPaused else { return }
            let width = terminal.width - 1
            let names = state.order.map { Layout.width($0) }.max() ?? 0
            let seconds = Int((ContinuousClock.now - start) / .seconds(1))
            let lines = state.order.compactMap { name in
                state.texts[name].map { Layout.truncate("  \(Layout.pad(name, names))  \($0)", width: width) }
            } + ["  \(seconds) s, Ctrl-C stops"]
            erase(&state)
            write(lines.map { palette.paint($0, .quiet) + "\n" }.joined())
            state.drawn = lines.count
        }
    }

    private func write(_ text: String) { Screen.write(text) }
}
