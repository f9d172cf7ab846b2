import CMark

/// Reads cmark's tree. The nodes belong to their document and are valid as long as it is.
enum MarkdownNode {
    /// What a block is.
    enum Kind {
        case paragraph, heading, list, quote, rule, table
        case code(String, isTyped: Bool)
        case html(String)
    }

    static func kind(of node: OpaquePointer) -> Kind {
        switch cmark_node_get_type(node) {
        case CMARK_NODE_HEADING: .heading
        case CMARK_NODE_LIST: .list
        case CMARK_NODE_BLOCK_QUOTE: .quote
        case CMARK_NODE_CODE_BLOCK: .code(literal(node), isTyped: isTyped(node))
        case CMARK_NODE_HTML_BLOCK: .html(literal(node))
        case CMARK_NODE_THEMATIC_BREAK: .rule
        // A node of an extension has no constant that Swift can match.
        default: String(cString: cmark_node_get_type_string(node)) == "table" ? .table : .paragraph
        }
    }

    /// Whether a block of code is to be typed: it has a fence, and no word behind it that says what else it is.
    private static func isTyped(_ code: OpaquePointer) -> Bool {
        var length: Int32 = 0
        var offset: Int32 = 0
        var mark: CChar = 0
        guard cmark_node_get_fenced(code, &length, &offset, &mark) != 0 else { return false }
        return cmark_node_get_fence_info(code).map { $0.pointee == 0 } ?? true
    }

    static func children(of node: OpaquePointer) -> [OpaquePointer] {
        Array(
            sequence(state: cmark_node_first_child(node)) { next in
                defer { next = next.flatMap { cmark_node_next($0) } }
                return next
            })
    }

    static func literal(_ node: OpaquePointer) -> String {
        cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    }

    /// All text below a node, without structure. It needs no stack of its own, however deep the nodes are.
    static func text(_ node: OpaquePointer) -> String {
        guard let iterator = cmark_iter_new(node) else { return "" }
        defer { cmark_iter_free(iterator) }
        var text = ""
        while case let event = cmark_iter_next(iterator), event != CMARK_EVENT_DONE {
            guard event == CMARK_EVENT_ENTER, let current = cmark_iter_get_node(iterator) else { continue }
            switch cmark_node_get_type(current) {
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
            default: text += literal(current)
            }
        }
        return text
    }

    /// The columns of a table whose cells are aligned to the right.
    static func rightColumns(of table: OpaquePointer) -> Set<Int> {
        guard let alignments = cmark_gfm_extensions_get_table_alignments(table) else { return [] }
        let count = Int(cmark_gfm_extensions_get_table_columns(table))
        return Set((0..<count).filter { alignments[$0] == UInt8(ascii: "r") })
    }
}
