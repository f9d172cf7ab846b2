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

/// A parsed file with its name, and where to note what is wrong with it.
final class YAMLDocument {
    let tree: YAMLTree
    let file: String
    let book: ComplaintBook
    /// What readers ask of it, if somebody wants to know.
    let questions: Questions?

    init(tree: YAMLTree, file: String, book: ComplaintBook) {
        self.tree = tree
        self.file = file
        self.book = book
        questions = ReadingRecord.current.map { $0.begin(file, tree) }
    }
}

/// A node of a data file. Readers ask it for what they expect; what is not so is noted in the file's book.
package struct DataNode {
    private let document: YAMLDocument
    private let number: Int
    private let node: YAMLTree.Node

    /// The outermost node of a file.
    init(_ document: YAMLDocument) { self.init(document, 0) }

    private init(_ document: YAMLDocument, _ number: Int) {
        self.document = document
        self.number = number
        node = document.tree[number]
    }

    /// Notes what a reader asks of the node.
    func note(_ question: @autoclosure () -> Question) {
        if let questions = document.questions { questions.note(question(), at: number) }
    }

    /// Where the node is.
    package var place: Place { Place(file: document.file, line: node.line, column: node.column) }

    /// Whether the node is a list.
    package var isList: Bool {
        note(.whetherList)
        return node.kind == .list
    }
    /// Whether the node is a mapping.
    package var isMapping: Bool {
        note(.whetherMapping)
        return node.kind == .mapping
    }

    private var book: ComplaintBook { document.book }
    /// What is written, of a scalar.
    private var string: String? { node.kind == .scalar ? document.tree.text(node) : nil }

    /// Notes a complaint at this node.
    package func complain(_ what: String, expected: String? = nil, nearest: String? = nil) {
        book.note(place, what, expected: expected, nearest: nearest)
    }

    /// The node as text. A plain scalar that YAML reads as something else (`no`, `1.0`, `15`) is a complaint.
    package func text() -> Text? {
        note(.text)
        guard let string else {
            complain("this is a \(kind)", expected: "text")
            return nil
        }
        if node.style == .plain, let reading {
            complain("YAML reads '\(string)' as \(reading)", expected: "text: put it in quotes")
            return nil
        }
        let isBlock = node.style == .literal || node.style == .folded
        return Text(string, at: place, firstLine: isBlock ? node.line + 1 : nil)
    }

    /// The node as text that must not be blank.
    package func filledText() -> Text? {
        note(.filled)
        guard let text = text() else { return nil }
        // What a letter is to Unicode is asked only where no byte says it already.
        guard text.string.utf8.contains(where: { (0x21...0x7E).contains($0) }) || text.string.contains(where: { !$0.isWhitespace }) else {
            complain("this is empty", expected: "text")
            return nil
        }
        return text
    }

    /// A single value as it is written, whatever YAML takes it for; nil for null.
    package var scalar: String? {
        note(.single)
        guard let string else {
            complain("this is a \(kind)", expected: "a single value")
            return nil
        }
        return node.style == .plain && tag == .null ? nil : string
    }

    /// Whether the node is a plain number.
    package var isNumber: Bool {
        note(.number)
        return node.style == .plain && [.int, .float].contains(tag)
    }

    /// Whether the node is a list without entries.
    package var isEmptyList: Bool {
        note(.mayBeEmpty)
        return node.kind == .list && node.count == 0
    }

    /// The node as a whole number within `range`.
    package func int(in range: ClosedRange<Int>) -> Int? {
        note(.int(range))
        guard node.style == .plain, let value = string.flatMap({ Int($0) }), range ~= value else {
            complain(
                "'\(string ?? kind)' is not valid here",
                expected: "a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// The node as a boolean: `true` or `false`, and no other spelling.
    package func bool() -> Bool? {
        note(.bool)
        switch string {
        case "true" where node.style == .plain: return true
        case "false" where node.style == .plain: return false
        default:
            complain("'\(string ?? kind)' is not valid here", expected: "true or false")
            return nil
        }
    }

    /// The node as a list that must not be empty.
    package func list() -> [DataNode] {
        note(.list)
        guard node.kind == .list else {
            complain("this is a \(kind)", expected: "a list")
            return []
        }
        if node.count == 0 { complain("the list is empty", expected: "at least one entry, or no key at all") }
        return document.tree.children(node).map { DataNode(document, $0) }
    }

    /// The node as a list, or a single value as a list of one.
    package func listOrOne() -> [DataNode] {
        note(.listOrOne)
        return node.kind == .list ? list() : [self]
    }

    /// The node as a mapping with exactly these possible keys; other keys are complaints.
    package func mapping(keys: [String]) -> DataMapping? {
        note(.keys(keys))
        return mapping(names: keys)
    }

    /// The node as a mapping whose keys are names that other parts of the course give; other keys are complaints.
    package func mapping(names keys: [String]) -> DataMapping? {
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
        note(.mapping)
        guard node.kind == .mapping else {
            complain("this is a \(kind)", expected: "a mapping")
            return nil
        }
        let children = document.tree.children(node)
        var entries: [(name: String, key: DataNode, value: DataNode)] = []
        entries.reserveCapacity(children.count / 2)
        for at in stride(from: 0, to: children.count, by: 2) {
            let key = DataNode(document, children[at])
            guard let name = key.text() else { continue }
            entries.append((name.string, key, DataNode(document, children[at + 1])))
        }
        return DataMapping(place: place, entries: entries, book: book, node: self)
    }

    /// What a scalar says, before anybody reads it: nothing is noted, and whatever is wrong is left to the reader.
    package var glimpse: String? { string }

    /// The entries of a list, before anybody reads it, as ``glimpse``.
    package var glimpsedEntries: [DataNode] {
        node.kind == .list ? document.tree.children(node).map { DataNode(document, $0) } : []
    }

    /// The value of a mapping's key, before anybody reads it, as ``glimpse``.
    package func glimpse(of key: String) -> DataNode? {
        guard node.kind == .mapping else { return nil }
        let children = document.tree.children(node)
        let at = stride(from: 0, to: children.count, by: 2).first { DataNode(document, children[$0]).string == key }
        return at.map { DataNode(document, children[$0 + 1]) }
    }

    /// What it says, before anybody reads it, as ``glimpse``.
    var outline: DataOutline {
        switch node.kind {
        case .scalar: return .scalar(document.tree.text(node))
        case .list: return .list(document.tree.children(node).map { DataNode(document, $0).outline })
        case .mapping:
            let children = document.tree.children(node).map { DataNode(document, $0).outline }
            return .mapping(
                stride(from: 0, to: children.count, by: 2).map { DataOutline.Entry(key: children[$0], value: children[$0 + 1]) })
        }
    }

    private var kind: String {
        switch node.kind {
        case .mapping: return "mapping"
        case .list: return "list"
        case .scalar:
            return (node.style == .plain ? reading : nil).map { "value that YAML reads as \($0)" } ?? "text ('\(string ?? "")')"
        }
    }

    private var tag: Tag.Name { YAMLTree.tags[Int(node.tag)] }

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
