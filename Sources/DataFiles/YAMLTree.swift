import Yams

/// A YAML document as one run of bytes: nodes of a fixed size, the numbers of their children, and all texts. Nothing in it has to be
/// parsed before it is asked, so it can be kept in a file as it is (``TreeCache``).
struct YAMLTree: Sendable, Hashable {
    /// What a node is. The numbers are those of the file.
    enum Kind: UInt8 { case scalar, list, mapping }
    /// How a scalar is written. The numbers are those of the file.
    enum Style: UInt8 { case other, plain, literal, folded }

    /// A node; its number is its place among all.
    struct Node {
        var kind: Kind
        var style: Style
        /// The place in ``YAMLTree/tags`` of what YAML takes a scalar for.
        var tag: UInt8
        var line: Int
        var column: Int
        /// Of a scalar: where its text begins, and how many bytes it has. Of others: the place of the first child, and how many.
        var start: Int
        var count: Int
    }

    /// What a scalar can be taken for, because the file says it or because of how it looks.
    static let tags: [Tag.Name] = [.str, .bool, .int, .float, .null, .timestamp]
    /// The place of text in ``tags``.
    static let textTag: UInt8 = 0
    /// More nodes than any course has. References to references could make more than memory holds.
    static let largest = 1 << 20

    /// Words that are a boolean, or nothing, or something else.
    private static let words: Set = ["yes", "no", "true", "false", "on", "off", "null", "~", "<<", "="]

    private static let nodeBytes = 20
    private let bytes: [UInt8]
    private let nodeCount: Int
    private let childCount: Int
    private var childrenAt: Int { nodeCount * Self.nodeBytes }
    private var textAt: Int { childrenAt + childCount * 4 }

    /// - Returns: nil for a document of more than ``largest`` nodes.
    init?(_ root: Yams.Node) {
        var building = Building()
        guard building.add(root) != nil else { return nil }
        bytes = building.nodes + building.children + building.text
        nodeCount = building.nodes.count / Self.nodeBytes
        childCount = building.children.count / 4
    }

    /// The node of a number that the tree itself gave.
    subscript(_ number: Int) -> Node {
        bytes.withUnsafeBytes { bytes in
            let at = number * Self.nodeBytes
            func word(_ place: Int) -> Int { Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + place, as: UInt32.self))) }
            return Node(
                kind: Kind(rawValue: bytes[at]) ?? .scalar, style: Style(rawValue: bytes[at + 1]) ?? .other, tag: bytes[at + 2],
                line: word(4), column: word(8), start: word(12), count: word(16))
        }
    }

    /// The text of a scalar.
    func text(_ node: Node) -> String {
        String(decoding: bytes[(textAt + node.start)..<(textAt + node.start + node.count)], as: UTF8.self)
    }

    /// The numbers of a list's or a mapping's children; of a mapping each key comes before its value.
    func children(_ node: Node) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            (0..<node.count).map {
                Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: childrenAt + (node.start + $0) * 4, as: UInt32.self)))
            }
        }
    }

    /// What is being put together.
    private struct Building {
        var nodes: [UInt8] = []
        var children: [UInt8] = []
        var text: [UInt8] = []

        /// - Returns: the number of the node.
        mutating func add(_ node: Yams.Node) -> Int? {
            let number = nodes.count / nodeBytes
            guard number < largest else { return nil }
            nodes += [UInt8](repeating: 0, count: nodeBytes)
            let kind: Kind
            var style = Style.other
            let start: Int
            let count: Int
            switch node {
            case .scalar(let scalar):
                (kind, start, count) = (.scalar, text.count, scalar.string.utf8.count)
                text += scalar.string.utf8
                style =
                    switch scalar.style {
                    case .plain: .plain
                    case .literal: .literal
                    case .folded: .folded
                    default: .other
                    }
            case .sequence(let list):
                guard let own = addAll(Array(list)) else { return nil }
                (kind, start, count) = (.list, own.start, own.count)
            case .mapping(let mapping):
                guard let own = addAll(mapping.flatMap { [$0.key, $0.value] }) else { return nil }
                (kind, start, count) = (.mapping, own.start, own.count)
            default: return nil
            }
            let tag = tags.firstIndex(of: self.tag(of: node, style)) ?? Int(textTag)
            var record = [kind.rawValue, style.rawValue, UInt8(tag), 0]
            for word in [node.mark?.line ?? 1, node.mark?.column ?? 1, start, count] { record += YAMLTree.bytes(of: word) }
            nodes.replaceSubrange(number * nodeBytes..<(number + 1) * nodeBytes, with: record)
            return number
        }

        /// What YAML takes a node for. Asked here, once, and not whenever the tree is read: the patterns of Yams cost more than a course.
        private func tag(of node: Yams.Node, _ style: Style) -> Tag.Name {
            guard case .scalar(let scalar) = node else { return .str }
            let written = Tag.Name(rawValue: node.tag.description)
            guard written == .str, style == .plain, mayBeOther(scalar.string) else { return written }
            return Resolver.default.resolveTag(of: Yams.Node(scalar.string))
        }

        /// Whether a plain scalar can be anything but text: a number or a date begins with a digit, a sign or a dot, and few words are a
        /// boolean or nothing.
        private func mayBeOther(_ text: String) -> Bool {
            guard let first = text.utf8.first else { return true }
            if "0123456789+-.".utf8.contains(first) { return true }
            return text.utf8.count <= 5 && words.contains(text.lowercased())
        }

        private mutating func addAll(_ own: [Yams.Node]) -> (start: Int, count: Int)? {
            var numbers: [Int] = []
            for node in own {
                guard let number = add(node) else { return nil }
                numbers.append(number)
            }
            let start = children.count / 4
            for number in numbers { children += YAMLTree.bytes(of: number) }
            return (start, numbers.count)
        }
    }

    private static func bytes(of number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).littleEndian) { Array($0) }
    }
}

extension YAMLTree {
    private static let signature = Array("lab tree 2\n".utf8)
    /// The signature, the source, the numbers of nodes and of children, and the checksum of what follows.
    static let headBytes = signature.count + 8 + 4 + 4 + 8

    /// The tree as a file keeps it, with the source that it was made from.
    func encoded(source: UInt64) -> [UInt8] {
        var head = Self.signature
        withUnsafeBytes(of: source.littleEndian) { head += $0 }
        head += Self.bytes(of: nodeCount) + Self.bytes(of: childCount)
        withUnsafeBytes(of: Self.checksum(bytes).littleEndian) { head += $0 }
        return head + bytes
    }

    /// A tree that ``encoded(source:)`` wrote; nil for anything else, or if it was made from another source.
    init?(_ file: [UInt8], source: UInt64) {
        guard file.count >= Self.headBytes, file.starts(with: Self.signature) else { return nil }
        let at = Self.signature.count
        let (made, nodes, children, sum) = file.withUnsafeBytes { file in
            (
                UInt64(littleEndian: file.loadUnaligned(fromByteOffset: at, as: UInt64.self)),
                UInt32(littleEndian: file.loadUnaligned(fromByteOffset: at + 8, as: UInt32.self)),
                UInt32(littleEndian: file.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self)),
                UInt64(littleEndian: file.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
            )
        }
        bytes = Array(file[Self.headBytes...])
        (nodeCount, childCount) = (Int(nodes), Int(children))
        guard made == source, nodes > 0, nodes <= Self.largest, children <= nodes, textAt <= bytes.count,
            Self.checksum(bytes) == sum, isSound
        else { return nil }
    }

    /// Whether every number in it leads to something, and to something after it: then walking it ends.
    private var isSound: Bool {
        (0..<nodeCount).allSatisfy { number in
            let node = self[number]
            switch node.kind {
            case .scalar: return node.start + node.count <= bytes.count - textAt && Int(node.tag) < Self.tags.count
            case .list, .mapping:
                guard node.start + node.count <= childCount, node.kind == .list || node.count.isMultiple(of: 2) else { return false }
                return children(node).allSatisfy { number < $0 && $0 < nodeCount }
            }
        }
    }

    /// Guards against bytes that were cut off or changed, and not against an enemy.
    static func checksum(_ bytes: [UInt8]) -> UInt64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
        bytes.withUnsafeBytes { bytes in
            var at = 0
            while at + 8 <= bytes.count {
                sum = (sum ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))) &* 0x100_0000_01b3
                sum ^= sum >> 29
                at += 8
            }
            while at < bytes.count {
                sum = (sum ^ UInt64(bytes[at])) &* 0x100_0000_01b3
                at += 1
            }
        }
        return sum
    }

    /// What a tree of this source is kept under.
    static func source(_ text: [UInt8]) -> UInt64 { checksum(text) }
}
