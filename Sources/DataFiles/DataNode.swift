import Yams

/// A text of a data file with its place, so that a complaint about what is *in* it names the right line.
package struct Text: Sendable, Hashable, CustomStringConvertible {
    package var string: String
    /// The place of the value in its file.
    package var place: Place
    /// The line of the text's own first line: one below `place` for block scalars.
    package var firstLine: Int

    package init(_ string: String, at place: Place, firstLine: Int? = nil) {
        self.string = string
        self.place = place
        self.firstLine = firstLine ?? place.line
    }

    package var description: String { string }

    /// The place of the `line`th line (from 0) of the text.
    package func place(line: Int, column: Int = 1) -> Place {
        let inBlock = firstLine != place.line
        guard line > 0 || inBlock else { return place }
        return Place(file: place.file, line: firstLine + line, column: column)
    }
}

/// A node of a data file. Readers ask it for what they expect; what is not so is noted in the file's book.
package struct DataNode {
    let node: Node
    let file: String
    let book: ComplaintBook

    /// Where the node is.
    package var place: Place {
        Place(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    /// Whether the node is a list.
    package var isList: Bool { node.sequence != nil }
    /// Whether the node is a mapping.
    package var isMapping: Bool { node.mapping != nil }

    /// Notes a complaint at this node.
    package func complain(_ what: String, expected: String? = nil, nearest: String? = nil) {
        book.note(place, what, expected: expected, nearest: nearest)
    }

    /// The node as text. A plain scalar that YAML reads as something else (`no`, `1.0`, `15`) is a complaint.
    package func text() -> Text? {
        guard let scalar = node.scalar else {
            complain("this is a \(kind)", expected: "text")
            return nil
        }
        if scalar.style == .plain, let reading = reading {
            complain("YAML reads '\(scalar.string)' as \(reading)", expected: "text: put it in quotes")
            return nil
        }
        let isBlock = scalar.style == .literal || scalar.style == .folded
        return Text(scalar.string, at: place, firstLine: isBlock ? place.line + 1 : nil)
    }

    /// The node as text that must not be blank.
    package func filledText() -> Text? {
        guard let text = text() else { return nil }
        guard text.string.contains(where: { !$0.isWhitespace }) else {
            complain("this is empty", expected: "text")
            return nil
        }
        return text
    }

    /// A single value as it is written, whatever YAML takes it for; nil for null.
    package var scalar: String? {
        guard let scalar = node.scalar else {
            complain("this is a \(kind)", expected: "a single value")
            return nil
        }
        return scalar.style == .plain && tag == .null ? nil : scalar.string
    }

    /// Whether the node is a plain number.
    package var isNumber: Bool {
        node.scalar?.style == .plain && [.int, .float].contains(tag)
    }

    /// Whether the node is a list without entries.
    package var isEmptyList: Bool { node.sequence?.isEmpty == true }

    /// The node as a whole number within `range`.
    package func int(in range: ClosedRange<Int>) -> Int? {
        guard let scalar = node.scalar, scalar.style == .plain, let value = Int(scalar.string), range ~= value else {
            complain(
                "'\(node.scalar?.string ?? kind)' is not valid here",
                expected: "a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// The node as a boolean: `true` or `false`, and no other spelling.
    package func bool() -> Bool? {
        switch node.scalar?.string {
        case "true" where node.scalar?.style == .plain: return true
        case "false" where node.scalar?.style == .plain: return false
        default:
            complain("'\(node.scalar?.string ?? kind)' is not valid here", expected: "true or false")
            return nil
        }
    }

    /// The node as a list that must not be empty.
    package func list() -> [DataNode] {
        guard let sequence = node.sequence else {
            complain("this is a \(kind)", expected: "a list")
            return []
        }
        if sequence.isEmpty { complain("the list is empty", expected: "at least one entry, or no key at all") }
        return sequence.map { DataNode(node: $0, file: file, book: book) }
    }

    /// The node as a list, or a single value as a list of one.
    package func listOrOne() -> [DataNode] { isList ? list() : [self] }

    /// The node as a mapping with exactly these possible keys; other keys are complaints.
    package func mapping(keys: [String]) -> DataMapping? {
        guard let mapping = entries() else { return nil }
        for (name, key, _) in mapping.entries where !keys.contains(name) {
            key.complain(
                "unknown key '\(name)'", expected: "one of \(keys.joined(separator: ", "))",
                nearest: nearestName(to: name, among: keys))
        }
        return mapping
    }

    /// The node as a mapping with any keys.
    package func entries() -> DataMapping? {
        guard let mapping = node.mapping else {
            complain("this is a \(kind)", expected: "a mapping")
            return nil
        }
        var entries: [(name: String, key: DataNode, value: DataNode)] = []
        for (key, value) in mapping {
            let keyNode = DataNode(node: key, file: file, book: book)
            guard let name = keyNode.text() else { continue }
            entries.append((name.string, keyNode, DataNode(node: value, file: file, book: book)))
        }
        return DataMapping(place: place, entries: entries, book: book)
    }

    private var kind: String {
        switch node {
        case .mapping: "mapping"
        case .sequence: "list"
        case .scalar(let scalar): reading.map { "value that YAML reads as \($0)" } ?? "text ('\(scalar.string)')"
        default: "reference"
        }
    }

    /// What YAML takes a plain scalar for, if the file itself does not say it.
    private var tag: Tag.Name {
        let written = Tag.Name(rawValue: node.tag.description)
        guard written == .str, let text = node.scalar?.string, Self.mayBeOther(text) else { return written }
        return Resolver.default.resolveTag(of: Node(text))
    }

    /// Whether a plain scalar can be anything but text: a number or a date begins with a digit, a sign or a dot, and the words that are a
    /// boolean or nothing are short.
    private static func mayBeOther(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return true }
        if text.utf8.count <= 5, "ynYNtTfFoO~<=".utf8.contains(first) { return true }
        return "0123456789+-.".utf8.contains(first)
    }

    /// What YAML makes of a plain scalar that is not text to it.
    private var reading: String? {
        switch tag {
        case .bool: "a boolean"
        case .null: "nothing (null)"
        case .int: "a number"
        case .float: "a number"
        case .timestamp: "a date"
        default: nil
        }
    }
}
