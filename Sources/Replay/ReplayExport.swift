import Foundation

/// A form in which others can open a replay, named by the ending of its file.
package enum ReplayExport: String, Sendable, CaseIterable {
    /// For asciinema.
    case cast
    case markdown = "md"
    /// One page with a player of its own.
    case page = "html"

    /// The form that a file's name asks for; nil when it is none of them.
    package init?(path: String) { self.init(rawValue: URL(filePath: path).pathExtension) }

    /// The file's text.
    /// - Parameter asking: of a page: each outcome comes after a question, and is opened by whoever has an answer.
    /// - Throws: the encoder's error.
    package func text(of replay: Replay, asking: Bool = false) throws -> String {
        switch self {
        case .cast:
            var text = ""
            try Asciicast(replay).write { text += $0 + "\n" }
            return text
        case .markdown: return WalkDocument.markdown(replay)
        case .page: return ReplayPage(replay, asking: asking).html()
        }
    }
}
