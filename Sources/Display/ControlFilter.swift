/// Takes control sequences out of a stream of characters, by the grammar of ECMA-48: `ESC` with its intermediates, CSI with
/// its parameters, and the strings (OSC, DCS, SOS, PM, APC), in their 7-bit and 8-bit forms.
package struct ControlFilter: Sendable {
    private enum State: Sendable { case text, escape, sequence, string, stringEscape }
    private var state = State.text

    /// The character, if it is text, a line break, a tab or a carriage return; nil for all else.
    mutating func pass(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch state {
        case .text: return text(scalar)
        case .escape: return escape(scalar)
        case .sequence:
            switch scalar {
            case " "..."?": return nil
            case "@"..."~", "\u{18}", "\u{1A}": state = .text
            default:
                state = .text
                return text(scalar)
            }
        case .string:
            switch scalar {
            case "\u{7}", "\u{9C}", "\u{18}", "\u{1A}": state = .text
            case "\u{1B}": state = .stringEscape
            // A string that is never closed must not swallow everything that follows it.
            case "\n":
                state = .text
                return scalar
            default: break
            }
        case .stringEscape:
            guard scalar == "\\" else { return escape(scalar) }
            state = .text
        }
        return nil
    }

    private mutating func escape(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "[": state = .sequence
        case "]", "P", "X", "^", "_": state = .string
        case " "..."/": state = .escape
        case "0"..."~": state = .text
        default:
            state = .text
            return text(scalar)
        }
        return nil
    }

    private mutating func text(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "\n", "\t", "\r", " "..."~": return scalar
        case "\u{1B}": state = .escape
        case "\u{9B}": state = .sequence
        case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": state = .string
        case "\u{2028}", "\u{2029}": return "\n"
        default: return Self.isHarmless(scalar) ? scalar : nil
        }
        return nil
    }

    /// Whether a character neither controls the terminal nor turns the direction of text around nor hides in it.
    package static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: false
        case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x206F: false
        case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: false
        default: true
        }
    }
}
