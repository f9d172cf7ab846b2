import CEditline
import Foundation

/// What came of reading a line.
public enum LineInput: Sendable, Hashable {
    case line(String)
    /// Ctrl-C: the line was given up.
    case interrupted
    /// Ctrl-D, or the end of the input.
    case end
}

/// What may stand at the cursor.
public struct Completion: Sendable, Hashable {
    /// The text that was begun: the end of the line before the cursor.
    public var begun: String
    public var candidates: [Candidate]

    /// One possibility.
    public struct Candidate: Sendable, Hashable {
        public var text: String
        public var meaning: String

        public init(_ text: String, _ meaning: String = "") {
            self.text = text
            self.meaning = meaning
        }
    }

    public init(begun: String, candidates: [Candidate]) {
        self.begun = begun
        self.candidates = candidates
    }
}

/// Reads lines from a person with libedit: history, Emacs keys, Ctrl-R, Tab. Where there is no terminal, or a dumb one,
/// it reads plain lines.
@MainActor
public final class LineEditor {
    private var editor: OpaquePointer?
    private var history: OpaquePointer?
    private let historyFile: URL?
    private let plain = PlainInput()
    fileprivate var promptText = ""
    fileprivate var promptBuffer: UnsafeMutablePointer<CChar>?
    fileprivate var wasInterrupted = false
    fileprivate var complete: (String) -> Completion
    fileprivate let terminal: Terminal

    /// - Parameters:
    ///   - history: a file that keeps the lines across sessions, one a line.
    ///   - complete: the possibilities for the line up to the cursor.
    public init(terminal: Terminal, history file: URL?, complete: @escaping (String) -> Completion) {
        self.terminal = terminal
        self.complete = complete
        historyFile = file
        setlocale(LC_CTYPE, "")
        guard isatty(STDIN_FILENO) == 1, terminal.canRedraw else { return }
        editor = lab_el_open("lab")
        guard let editor else { return }
        lab_el_client(editor, Unmanaged.passUnretained(self).toOpaque())
        lab_el_prompt(editor, promptCallback)
        lab_el_emacs(editor)
        lab_el_signals(editor, 1)
        lab_el_no_interrupt_key(editor)
        lab_el_function(editor, "lab-complete", "complete the word", completeCallback)
        lab_el_bind(editor, "\t", "lab-complete")
        lab_el_function(editor, "lab-interrupt", "give up the line", interruptCallback)
        lab_el_bind(editor, "^C", "lab-interrupt")
        lab_el_bind(editor, "^R", "em-inc-search-prev")
        lab_el_bind(editor, "\u{1B}[1~", "ed-move-to-beg")
        lab_el_bind(editor, "\u{1B}[H", "ed-move-to-beg")
        lab_el_bind(editor, "\u{1B}[4~", "ed-move-to-end")
        lab_el_bind(editor, "\u{1B}[F", "ed-move-to-end")
        lab_el_bind(editor, "\u{1B}[3~", "ed-delete-next-char")
        loadHistory()
    }

    isolated deinit {
        if let editor { el_end(editor) }
        if let history { history_end(history) }
        free(promptBuffer)
    }

    /// Whether a person edits the lines.
    public var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// Reads the next line.
    public func read(prompt: String) -> LineInput {
        guard let editor else {
            if isInteractive { plain.show(prompt) }
            return plain.line()
        }
        promptText = prompt
        wasInterrupted = false
        el_resize(editor)
        var count: Int32 = 0
        guard let text = el_gets(editor, &count), count > 0 else {
            if wasInterrupted {
                Screen.say("^C")
                return .interrupted
            }
            return .end
        }
        let line = String(cString: text).trimmingCharacters(in: .newlines)
        remember(line)
        return .line(line)
    }

    private func loadHistory() {
        history = history_init()
        guard let history, let editor else { return }
        lab_history_size(history, 1000)
        lab_history_unique(history)
        lab_el_history(editor, history)
        guard let historyFile, let text = try? String(contentsOf: historyFile, encoding: .utf8) else { return }
        for line in text.split(separator: "\n").suffix(1000) { lab_history_enter(history, String(line)) }
    }

    /// Lines that begin with a blank are not kept, as in a shell. Two programs may append to the file at once.
    private func remember(_ line: String) {
        guard let history, !line.isEmpty, !line.hasPrefix(" ") else { return }
        lab_history_enter(history, line)
        guard let historyFile else { return }
        let number = open(historyFile.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { return }
        let bytes = Array((line + "\n").utf8)
        _ = write(number, bytes, bytes.count)
        close(number)
    }

    /// Completes at the cursor: what is common to all possibilities is put in, and several are listed.
    fileprivate func completeAtCursor(_ editor: OpaquePointer) -> UInt8 {
        guard let info = el_line(editor)?.pointee, let start = info.buffer, let cursor = info.cursor else { return UInt8(CC_ERROR) }
        let before = String(decoding: UnsafeRawBufferPointer(start: start, count: cursor - start), as: UTF8.self)
        let completion = complete(before)
        let texts = completion.candidates.map(\.text)
        guard let first = texts.first else { return UInt8(CC_REFRESH_BEEP) }
        let common = texts.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        let addition = String(common.dropFirst(completion.begun.count)) + (texts.count == 1 ? " " : "")
        if !addition.isEmpty, common.hasPrefix(completion.begun) {
            _ = el_insertstr(editor, addition)
            return UInt8(CC_REFRESH)
        }
        Screen.say("")
        for line in list(completion.candidates) { Screen.say(line) }
        return UInt8(CC_REDISPLAY)
    }

    private func list(_ candidates: [Completion.Candidate]) -> [String] {
        let shown = candidates.prefix(60)
        if shown.allSatisfy({ $0.meaning.isEmpty }) {
            let width = (shown.map { Layout.width($0.text) }.max() ?? 0) + 2
            let perLine = max(1, (terminal.width - 1) / width)
            return stride(from: 0, to: shown.count, by: perLine).map { start in
                shown[start..<min(start + perLine, shown.count)].map { Layout.pad($0.text, width) }.joined()
            }
        }
        return Layout.table(shown.map { [$0.text, $0.meaning] }, width: terminal.width - 1)
    }
}

/// libedit's callbacks run inside `el_gets`, which is called on the main actor.
private func editorOf(_ handle: OpaquePointer?) -> LineEditor? {
    guard let handle, let data = lab_el_client_of(handle) else { return nil }
    return Unmanaged<LineEditor>.fromOpaque(data).takeUnretainedValue()
}

private let promptCallback: @convention(c) (OpaquePointer?) -> UnsafeMutablePointer<CChar>? = { handle in
    nonisolated(unsafe) let handle = handle
    return MainActor.assumeIsolated { () -> Kept? in
        guard let editor = editorOf(handle) else { return nil }
        free(editor.promptBuffer)
        editor.promptBuffer = strdup(editor.promptText)
        nonisolated(unsafe) let buffer = editor.promptBuffer
        return Kept(buffer)
    }?.pointer
}

private let completeCallback: @convention(c) (OpaquePointer?, Int32) -> UInt8 = { handle, _ in
    nonisolated(unsafe) let handle = handle
    return MainActor.assumeIsolated {
        guard let editor = editorOf(handle), let handle else { return UInt8(CC_ERROR) }
        return editor.completeAtCursor(handle)
    }
}

private let interruptCallback: @convention(c) (OpaquePointer?, Int32) -> UInt8 = { handle, _ in
    nonisolated(unsafe) let handle = handle
    return MainActor.assumeIsolated {
        editorOf(handle)?.wasInterrupted = true
        return UInt8(CC_EOF)
    }
}

/// Carries a pointer out of the main actor's isolation; libedit reads it at once, on the same thread.
private struct Kept: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<CChar>?
    init(_ pointer: UnsafeMutablePointer<CChar>?) { self.pointer = pointer }
}
