#if canImport(Glibc)
    import Glibc
#endif

/// How wide text is on a terminal, and how it is broken into lines. Styles (SGR sequences) take no room and are never cut.
public enum Layout {
    /// The columns that a text takes.
    public static func width(_ text: String) -> Int {
        var width = 0
        var inSequence = false
        for scalar in text.unicodeScalars {
            if inSequence {
                if scalar == "m" { inSequence = false }
            } else if scalar == "\u{1B}" {
                inSequence = true
            } else {
                width += columns(scalar)
            }
        }
        return width
    }

    /// The columns of one scalar: 0 for combining marks, 2 for wide characters.
    static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20..<0x7F: return 1
        case 0..<0x20, 0x7F..<0xA0, 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// The text in lines of at most `width` columns, broken between words. A word that is longer stays whole.
    /// - Parameters:
    ///   - first: stands before the first line.
    ///   - rest: stands before the others.
    public static func wrap(_ text: String, width: Int, first: String = "", rest: String = "") -> [String] {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = lines.isEmpty ? first : rest
            var isEmpty = true
            for word in paragraph.split(separator: " ") {
                if !isEmpty, Self.width(line) + 1 + Self.width(String(word)) > width {
                    lines.append(line)
                    line = rest
                    isEmpty = true
                }
                line += isEmpty ? String(word) : " \(word)"
                isEmpty = false
            }
            lines.append(isEmpty ? "" : line)
        }
        return lines
    }

    /// The text in at most `width` columns, with an ellipsis where something was left out.
    public static func truncate(_ text: String, width: Int) -> String {
        guard Self.width(text) > width else { return text }
        var result = ""
        var used = 0
        for character in text {
            let columns = Self.width(String(character))
            if used + columns > max(0, width - 1) { break }
            result.append(character)
            used += columns
        }
        return result + "…"
    }

    /// The text filled up with blanks to `width` columns.
    public static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - Self.width(text)))
    }

    /// Rows in columns that fit `width` together. The widest columns give way first.
    public static func table(_ rows: [[String]], heading: [String]? = nil, width: Int, indent: String = "") -> [String] {
        let all = (heading.map { [$0] } ?? []) + rows
        guard let count = all.map(\.count).max(), count > 0 else { return [] }
        var widths = (0..<count).map { column in all.map { $0.count > column ? Self.width($0[column]) : 0 }.max() ?? 0 }
        let room = width - Self.width(indent) - 2 * (count - 1)
        while widths.reduce(0, +) > room, let widest = widths.max(), widest > 6, let index = widths.firstIndex(of: widest) {
            widths[index] -= 1
        }
        return all.map { row in
            let cells = row.enumerated().map { index, cell in
                let fitted = truncate(cell.replacing("\n", with: " "), width: widths[index])
                return index == row.count - 1 ? fitted : pad(fitted, widths[index])
            }
            return indent + cells.joined(separator: "  ")
        }
    }
}
