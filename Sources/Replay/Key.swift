/// A key that was pressed in a replay.
package enum Key: Sendable, Hashable {
    case enter, escape, backspace, up, down, left, right, pageUp, pageDown, home, end
    /// Ctrl-C or Ctrl-D.
    case leave
    /// Ctrl-Z.
    case suspend
    case letter(Character)
}

/// Finds keys in what a terminal sends. The sequences known: CSI and SS3 with A B C D H F, and CSI with 1~ 4~ 5~ 6~ 7~ 8~.
package struct KeyParser: Sendable {
    private var pending: [UInt8] = []

    package init() {}

    /// Whether a key may have been begun and not ended: `ESC` is a key of its own, and the beginning of others.
    package var isWaiting: Bool { !pending.isEmpty }

    /// The keys in the next bytes.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let (key, length) = next() {
            pending.removeFirst(length)
            if let key { keys.append(key) }
        }
        return keys
    }

    /// The key that was begun, when nothing more has come for a while.
    package mutating func finish() -> [Key] {
        defer { pending = [] }
        return pending.first == 0x1B ? [.escape] : []
    }

    /// The next key, nil for one that means nothing here, and how many bytes it has; nil altogether while it is not whole.
    private func next() -> (key: Key?, length: Int)? {
        guard let first = pending.first else { return nil }
        switch first {
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x03, 0x04: return (.leave, 1)
        case 0x1A: return (.suspend, 1)
        case 0x1B: return sequence()
        case ..<0x20: return (nil, 1)
        default:
            let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
            guard pending.count >= length else { return nil }
            let text = String(decoding: pending.prefix(length), as: UTF8.self)
            return (text.first.map { $0 == "\u{FFFD}" ? nil : .letter($0) } ?? nil, length)
        }
    }

    private func sequence() -> (key: Key?, length: Int)? {
        guard pending.count > 1 else { return nil }
        guard pending[1] == UInt8(ascii: "[") || pending[1] == UInt8(ascii: "O") else { return (.escape, 1) }
        guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return pending.count > 16 ? (nil, pending.count) : nil
        }
        let key: Key? =
            switch (pending[end], String(decoding: pending[2..<end], as: UTF8.self)) {
            case (UInt8(ascii: "A"), _): .up
            case (UInt8(ascii: "B"), _): .down
            case (UInt8(ascii: "C"), _): .right
            case (UInt8(ascii: "D"), _): .left
            case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): .home
            case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): .end
            case (UInt8(ascii: "~"), "5"): .pageUp
            case (UInt8(ascii: "~"), "6"): .pageDown
            default: nil
            }
        return (key, end + 1)
    }
}
