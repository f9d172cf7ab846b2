import Display

extension Markup {
    /// A text of one line that stays text: no markup, no HTML, no links, and nobody on GitHub is mentioned.
    package static func markdown(_ text: String) -> String {
        var result = ""
        for scalar in Cleaner.line(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "!", "~", "{", "}", "$", "^": result += "\\" + String(scalar)
            // GitHub makes mentions and references of the finished page's text; a comment cuts that text in two.
            case "@", "#": result += String(scalar) + "<!-- -->"
            // A bare address would become a link.
            case ":": result += "&#58;"
            case "w" where result.hasSuffix("ww"): result += "&#119;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result.replacing("&#58; ", with: ": ")
    }

    /// Commands, in a fence that is longer than any inside them.
    package static func fence(_ text: String, language: String = "sh") -> [String] {
        let lines = Cleaner.text(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let longest = lines.map { $0.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0 }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + language] + lines + [fence]
    }
}
