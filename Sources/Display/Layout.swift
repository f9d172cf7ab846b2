/// How text is broken into lines and columns on a terminal. Styles (SGR sequences) take no room, are never cut, and never
/// reach from one line into the next.
package enum Layout {
    /// The text in lines of at most `width` columns, broken between words. A word that is longer stays whole, so that it
    /// can be copied; writing without blanks between its words is broken between wide letters.
    /// - Parameters:
    ///   - first: comes before the first line.
    ///   - rest: comes before the others.
    package static func wrap(_ text: String, width: Int, first: String = "", rest: String = "") -> [String] {
        var lines: [String] = []
        var styles = OpenStyles()
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = Line(lead: lines.isEmpty ? first : rest, styles: styles)
            for word in paragraph.split(separator: " ") {
                let room = max(1, width - Self.width(rest))
                for (index, part) in parts(of: String(word), room: room).enumerated() {
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

    /// Running text as it was meant: a paragraph is one line, however many its source has. Lines that begin with a blank or the
    /// mark of a list stay.
    package static func flowing(_ text: String) -> String {
        var result = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let stays = line.isEmpty || result.isEmpty || result.hasSuffix("\n") || " -*|".contains(line.first ?? " ")
            result += (stays ? result.isEmpty ? "" : "\n" : " ") + line
        }
        return result
    }

    /// A line in rows of at most `width` columns, broken between words. Its blanks stay but for those at a break, and it goes on
    /// under its first word.
    /// - Parameter cutsWords: whether a word that is longer than a row is cut, after a slash or a hyphen of it if there is one;
    ///   else it stays whole, so that it can be copied.
    package static func fold(_ text: String, width: Int, cutsWords: Bool = true) -> [String] {
        guard Self.width(text) > width else { return [text] }
        let all = pieces(text)
        let indent = blanks(min(all.prefix(while: \.isBlank).count, max(0, width) / 2))
        var rows: [String] = []
        var rest = all[...]
        var row = Line(lead: "", styles: OpenStyles())
        while !rest.isEmpty {
            let end = endOfRow(rest, room: max(1, width - row.width), cutsWords: cutsWords)
            rest[..<end].forEach { row.add($0.text) }
            rows.append(row.closed)
            row = Line(lead: indent, styles: row.styles)
            rest = rest[end...].drop(while: \.isBlank)
        }
        return rows
    }

    /// A line in rows as a terminal breaks it, at its edge: rows that it copies as the line that it was.
    package static func cut(_ text: String, width: Int) -> [String] {
        guard Self.width(text) > width else { return [text] }
        var rows: [String] = []
        var row = Line(lead: "", styles: OpenStyles())
        for piece in pieces(text) {
            if case .letter(let letter) = piece, row.width > 0, row.width + columns(of: letter) > width {
                rows.append(row.closed)
                row = Line(lead: "", styles: row.styles)
            }
            row.add(piece.text)
        }
        return rows + [row.closed]
    }

    /// A text whose lines fit `width` columns: those that are wider are broken between words, the others stay as they are.
    package static func narrow(_ text: String, width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { fold(String($0), width: width, cutsWords: false) }.joined(separator: "\n")
    }

    /// Where a row ends that begins with these pieces.
    private static func endOfRow(_ pieces: ArraySlice<Piece>, room: Int, cutsWords: Bool) -> Int {
        var used = 0
        var (blank, mark): (Int?, Int?)
        var isInWord = false
        for index in pieces.indices {
            guard case .letter(let letter) = pieces[index] else { continue }
            used += columns(of: letter)
            if letter == " " {
                if isInWord { blank = index }
                isInWord = false
            }
            if used > room, let blank { return blank }
            guard letter != " " else { continue }
            if used > room, cutsWords { return mark ?? max(index, pieces.startIndex + 1) }
            isInWord = true
            if letter == "/" || letter == "-" { mark = index + 1 }
        }
        return pieces.endIndex
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
    private static func parts(of word: String, room: Int) -> [String] {
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
                if isWide || columns == 2, used > 0 {
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
