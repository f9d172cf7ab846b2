/// A mapping of a data file, asked key by key.
package struct DataMapping {
    /// Where the mapping begins.
    package let place: Place
    /// The entries in the order of the file.
    package let entries: [(name: String, key: DataNode, value: DataNode)]
    let book: ComplaintBook
    let node: DataNode

    /// The value of a key that may be left out.
    package subscript(_ key: String) -> DataNode? { entries.first { $0.name == key }?.value }

    /// The value of a key that must be there.
    package func required(_ key: String, _ meaning: String? = nil) -> DataNode? {
        node.note(.required(key))
        if let value = self[key] { return value }
        book.note(place, "the key '\(key)' is missing", expected: meaning ?? "'\(key): …'")
        return nil
    }

    /// The text of a key that must be there and must not be blank.
    package func requiredText(_ key: String) -> Text? { required(key)?.filledText() }

    /// A required name: a text of small letters, digits and hyphens.
    package func requiredName(_ key: String) -> Text? {
        guard let text = requiredText(key) else { return nil }
        return text.checkedAsName(book)
    }

    /// A required value of a fixed set of words.
    package func word<Word: RawRepresentable & CaseIterable>(_ key: String, default fallback: Word? = nil) -> Word?
    where Word.RawValue == String {
        guard let node = fallback == nil ? required(key) : self[key] else { return fallback }
        node.note(.words(Word.allCases.map(\.rawValue)))
        guard let text = node.text() else { return fallback }
        if let word = Word(rawValue: text.string) { return word }
        let words = Word.allCases.map(\.rawValue)
        node.complain(
            "'\(text.string)' is not valid here", expected: "one of \(words.joined(separator: ", "))",
            nearest: nearestName(to: text.string, among: words))
        return fallback
    }

    /// Checks `format:`, the first key of every data file. There is one format so far.
    package func checkFormat() {
        guard let node = required("format", "'format: 1'") else { return }
        guard let format = node.int(in: 0...Int.max) else { return }
        node.note(.int(1...1))
        if format > 1 {
            node.complain("format \(format) is newer than this program", expected: "format 1, or a newer lab")
        } else if format < 1 {
            node.complain("there is no format \(format)", expected: "format 1")
        }
    }
}

extension Text {
    /// This text if it is a name (small letters, digits, `-` and `_`, beginning with a letter); else notes a complaint.
    package func checkedAsName(_ book: ComplaintBook) -> Text? {
        let scalars = string.unicodeScalars
        let good =
            !scalars.isEmpty && scalars.count <= 63
            && scalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" }
            && ("a"..."z").contains(scalars.first ?? "0")
        if good { return self }
        book.note(place, "'\(string)' is not a name", expected: "small letters, digits, '-' and '_', beginning with a letter")
        return nil
    }
}

/// Lengths of time in data files: `15s`, `2m`.
package enum Seconds {
    /// Reads `15s` or `2m`; notes what is wrong otherwise.
    package static func read(_ node: DataNode, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.text() else { return nil }
        let factor = text.string.hasSuffix("m") ? 60 : 1
        if text.string.hasSuffix("s") || text.string.hasSuffix("m"), let count = Int(text.string.dropLast()) {
            let (seconds, isTooMuch) = count.multipliedReportingOverflow(by: factor)
            if !isTooMuch, range ~= seconds { return seconds }
        }
        node.complain(
            "'\(text.string)' is not a valid length of time here",
            expected: "seconds or minutes from \(range.lowerBound)s to \(range.upperBound)s, such as 5s")
        return nil
    }
}
