/// Makes text from machines safe for a terminal, as it comes: control sequences go, broken UTF-8 is replaced, and line
/// breaks and tabs stay. A carriage return begins the line anew, as progress displays do, and becomes a line break here.
///
/// The result does not depend on how the bytes were cut into pieces.
public struct Cleaner: Sendable {
    private enum State: Sendable { case text, escape, sequence, string, stringEscape }
    private var state = State.text
    private var pending: [UInt8] = []
    private var sawReturn = false

    public init() {}

    /// The clean text of the next bytes. An unfinished character at the end waits for the next piece.
    public mutating func take(_ bytes: some Sequence<UInt8>) -> String {
        pending += bytes
        let cut = Self.unfinishedTail(pending)
        let whole = pending.dropLast(cut)
        pending = Array(pending.suffix(cut))
        return clean(String(decoding: whole, as: UTF8.self))
    }

    /// What was left over when no more comes.
    public mutating func finish() -> String {
        defer { pending = [] }
        return clean(String(decoding: pending, as: UTF8.self)) + (sawReturn ? "\n" : "")
    }

    /// A whole text at once.
    public static func text(_ text: String, limit: Int = 100_000) -> String {
        var cleaner = Cleaner()
        let cleaned = cleaner.take(text.utf8) + cleaner.finish()
        guard cleaned.count > limit else { return cleaned }
        return cleaned.prefix(limit) + "\n… (\(cleaned.count - limit) more characters left out)"
    }

    /// A text that has to fit one line.
    public static func line(_ text: String, limit: Int = 400) -> String {
        let line = Self.text(text).split(whereSeparator: \.isNewline).joined(separator: " ").replacing("\t", with: " ")
        return line.count > limit ? line.prefix(limit) + "…" : line
    }

    private mutating func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch state {
            case .text:
                if sawReturn {
                    sawReturn = false
                    result.append("\n")
                    if scalar == "\n" { continue }
                }
                take(scalar, &result)
            case .escape:
                switch scalar {
                case "[": state = .sequence
                case "]", "P", "X", "^", "_": state = .string
                case " "..."/": break
                default: state = .text
                }
            case .sequence:
                if ("@"..."~").contains(scalar) { state = .text } else if scalar.value < 0x20 { state = .text; take(scalar, &result) }
            case .string:
                if scalar == "\u{7}" || scalar == "\u{9C}" { state = .text } else if scalar == "\u{1B}" { state = .stringEscape }
                // A string that is never closed must not swallow everything that follows it.
                else if scalar == "\n" { state = .text; result.append(scalar) }
            case .stringEscape: state = .text
            }
        }
        return String(result)
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ result: inout String.UnicodeScalarView) {
        switch scalar {
        case "\n", "\t": result.append(scalar)
        case "\r": sawReturn = true
        case "\u{1B}": state = .escape
        case "\u{9B}": state = .sequence
        case "\u{90}", "\u{9D}", "\u{98}", "\u{9E}", "\u{9F}": state = .string
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
        // Marks that turn the direction of text around, and separators that some terminals take for line breaks.
        case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{2028}", "\u{2029}", "\u{FEFF}": break
        default: result.append(scalar)
        }
    }

    /// How many bytes at the end begin a character whose rest has not come.
    private static func unfinishedTail(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let length = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }
}
