extension Layout {
    /// The columns that a text takes on a terminal. Styles (SGR sequences) take none.
    package static func width(_ text: String) -> Int {
        // Most text is plain ASCII, and tables measure every cell more than once.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
        var width = 0
        for piece in pieces(text) {
            if case .letter(let character) = piece { width += columns(of: character) }
        }
        return width
    }

    /// A part of a styled text that must not be cut.
    package enum Piece {
        /// A sequence that sets or ends a style.
        case style(Substring)
        case letter(Character)

        var isBlank: Bool { if case .letter(" ") = self { true } else { false } }
        var text: String {
            switch self {
            case .style(let style): String(style)
            case .letter(let letter): String(letter)
            }
        }
    }

    /// The text in parts that must not be cut.
    package static func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let character = rest.first {
            if let end = endOfStyle(rest) {
                pieces.append(.style(rest[..<end]))
                rest = rest[end...]
            } else {
                pieces.append(.letter(character))
                rest = rest.dropFirst()
            }
        }
        return pieces
    }

    /// Where a style ends that the text begins with.
    private static func endOfStyle(_ text: Substring) -> Substring.Index? {
        guard text.unicodeScalars.starts(with: ["\u{1B}", "["]) else { return nil }
        let numbers = text.unicodeScalars.dropFirst(2).drop { ("0"..."9").contains($0) || $0 == ";" }
        guard numbers.first == "m" else { return nil }
        return numbers.dropFirst().startIndex
    }

    /// The columns of a letter with its marks.
    package static func columns(of character: Character) -> Int {
        character.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    /// The columns of one scalar, as terminals and libedit count them: 0 for marks, 2 for wide characters.
    package static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20..<0x7F: return 1
        case 0..<0x20, 0x7F..<0xA0: return 0
        case 0xA0..<0x300: return scalar.value == 0xAD ? 0 : 1
        // Hangul vowels and final consonants join the syllable's first letter.
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
        // Flags are written as two letters, which together take two columns.
        case 0x1F1E6...0x1F1FF: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD:
            return isMark(scalar) ? 0 : 2
        default:
            if isMark(scalar) { return 0 }
            return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: true
        default: false
        }
    }
}
