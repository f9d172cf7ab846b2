import Display

/// Text as XML and HTML can hold it, and as Markdown can.
package enum Markup {
    /// The text with every character that means something to XML or HTML escaped, in text and in quoted attributes, and
    /// characters that XML 1.0 does not know replaced.
    ///
    /// It goes by Unicode scalars: a quotation mark with a combining mark is one `Character` that is not equal to a quotation
    /// mark, but a parser still sees the quotation mark.
    package static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n": result.append(scalar)
            default:
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: result.append("\u{FFFD}")
                default: result.append(scalar)
                }
            }
        }
        return String(result)
    }

    /// Text that is read as HTML in one place (Moodle shows feedback so) and as it is in another (the spreadsheet that a
    /// teacher opens before the import). Only what HTML would take for something else is escaped: `<` where a tag could begin,
    /// `&` where a character reference could.
    static func prose(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            switch scalar {
            case "<" where !(next == " " || next == "\n" || next == "\t"): result.append(contentsOf: "&lt;".unicodeScalars)
            case "&" where next == "#" || next.properties.isAlphabetic: result.append(contentsOf: "&amp;".unicodeScalars)
            case "\t", "\n": result.append(scalar)
            default:
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: result.append("\u{FFFD}")
                default: result.append(scalar)
                }
            }
        }
        return String(result)
    }
}

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
