import DataFiles
import Foundation

/// The lines of a text as people read them: what is code, a value or an address is blanked out, and everything else keeps its place.
package struct Prose {
    package let text: Text
    /// As many lines as the text has, each as long as there.
    package let lines: [String]

    package init(_ text: Text) {
        self.text = text
        var isFenced = false
        var isCode = false
        lines = text.string.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isFenced.toggle() }
            // In CommonMark four blanks after an empty line begin code; what is one after a list is rare, and then a warning less.
            let isIndented = line.hasPrefix("    ")
            isCode = isIndented && (isCode || line.trimmingCharacters(in: .whitespaces).isEmpty == false)
            return isFence || isFenced || isCode ? Self.blank(line.count) : Self.withoutSpans(String(line))
        }
    }

    private static func blank(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// Code in a line, `{{values}}`, and addresses of pages.
    private static func withoutSpans(_ line: String) -> String {
        ["`[^`]*`", "\\{\\{[^}]*\\}\\}", "https?://\\S*"].reduce(line) { line, pattern in
            var line = line
            while let range = line.range(of: pattern, options: .regularExpression) {
                line.replaceSubrange(range, with: blank(line[range].count))
            }
            return line
        }
    }

    /// Where a term is first used, as a word of its own, or with an s.
    ///
    /// A term with a capital letter is looked for as it is written. Others may begin a sentence.
    package func place(of term: String) -> Place? {
        let isExact = term.contains(where: \.isUppercase)
        for (number, line) in lines.enumerated() {
            var rest = line.startIndex..<line.endIndex
            while let found = line.range(of: term, options: isExact ? [] : .caseInsensitive, range: rest) {
                if isWord(found, in: line) {
                    return text.place(line: number, column: line.distance(from: line.startIndex, to: found.lowerBound) + 1)
                }
                rest = found.upperBound..<line.endIndex
            }
        }
        return nil
    }

    private func isWord(_ range: Range<String.Index>, in line: String) -> Bool {
        func isPart(_ letter: Character?) -> Bool { letter.map { $0.isLetter || $0.isNumber || "_-/.".contains($0) } ?? false }
        guard !isPart(line[..<range.lowerBound].last) else { return false }
        var after = line[range.upperBound...]
        if after.first == "s" { after = after.dropFirst() }
        // A full stop ends a sentence, unless a name goes on after it.
        guard after.first == "." else { return !isPart(after.first) }
        return !isPart(after.dropFirst().first)
    }
}
