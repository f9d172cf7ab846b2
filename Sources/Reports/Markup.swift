/// Text as XML and HTML can hold it, and as Markdown can.
package enum Markup {
    /// The text with every character that means something to XML or HTML escaped, in text and in quoted attributes, and
    /// characters that XML 1.0 does not know replaced.
    ///
    /// It goes by Unicode scalars: a quotation mark with a combining mark is one `Character` that is not equal to a quotation
    /// mark, but a parser sees the quotation mark all the same.
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
}
