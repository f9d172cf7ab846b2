import Display
import Facts
import Foundation
import Glibc
import Pages
import Terminal

/// A replay on the whole of a terminal, by its keys.
@MainActor
package struct ReplayViewer {
    private let replay: Replay
    private let terminal: Terminal
    private let folder: URL

    /// - Parameter folder: the state folder, where the place is kept.
    package init(_ replay: Replay, terminal: Terminal, state folder: URL) {
        self.replay = replay
        self.terminal = terminal
        self.folder = folder
    }

    /// Shows the replay until the person leaves.
    /// - Parameters:
    ///   - withQuiz: asks before it shows.
    ///   - start: the moment to begin at; nil goes on where the person left off.
    /// - Returns: the score, in lines, if questions were answered; and the moment to go on from, if the person wishes that.
    package func run(withQuiz: Bool, start: Int?) async -> (score: [String], goOn: Int?) {
        let place = ReplayPlace.load(of: replay.journal.url, withQuiz: withQuiz, in: folder)
        var player = ReplayPlayer(
            replay, at: start ?? place?.moment ?? 0, quiz: withQuiz ? place?.quiz ?? Quiz() : nil, terminal: terminal, rows: terminal.rows)
        if start == nil, let place, place.moment > 0 { player.greet() }
        var wish = ReplayPlayer.Wish.stay
        while wish != .leave {
            guard let mode = TerminalMode.forKeys() else { return ([], nil) }
            wish = watch(&player)
            mode.restore()
            save(player)
            switch wish {
            case .facts: await askFacts(at: player.index)
            case .goOn: return (player.score(), player.index)
            case .suspend: raise(SIGTSTP)
            case .stay, .leave: break
            }
        }
        return (player.score(), nil)
    }

    private func save(_ player: ReplayPlayer) {
        ReplayPlace(path: replay.journal.url.standardizedFileURL.path, moment: player.index, quiz: player.quiz).save(in: folder)
    }

    /// Draws, and takes keys, until one wishes for something else.
    private func watch(_ player: inout ReplayPlayer) -> ReplayPlayer.Wish {
        var parser = KeyParser()
        var drawn = ""
        var drawnAt = ContinuousClock.now
        while true {
            player.rows = terminal.rows
            let drawing = player.drawing()
            if drawing != drawn {
                // In one piece, or else it flickers.
                Screen.write(drawing)
                drawn = drawing
                drawnAt = .now
                save(player)
            }
            switch Self.bytes(within: parser.isWaiting ? 60 : 200) {
            case .none: return .leave
            case .some(let bytes) where bytes.isEmpty:
                for key in parser.finish() where player.press(key) == .leave { return .leave }
                if player.isAutomatic, (ContinuousClock.now - drawnAt) / .seconds(1) >= player.pause {
                    player.tick()
                    drawnAt = .now
                }
            case .some(let bytes):
                for key in parser.take(bytes) {
                    let wish = player.press(key)
                    if wish != .stay { return wish }
                }
            }
        }
    }

    /// What was typed within some milliseconds; nil at the end of the input.
    private static func bytes(within milliseconds: Int32) -> [UInt8]? {
        var polls = [pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)]
        guard poll(&polls, 1, milliseconds) > 0 else { return [] }
        var room = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &room, room.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN ? [] : nil }
        return count == 0 ? nil : Array(room.prefix(count))
    }

    // MARK: Facts

    /// Questions about the facts of a moment, until an empty line or Ctrl-D.
    private func askFacts(at index: Int) async {
        guard replay.moments[index].facts != nil else { return }
        let desk = replay.desk(at: index, voice: Voice(terminal))
        let names = replay.judge.catalog.facts.seen.map { Completion.Candidate($0.name, $0.about) }
        let editor = LineEditor(terminal: terminal, history: nil) { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            if words.count > 1, words[0] == "sql" { return desk.completion(ofSQL: words) }
            let begun = words.last ?? ""
            let choices = words.count > 1 ? names : ["facts", "sql", "map", "back"].map { Completion.Candidate($0) }
            return Completion(begun: begun, candidates: choices.filter { $0.text.hasPrefix(begun) })
        }
        Screen.tell(
            "The facts as they were at event \(index + 1). facts, facts TABLE, sql SELECT …, map; an empty line goes back. "
                + "TABLE\(FactCatalog.overTime) has every look until then.")
        while case .line(let line) = editor.read(prompt: "facts at \(index + 1)> ") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let rest = words.count > 1 ? words[1] : ""
            do {
                switch words.first {
                case nil, "back", "quit", "q": return
                case "facts": try await desk.facts(rest)
                case "sql": try await desk.sql(rest)
                case "map": try await desk.map()
                case "SELECT", "select": try await desk.sql(line)
                default: Screen.tell("facts, facts TABLE [MACHINE], sql SELECT …, map; an empty line goes back.")
                }
            } catch is CancellationError {
                Screen.tell("Stopped.")
            } catch {
                // A query that goes wrong is the person's to fix, as in the companion.
                Layout.wrap(Cleaner.text("\(error)"), width: terminal.textWidth).forEach(Screen.say)
            }
        }
    }
}
