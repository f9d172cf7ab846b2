import Display
import Foundation
import Synchronization

/// A line for each machine that says what it is doing, redrawn in place a few times a second. On anything but a terminal
/// each change is reported once, in a line on standard error; or nothing at all.
package final class ProgressLines: Sendable {
    private struct State {
        var order: [String]
        var texts: [String: (text: String, since: ContinuousClock.Instant?)] = [:]
        var screen = RedrawnLines()
        /// What is below the lines; nil: how long it takes, and how to stop it.
        var footer: String?
        var isPaused = false
        var isOver = false
    }

    private let state: Mutex<State>
    private let terminal: Terminal
    private let palette: Palette
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    private let ticking = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - names: the lines, in order.
    ///   - isQuiet: reports nothing at all if nothing can be redrawn.
    package init(_ names: [String], terminal: Terminal, isQuiet: Bool = false) {
        state = Mutex(State(order: names))
        self.terminal = terminal
        self.isQuiet = isQuiet
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
    /// - Parameter counting: whether the line counts the seconds from now on.
    package func set(_ name: String, _ text: String, counting: Bool = false) {
        let text = Cleaner.line(text)
        state.withLock { state in
            guard !state.isOver else { return }
            let isNew = state.texts[name]?.text != text
            if isNew { state.texts[name] = (text, counting ? .now : nil) }
            if !state.order.contains(name) { state.order.append(name) }
            guard isNew, !terminal.canRedraw, !isQuiet else { return }
            Screen.remark(name.isEmpty ? text : "\(name): \(text)")
        }
    }

    /// Takes a line away.
    package func drop(_ name: String) {
        state.withLock { state in
            state.order.removeAll { $0 == name }
            state.texts[name] = nil
        }
    }

    /// Says something below the lines, such as how much is done. It is shown on terminals only.
    package func setFooter(_ text: String) { state.withLock { $0.footer = Cleaner.line(text) } }

    /// Runs something that needs the terminal for itself, such as a question.
    package func pausing<Result>(_ body: () -> Result) -> Result {
        state.withLock { state in
            Screen.write(state.screen.erasing(on: terminal), to: terminal.file)
            state.isPaused = true
        }
        defer { state.withLock { $0.isPaused = false } }
        return body()
    }

    /// Takes the lines away. What is set later is dropped.
    package func finish() {
        ticking.withLock { $0?.cancel() }
        state.withLock { state in
            Screen.write(state.screen.erasing(on: terminal), to: terminal.file)
            state.isOver = true
        }
    }

    private func draw() {
        state.withLock { state in
            guard !state.isPaused, !state.isOver else { return }
            let lines = lines(state).map { palette.paint($0, .quiet) }
            Screen.write(state.screen.drawing(lines, on: terminal), to: terminal.file)
        }
    }

    private func lines(_ state: State) -> [String] {
        let width = terminal.width - 1
        let names = state.order.map { Layout.width($0) }.max() ?? 0
        let told = state.order.compactMap { name -> String? in
            guard let (text, since) = state.texts[name] else { return nil }
            let seconds = since.map { Int((.now - $0) / .seconds(1)) } ?? 0
            return "  \(Layout.pad(name, names))  \(text)" + (seconds > 0 ? ", \(seconds) s" : "")
        }
        // More lines than the window has could not be taken away again.
        let room = max(1, terminal.rows - 3)
        let hidden = told.count > room ? ["  … and \(told.count - room) more"] : []
        let seconds = Int((ContinuousClock.now - start) / .seconds(1))
        return (told.prefix(room) + hidden + ["  " + (state.footer.map { "\($0), " } ?? "") + "\(seconds) s, Ctrl-C stops"]).map {
            Layout.truncate($0, width: width)
        }
    }
}
