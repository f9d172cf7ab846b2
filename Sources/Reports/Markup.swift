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
