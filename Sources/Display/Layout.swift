/// How text is broken into lines and columns on a terminal. Styles (SGR sequences) take no room, are never cut, and never
/// reach from one line into the next.
package enum Layout {
    /// The text in lines of at most `width` columns, broken between words. A word that is longer stays whole, so that it
    /// can be copied; writing without blanks between its words is broken between wide letters.
    /// - Parameters:
    ///   - first: comes before the first line.
    ///   - rest: comes before the others.
    ///   - cutsWords: whether a word that is longer than a line is cut.
    package static func wrap(
        _ text: String, width: Int, first: String = "", rest: String = "", cutsWords: Bool = false
    ) -> [String] {
        var lines: [String] = []
        var styles = OpenStyles()
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = Line(lead: lines.isEmpty ? first : rest, styles: styles)
            for word in paragraph.split(separator: " ") {
                let room = max(1, width - Self.width(rest))
                for (index, part) in parts(of: String(word), room: room, cutsWords: cutsWords).enumerated() {
                    let gap = line.isEmpty || index > 0 ? 0 : 1
                    if !line.isEmpty, line.width + gap + Self.width(part) > width {
                        lines.append(line.closed)
                        line = Line(lead: rest, styles: line.styles)
                    } else if gap > 0 {
                        line.add(" ")
                    }
                    line.add(part)
                }
            }
            lines.append(line.isEmpty ? "" : line.closed)
            styles = line.styles
        }
        return lines
    }

    /// A line in rows of at most `width` columns, cut wherever it is too long. Its blanks stay.
    package static func fold(_ text: String, width: Int) -> [String] {
        guard Self.width(text) > width else { return [text] }
        var rows: [String] = []
        var line = Line(lead: "", styles: OpenStyles())
        for piece in pieces(text) {
            switch piece {
            case .style(let style): line.add(String(style))
            case .letter(let letter):
                if line.width + columns(of: letter) > max(1, width) {
                    rows.append(line.closed)
                    line = Line(lead: "", styles: line.styles)
                }
                line.add(String(letter))
            }
        }
        return rows + [line.closed]
    }

    /// The text in at most `width` columns, with an ellipsis if something was left out.
    package static func truncate(_ text: String, width: Int) -> String {
        guard Self.width(text) > width else { return text }
        guard width > 0 else { return "" }
        var line = Line(lead: "", styles: OpenStyles())
        for piece in pieces(text) {
            switch piece {
            case .style(let style): line.add(String(style))
            case .letter(let letter):
                if line.width + columns(of: letter) > width - 1 {
                    line.add("…")
                    return line.closed
                }
                line.add(String(letter))
            }
        }
        return line.closed
    }

    /// The text filled up with blanks to `width` columns.
    package static func pad(_ text: String, _ width: Int) -> String {
        text + blanks(width - Self.width(text))
    }

    /// The text at the right of a field.
    package static func padLeft(_ text: String, _ width: Int) -> String { blanks(width - Self.width(text)) + text }

    package static func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    /// A word in the parts between which a line may be broken: itself, when it fits.
    private static func parts(of word: String, room: Int, cutsWords: Bool) -> [String] {
        guard width(word) > room else { return [word] }
        var parts: [String] = []
        var part = ""
        var used = 0
        var isWide = false
        for piece in pieces(word) {
            switch piece {
            case .style(let style): part += style
            case .letter(let letter):
                let columns = columns(of: letter)
                let breaks = cutsWords ? used + columns > room : isWide || columns == 2
                if breaks, used > 0 {
                    parts.append(part)
                    part = ""
                    used = 0
                }
                part.append(letter)
                used += columns
                isWide = columns == 2
            }
        }
        return parts + [part]
    }
}

/// A line that is being put together.
private struct Line {
    private var text: String
    private(set) var width: Int
    private(set) var styles: OpenStyles
    private(set) var isEmpty = true

    /// - Parameter styles: what the line before left open.
    init(lead: String, styles: OpenStyles) {
        text = lead + styles.sequences
        width = Layout.width(lead)
        self.styles = styles
    }

    mutating func add(_ part: String) {
        text += part
        width += Layout.width(part)
        styles.note(part)
        isEmpty = false
    }

    var closed: String { styles.sequences.isEmpty ? text : text + Palette.reset }
}

/// The styles that were begun and not ended.
private struct OpenStyles {
    private(set) var sequences = ""

    mutating func note(_ text: String) {
        guard text.utf8.contains(0x1B) else { return }
        for case .style(let style) in Layout.pieces(text) {
            if style == Palette.reset { sequences = "" } else { sequences += style }
        }
    }
}
