import Foundation

/// A hint in its parts: running text, and commands, which are lines of their own so that they can be copied.
package enum HintText {
    /// - Parameter text: a line of it that begins with a blank is a command.
    package static func parts(of text: String) -> [(text: String, isTyped: Bool)] {
        text.split(whereSeparator: \.isNewline).reduce(into: []) { parts, line in
            let isTyped = line.first?.isWhitespace ?? false
            let bare = line.trimmingCharacters(in: .whitespaces)
            if let last = parts.last, last.isTyped == isTyped {
                parts[parts.count - 1].text += (isTyped ? "\n" : " ") + bare
            } else if !bare.isEmpty {
                parts.append((bare, isTyped))
            }
        }
    }
}
