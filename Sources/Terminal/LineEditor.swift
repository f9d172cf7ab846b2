import CEditline
import Display
import Foundation
import Glibc
import Synchronization

/// What came of reading a line.
package enum LineInput: Sendable, Hashable {
    case line(String)
    /// Ctrl-C: the line was given up.
    case interrupted
    /// Ctrl-D, or the end of the input.
    case end
}

/// Reads lines from a person with libedit: history, Emacs keys, Ctrl-R, Tab. Without a terminal, or on a dumb one,
/// it reads plain lines.
@MainActor
package final class LineEditor {
    /// A line of more bytes than this is left out.
    nonisolated static let limit = 64 << 10
    /// Encloses what takes no room in a prompt, for libedit.
    nonisolated static let literalMark = "\u{1}"
    /// Whether a line is being edited now: nobody else may read from the terminal meanwhile.
    nonisolated static let isReading = Atomic(false)

    private var editor: OpaquePointer?
    private var history: OpaquePointer?
    private var file: HistoryFile?
    private let plain = PlainInput()
    fileprivate var promptText = ""
    fileprivate var promptBuffer: UnsafeMutablePointer<CChar>?
    private var wasInterrupted = false
    /// The columns of the window for which the line was drawn last.
    private var drawnWidth = 0
    private let complete: (String) -> Completion
    private let terminal: Terminal

    /// - Parameters:
    ///   - history: a file that keeps the lines across sessions, one a line.
    ///   - complete: the possibilities for the line up to the cursor.
    package init(terminal: Terminal, history file: URL?, complete: @escaping (String) -> Completion) {
        self.terminal = terminal
        self.complete = complete
        self.file = file.map(HistoryFile.init)
        CharacterSetChoice().adopt()
        guard isInteractive, terminal.canRedraw else { return }
        editor = lab_el_open("lab")
        guard let editor else { return }
        lab_el_client(editor, Unmanaged.passUnretained(self).toOpaque())
        lab_el_prompt(editor, promptCallback)
        lab_el_emacs(editor)
        lab_el_reader(editor, keyCallback)
        lab_el_no_interrupt_key(editor)
        lab_el_function(editor, "lab-complete", "complete the word", completeCallback)
        lab_el_function(editor, "lab-interrupt", "give up the line", interruptCallback)
        for (key, command) in Self.keys { lab_el_bind(editor, key, command) }
        loadHistory(editor)
    }

    isolated deinit {
        if let editor { el_end(editor) }
        if let history { history_end(history) }
        free(promptBuffer)
    }

    /// What the Emacs keys of libedit lack, or do otherwise than shells do.
    private static let keys = [
        ("\t", "lab-complete"), ("^C", "lab-interrupt"), ("^R", "em-inc-search-prev"), ("^W", "ed-delete-prev-word"),
        ("\u{1B}[1~", "ed-move-to-beg"), ("\u{1B}[H", "ed-move-to-beg"), ("\u{1B}[4~", "ed-move-to-end"),
        ("\u{1B}[F", "ed-move-to-end"), ("\u{1B}[3~", "ed-delete-next-char"), ("\u{1B}[1;5D", "ed-prev-word"),
        ("\u{1B}[1;5C", "em-next-word"),
    ]

    /// Whether a person types the lines.
    package var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// Reads the next line.
    package func read(prompt: String) -> LineInput {
        Self.isReading.store(true, ordering: .releasing)
        defer { Self.isReading.store(false, ordering: .releasing) }
        guard let editor else {
            if isInteractive { plain.show(prompt) }
            return plain.line()
        }
        promptText = Self.marked(prompt)
        while true {
            wasInterrupted = false
            drawnWidth = terminal.width
            var count: Int32 = 0
            guard let text = hearing({ el_gets(editor, &count) }), count > 0 else {
                guard wasInterrupted || InterruptSignal.wasSignalled else { return .end }
                Screen.say("^C")
                return .interrupted
            }
            guard count <= Self.limit else {
                Self.refuseOverlong()
                continue
            }
            let line = String(cString: text).trimmingCharacters(in: .newlines)
            remember(line)
            return .line(line)
        }
    }

    /// Runs libedit, which itself hears no signal: who waits for a key does (``nextKey(_:into:)``).
    private func hearing<Result>(_ body: () -> Result) -> Result {
        InterruptSignal.listen()
        InterruptSignal.forget()
        let interrupts = InterruptSignal.replaceAction { LineSignals.note(SIGINT) }
        let signals = LineSignals.listen()
        let mode = TerminalMode.forLines()
        defer {
            mode?.restore()
            LineSignals.restore(signals)
            _ = InterruptSignal.replaceAction(interrupts)
        }
        return body()
    }

    /// Waits for the next character, for libedit.
    /// - Returns: 1 with a character, 0 at the end of the input, -1 when the line is given up.
    fileprivate func nextKey(_ editor: OpaquePointer, into key: UnsafeMutablePointer<wchar_t>) -> Int32 {
        var bytes: [CChar] = []
        while true {
            switch LineSignals.wait() {
            case .interrupted: return -1
            case .resized: fitLine(editor)
            case .continued: takeTerminal(editor)
            case .suspended:
                lab_el_prepare(editor, 0)
                raise(SIGSTOP)
            case .input:
                var byte: CChar = 0
                let count = Glibc.read(STDIN_FILENO, &byte, 1)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                // Also when the terminal is gone.
                guard count == 1 else { return 0 }
                bytes.append(byte)
                var state = mbstate_t()
                switch mbrtowc(key, bytes, bytes.count, &state) {
                // The character has more bytes.
                case -2: continue
                // Not a character of this character set; the last byte may begin another one.
                case -1: bytes = bytes.count > 1 ? [byte] : []
                default: return 1
                }
            }
        }
    }

    /// Draws the line for the size that the window has now.
    private func fitLine(_ editor: OpaquePointer) {
        el_resize(editor)
        guard let (before, _) = line(editor) else { return }
        // Terminals that break their lines anew leave the cursor as many rows below the prompt as the line takes now, others as
        // many as it took. The smaller number leaves at worst a piece of the old line, and never takes what is above it.
        let rows = leadWidth(before) / max(1, drawnWidth, terminal.width)
        drawnWidth = terminal.width
        Screen.write("\r" + (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\u{1B}[J")
        lab_el_redraw(editor)
    }

    /// Single keys again, and the line below whatever a shell has written.
    private func takeTerminal(_ editor: OpaquePointer) {
        lab_el_prepare(editor, 0)
        lab_el_prepare(editor, 1)
        el_resize(editor)
        drawnWidth = terminal.width
        Screen.write("\r")
        lab_el_redraw(editor)
    }

    nonisolated static func refuseOverlong() {
        Screen.remark("That line is longer than \(limit / 1024) KiB and was left out.")
    }

    /// The prompt with its styles enclosed in marks. libedit drops a style at the very end, so that goes before the last letter.
    nonisolated static func marked(_ prompt: String) -> String {
        guard !prompt.contains(literalMark) else { return prompt }
        var marked = ""
        var last = ""
        var styles = ""
        for piece in Layout.pieces(prompt) {
            switch piece {
            case .style(let style): styles += literalMark + style + literalMark
            case .letter(let letter):
                marked += last + styles
                last = String(letter)
                styles = ""
            }
        }
        return marked + styles + last
    }

    private func loadHistory(_ editor: OpaquePointer) {
        history = history_init()
        guard let history else { return }
        lab_history_size(history, Int32(HistoryFile.limit))
        lab_history_unique(history)
        lab_el_history(editor, history)
        for line in file?.load() ?? [] { lab_history_enter(history, line) }
    }

    private func remember(_ line: String) {
        guard let history, !line.isEmpty, !line.hasPrefix(" ") else { return }
        lab_history_enter(history, line)
        file?.append(line)
    }

    fileprivate func giveUpLine() { wasInterrupted = true }

    /// Completes at the cursor: what is common to all possibilities is put in, and several are listed.
    fileprivate func completeAtCursor(_ editor: OpaquePointer) -> UInt8 {
        guard let (before, after) = line(editor) else { return UInt8(CC_ERROR) }
        let completion = complete(before)
        guard let common = completion.common else { return UInt8(CC_REFRESH_BEEP) }
        let addition = common + (completion.candidates.count == 1 && !after.hasPrefix(" ") ? " " : "")
        if !addition.isEmpty {
            _ = el_insertstr(editor, addition)
            return UInt8(CC_REFRESH)
        }
        guard completion.candidates.count > 1 else { return UInt8(CC_REFRESH) }
        leaveLine(before: before, after: after)
        for line in completion.list(width: terminal.width - 1) { Screen.say(line) }
        lab_el_redraw(editor)
        return UInt8(CC_NORM)
    }

    /// The line before and after the cursor.
    private func line(_ editor: OpaquePointer) -> (before: String, after: String)? {
        guard let info = el_line(editor)?.pointee, let start = info.buffer, let cursor = info.cursor, let end = info.lastchar
        else { return nil }
        func text(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> String {
            String(decoding: UnsafeRawBufferPointer(start: from, count: max(0, to - from)), as: UTF8.self)
        }
        return (text(start, cursor), text(cursor, end))
    }

    /// Moves the cursor below the line, which may take several rows.
    private func leaveLine(before: String, after: String) {
        let lead = leadWidth(before)
        let below = (lead + Layout.width(after)) / terminal.width - lead / terminal.width
        Screen.write(String(repeating: "\n", count: below + 1))
    }

    /// The columns of the prompt and of what stands before the cursor, were the window wide enough.
    private func leadWidth(_ before: String) -> Int {
        Layout.width(promptText.replacing(Self.literalMark, with: "")) + Layout.width(before)
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

private let keyCallback: @convention(c) (OpaquePointer?, UnsafeMutablePointer<wchar_t>?) -> Int32 = { handle, key in
    nonisolated(unsafe) let handle = handle
    nonisolated(unsafe) let key = key
    return MainActor.assumeIsolated {
        guard let editor = editorOf(handle), let handle, let key else { return 0 }
        return editor.nextKey(handle, into: key)
    }
}

private let interruptCallback: @convention(c) (OpaquePointer?, Int32) -> UInt8 = { handle, _ in
    nonisolated(unsafe) let handle = handle
    return MainActor.assumeIsolated {
        editorOf(handle)?.giveUpLine()
        return UInt8(CC_EOF)
    }
}

/// Carries a pointer out of the main actor's isolation; libedit reads it at once, on the same thread.
private struct Kept: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<CChar>?
    init(_ pointer: UnsafeMutablePointer<CChar>?) { self.pointer = pointer }
}
