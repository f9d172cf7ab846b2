/// Makes text from machines safe for a terminal, as it comes: control sequences and marks that turn text around go, broken
/// UTF-8 is replaced, line breaks and tabs stay. Of a line that is written over with carriage returns, as progress displays
/// do, the first and the last state stay, each in a line of its own.
///
/// The result does not depend on how the bytes were cut into pieces.
package struct Cleaner: Sendable {
    /// How many characters of one line are shown when nothing else is asked for.
    package static let usualLineLimit = 8_000

    private var pending: [UInt8] = []
    private var filter = ControlFilter()
    private var shaper: LineShaper

    /// - Parameters:
    ///   - lineLimit: how many characters of a line are kept; the line then says how many were left out.
    ///   - limit: how many characters are kept of everything; the end then says how many were left out. Nil: no limit.
    package init(lineLimit: Int = usualLineLimit, limit: Int? = nil) {
        shaper = LineShaper(lineLimit: lineLimit, limit: limit)
    }

    /// The clean text of the next bytes. An unfinished character at the end waits for the next piece.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> String {
        pending += bytes
        let cut = Self.unfinishedTail(pending)
        let whole = String(decoding: pending.dropLast(cut), as: UTF8.self)
        pending = Array(pending.suffix(cut))
        return clean(whole)
    }

    /// What was left over when no more comes.
    package mutating func finish() -> String {
        let rest = clean(String(decoding: pending, as: UTF8.self))
        pending = []
        filter = ControlFilter()
        return rest + shaper.finish()
    }

    /// A whole text at once.
    package static func text(_ text: String, limit: Int = 100_000) -> String {
        var cleaner = Cleaner(limit: limit)
        return cleaner.take(text.utf8) + cleaner.finish()
    }

    /// A text that has to fit one line.
    package static func line(_ text: String, limit: Int = 400) -> String {
        let lines = Self.text(text).unicodeScalars.split { $0 == "\n" }
        let line = lines.map { String($0).replacing("\t", with: " ") }.joined(separator: " ").unicodeScalars
        return line.count > limit ? String(line.prefix(limit)) + "…" : String(line)
    }

    private mutating func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let plain = filter.pass(scalar) { shaper.take(plain, into: &result) }
        }
        return String(result)
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
