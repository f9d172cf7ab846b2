import Synchronization

/// What readers ask of a node.
enum Question: Sendable, Hashable {
    case text, filled, bool, single, number, list, mapping
    case int(ClosedRange<Int>)
    case words([String])
    /// A list, or one entry of it.
    case listOrOne
    /// Whether it is one: something else may be right as well.
    case whetherList, whetherMapping, mayBeEmpty
    /// A mapping with these keys and no others.
    case keys([String])
    /// A mapping with this key.
    case required(String)
}

/// What was asked of the nodes of one document.
final class Questions: Sendable {
    let file: String
    let tree: YAMLTree
    private let asked = Mutex<[Int: Set<Question>]>([:])

    init(file: String, tree: YAMLTree) {
        self.file = file
        self.tree = tree
    }

    func note(_ question: Question, at node: Int) { asked.withLock { _ = $0[node, default: []].insert(question) } }

    /// What readers expect of a node and of all below it.
    func shape(of number: Int = 0) -> FileShape {
        let node = tree[number]
        var shape = FileShape(asked.withLock { $0[number] ?? [] }, tree[number].kind)
        // A scalar has bytes where others have children.
        let children = node.kind == .scalar ? [] : tree.children(node)
        switch node.kind {
        case .scalar: break
        case .list: for child in children { shape.item = FileShape.merged(shape.item, self.shape(of: child)) }
        case .mapping:
            for at in stride(from: 0, to: children.count - 1, by: 2) {
                let value = self.shape(of: children[at + 1])
                if shape.keys != nil {
                    let key = tree.text(tree[children[at]])
                    shape.values[key] = FileShape.merged(shape.values[key], value)
                } else {
                    shape.free = FileShape.merged(shape.free, value)
                }
            }
        }
        return shape
    }
}

/// What readers have asked of files while it was current: what a file has to be, by those who read it. Schemas are made of it.
package final class ReadingRecord: Sendable {
    @TaskLocal package static var current: ReadingRecord?
    private let documents = Mutex<[Questions]>([])

    package init() {}

    func begin(_ file: String, _ tree: YAMLTree) -> Questions {
        let questions = Questions(file: file, tree: tree)
        documents.withLock { $0.append(questions) }
        return questions
    }

    /// What is expected of files, by those of them that were read.
    /// - Parameter belongs: which files are meant, by their paths.
    package func shape(where belongs: (String) -> Bool) -> FileShape? {
        let own = documents.withLock { $0 }.filter { belongs($0.file) }
        return own.reduce(nil) { FileShape.merged($0, $1.shape()) }
    }
}

/// What readers expect at one place of a kind of file.
package struct FileShape: Sendable, Hashable {
    /// What was asked there; nothing if nobody has asked.
    private(set) var questions: Set<Question>
    /// In how many forms it was met.
    private(set) var isList = false, isMapping = false, isScalar = false
    /// The keys of a mapping, if no others may be in it, and what is expected of their values.
    private(set) var keys: [String]?
    private(set) var required: Set<String> = []
    var values: [String: FileShape] = [:]
    /// What is expected of the values of a mapping whose keys are names.
    var free: FileShape? {
        get { freeBox.first }
        set { freeBox = newValue.map { [$0] } ?? [] }
    }
    /// What is expected of a list's entries.
    var item: FileShape? {
        get { itemBox.first }
        set { itemBox = newValue.map { [$0] } ?? [] }
    }
    private var freeBox: [FileShape] = [], itemBox: [FileShape] = []

    init(_ questions: Set<Question>, _ kind: YAMLTree.Kind) {
        self.questions = questions
        isList = kind == .list
        isMapping = kind == .mapping
        isScalar = kind == .scalar
        for case .keys(let own) in questions { keys = own }
        for case .required(let key) in questions { required.insert(key) }
    }

    /// What is expected at two places of one kind. A key is required if it is so at both: some depend on others.
    static func merged(_ one: FileShape?, _ other: FileShape) -> FileShape {
        guard var shape = one else { return other }
        // A mapping that somebody only glimpsed says nothing of what it needs.
        let areBoth = shape.isMapping && !shape.questions.isEmpty && other.isMapping && !other.questions.isEmpty
        shape.required = areBoth ? shape.required.intersection(other.required) : shape.required.union(other.required)
        shape.questions.formUnion(other.questions)
        shape.isList = shape.isList || other.isList
        shape.isMapping = shape.isMapping || other.isMapping
        shape.isScalar = shape.isScalar || other.isScalar
        shape.keys = shape.keys ?? other.keys
        shape.values.merge(other.values) { merged($0, $1) }
        if let free = other.free { shape.free = merged(shape.free, free) }
        if let item = other.item { shape.item = merged(shape.item, item) }
        return shape
    }

    /// Forgets that something was asked.
    mutating func drop(_ dropped: Set<Question>) { questions.subtract(dropped) }

    /// The keys, with the way to them, whose values nobody has asked for in the files that were read.
    package var unasked: [String] {
        if questions.contains(.whetherMapping), !isMapping || !(isScalar || isList) { return ["(in one form only)"] }
        let own = (keys ?? []).flatMap { key -> [String] in
            guard let value = values[key], !value.questions.isEmpty else { return [key] }
            return value.unasked.map { "\(key).\($0)" }
        }
        return own + (free?.unasked.map { "*.\($0)" } ?? []) + (item?.unasked.map { "[].\($0)" } ?? [])
    }
}
