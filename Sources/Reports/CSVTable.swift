import Display

/// A table as RFC 4180 writes it, that a spreadsheet can open without executing anything.
enum CSVTable {
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A field. What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises; numbers with a sign
    /// stay numbers. Everything but plain words is quoted, so that a spreadsheet which separates by other characters does not
    /// find a field's beginning inside it.
    static func field(_ text: String) -> String {
        let text = Cleaner.text(text)
        let isRisky = startsFormula(text) && Double(text) == nil
        let safe = (isRisky ? "'" : "") + text
        let isPlain = safe.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", ":", "/": true
            default: false
            }
        }
        return isPlain ? safe : "\"" + String(String.UnicodeScalarView(safe.unicodeScalars.flatMap { $0 == "\"" ? ["\"", "\""] : [$0] })) + "\""
    }

    /// Whether a spreadsheet would calculate: `=`, `+`, `-`, `@` and their full-width forms, also behind blanks, and tab or
    /// return in front.
    private static func startsFormula(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first(where: { !$0.properties.isWhitespace && $0 != "\u{200B}" && $0 != "\u{2060}" && $0 != "\"" && $0 != "'" }) else { return false }
        if scalars.first == "\t" || scalars.first == "\r" { return true }
        return ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "|", "%"].contains(first)
    }
}
