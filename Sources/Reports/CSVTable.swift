import Display

/// A table as RFC 4180 writes it, that a spreadsheet can open without executing anything.
enum CSVTable {
    /// - Parameter key: the column by which another program finds whose row it is, if there is one: it must read as it is.
    static func text(_ rows: [[String]], key: Int? = nil) -> String {
        rows.map { row in
            row.enumerated().map { $0.offset == key ? Self.key($0.element) : field($0.element) }.joined(separator: ",") + "\r\n"
        }.joined()
    }

    /// A field that another program looks up, as it is. A guard in front would make another name of it: nothing is guarded that a
    /// spreadsheet could at most take for the name of a cell or for a sum. What could call something (parentheses, a bar, a
    /// quotation mark, an equals sign) is not a user name, and is guarded like any other field.
    static func key(_ text: String) -> String {
        let isName = text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "0"..."9", ".", "_", "-", "@", "+", " ", ",", "\u{2019}": true
            default: scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
            }
        }
        return isName ? written(text) : field(text)
    }

    /// A field. What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises; numbers with a sign
    /// stay numbers. Everything but plain words is quoted, so that a spreadsheet which separates by other characters does not
    /// find a field's beginning inside it.
    static func field(_ text: String) -> String {
        let text = Cleaner.text(text)
        let isRisky = startsFormula(text) && Double(text) == nil
        return written((isRisky ? "'" : "") + text)
    }

    private static func written(_ safe: String) -> String {
        let isPlain = safe.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", ":", "/": true
            default: false
            }
        }
        return isPlain
            ? safe : "\"" + String(String.UnicodeScalarView(safe.unicodeScalars.flatMap { $0 == "\"" ? ["\"", "\""] : [$0] })) + "\""
    }

    /// Whether a spreadsheet would calculate: `=`, `+`, `-`, `@` and their full-width forms, also behind blanks, and tab or
    /// return in front.
    private static func startsFormula(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard
            let first = scalars.first(where: {
                !$0.properties.isWhitespace && $0 != "\u{200B}" && $0 != "\u{2060}" && $0 != "\"" && $0 != "'"
            })
        else { return false }
        if scalars.first == "\t" || scalars.first == "\r" { return true }
        return ["=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "|", "%"].contains(first)
    }
}
