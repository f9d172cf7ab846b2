import Display

/// What may come at the cursor.
package struct Completion: Sendable, Hashable {
    /// The text that was begun: the end of the line before the cursor.
    package var begun: String
    /// What may replace it.
    package var candidates: [Candidate]

    /// One possibility.
    package struct Candidate: Sendable, Hashable {
        /// What is put into the line.
        package var text: String
        /// What it is, in one line; may be empty.
        package var meaning: String

        /// A possibility, with what it is.
        package init(_ text: String, _ meaning: String = "") {
            self.text = text
            self.meaning = meaning
        }
    }

    /// Possibilities for a text that was begun.
    package init(begun: String, candidates: [Candidate]) {
        self.begun = begun
        self.candidates = candidates
    }

    /// What all possibilities go on with after the text that was begun; nil when they do not begin with it.
    package var common: String? {
        guard let first = candidates.first else { return nil }
        let prefix = candidates.dropFirst().reduce(first.text[...]) { prefix, candidate in
            prefix.prefix(zip(prefix, candidate.text).prefix { $0 == $1 }.count)
        }
        return prefix.hasPrefix(begun) ? String(prefix.dropFirst(begun.count)) : nil
    }

    /// The possibilities as lines: with what they are if there is room for it, else side by side.
    package func list(width: Int, limit: Int = 60) -> [String] {
        let shown = candidates.prefix(limit).map { (text: Cleaner.line($0.text), meaning: Cleaner.line($0.meaning)) }
        let names = shown.map { Layout.width($0.text) }.max() ?? 0
        var lines: [String]
        if shown.allSatisfy({ $0.meaning.isEmpty }) || names + 18 > width {
            let perLine = max(1, (width + 2) / (names + 2))
            lines = stride(from: 0, to: shown.count, by: perLine).map { start in
                let row = shown[start..<min(start + perLine, shown.count)].map(\.text)
                return (row.dropLast().map { Layout.pad($0, names + 2) } + row.suffix(1)).joined()
            }
        } else {
            lines = shown.map { candidate in
                candidate.meaning.isEmpty
                    ? candidate.text : Layout.truncate("\(Layout.pad(candidate.text, names))  \(candidate.meaning)", width: width)
            }
        }
        if candidates.count > limit { lines.append("… and \(candidates.count - limit) more") }
        return lines
    }
}
