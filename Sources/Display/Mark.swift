/// The sign before a line: what came of something, told apart by its shape, since colours are not always there and not for
/// everyone. Pages, matrices, prompts and `lab doctor` draw the same ones.
package enum Mark: Sendable, Hashable, CaseIterable {
    case passed, failed, unknown
    /// It waits for something else.
    case waiting
    /// Worth knowing; nothing is wrong.
    case note
    /// Nothing was judged.
    case nothing

    /// One column, if more than ASCII can be shown.
    package var sign: String {
        switch self {
        case .passed: "✓"
        case .failed: "✗"
        case .unknown: "?"
        case .waiting: "…"
        case .note: "!"
        case .nothing: "·"
        }
    }

    /// One column of ASCII.
    package var letter: String {
        switch self {
        case .passed: "+"
        case .failed: "X"
        case .unknown: "?"
        case .waiting: "-"
        case .note: "!"
        case .nothing: "."
        }
    }

    /// ASCII if there is room for a word: four columns.
    package var word: String {
        switch self {
        case .passed: "ok  "
        case .failed: "FAIL"
        case .unknown: "?   "
        case .waiting: "wait"
        case .note: "note"
        case .nothing: "-   "
        }
    }

    /// What it means, as a style.
    package var style: Style {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .unknown, .note: .unknown
        case .waiting: .blocked
        case .nothing: .plain
        }
    }
}
