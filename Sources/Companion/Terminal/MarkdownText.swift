import CMark

/// CommonMark with tables, as text for a terminal of some width. Code blocks are indented by four blanks and nothing
/// else, so that they can be copied.
public struct MarkdownText {
    private let palette: Palette
    private let width: Int
    private var lines: [String] = []

    public init(_ palette: Palette, width: Int) {
        self.palette = palette
        self.width = max(20, width)
    }

    /// Renders a document.
    public static func render(_ markdown: String, palette: Palette, width: Int) -> String {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return markdown }
        defer { cmark_parser_free(parser) }
        if let table = cmark_find_syntax_extension("table") { cmark_parser_attach_syntax_extension(parser, table) }
        let text = Cleaner.text(markdown)
        cmark_parser_feed(parser, text, text.utf8.count)
        guard let document = cmark_parser_finish(parser) else { return text }
        defer { cmark_node_free(document) }
        var renderer = MarkdownText(palette, width: width)
        renderer.blocks(of: document, first: "", rest: "")
        return renderer.lines.joined(separator: "\n")
    }

    /// The blocks of a container, with one empty line between them.
    private mutating func blocks(of parent: OpaquePointer, first: String, rest: String, isTight: Bool = false) {
        var isFirst = true
        var child = cmark_node_first_child(parent)
        while let node = child {
            if !isFirst, !isTight { lines.append("") }
            block(node, first: isFirst ? first : rest, rest: rest)
            isFirst = false
            child = cmark_node_next(node)
        }
    }

    private mutating func block(_ node: OpaquePointer, first: String, rest: String) {
        switch cmark_node_get_type(node) {
        case CMARK_NODE_HEADING:
            lines += Layout.wrap(inline(node), width: width, first: first, rest: rest).map { palette.paint($0, .heading) }
        case CMARK_NODE_CODE_BLOCK, CMARK_NODE_HTML_BLOCK:
            for line in literal(node).split(separator: "\n", omittingEmptySubsequences: false).dropLast(literal(node).hasSuffix("\n") ? 1 : 0) {
                lines.append(line.isEmpty ? "" : rest + "    " + palette.paint(String(line), .command))
            }
        case CMARK_NODE_LIST: list(node, first: first, rest: rest)
        case CMARK_NODE_BLOCK_QUOTE: blocks(of: node, first: first + "| ", rest: rest + "| ")
        case CMARK_NODE_THEMATIC_BREAK: lines.append(rest + palette.paint(String(repeating: "-", count: min(20, width)), .quiet))
        default:
            if String(cString: cmark_node_get_type_string(node)) == "table" {
                table(node, indent: rest)
            } else {
                lines += Layout.wrap(inline(node), width: width, first: first, rest: rest)
            }
        }
    }

    private mutating func list(_ node: OpaquePointer, first: String, rest: String) {
        let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
        let isTight = cmark_node_get_list_tight(node) != 0
        var number = Int(cmark_node_get_list_start(node))
        var isFirst = true
        var child = cmark_node_first_child(node)
        while let item = child {
            if !isFirst, !isTight { lines.append("") }
            let mark = isOrdered ? "\(number). " : "- "
            blocks(of: item, first: (isFirst ? first : rest) + mark, rest: rest + String(repeating: " ", count: mark.count), isTight: isTight)
            number += 1
            isFirst = false
            child = cmark_node_next(item)
        }
    }

    /// A table whose last column may run over several lines.
    private mutating func table(_ node: OpaquePointer, indent: String) {
        var rows: [[String]] = []
        var row = cmark_node_first_child(node)
        while let line = row {
            var cells: [String] = []
            var cell = cmark_node_first_child(line)
            while let one = cell {
                cells.append(inline(one))
                cell = cmark_node_next(one)
            }
            rows.append(cells)
            row = cmark_node_next(line)
        }
        let count = rows.map(\.count).max() ?? 0
        guard count > 0 else { return }
        let widths = (0..<count - 1).map { column in rows.map { $0.count > column ? Layout.width($0[column]) : 0 }.max() ?? 0 }
        let hanging = indent + String(repeating: " ", count: 2 + widths.reduce(0, +) + 2 * (count - 1))
        for (index, cells) in rows.enumerated() {
            let lead = indent + "  " + cells.dropLast().enumerated().map { Layout.pad($1, widths[$0]) + "  " }.joined()
            let wrapped = Layout.wrap(cells.last ?? "", width: width, first: lead, rest: hanging)
            lines += index == 0 ? wrapped.map { palette.paint($0, .strong) } : wrapped
        }
    }

    private func literal(_ node: OpaquePointer) -> String {
        cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    }

    /// The text of a block's inlines. A style covers each word by itself, so that lines can be broken between words.
    private func inline(_ parent: OpaquePointer, style: Style = .plain) -> String {
        var text = ""
        var child = cmark_node_first_child(parent)
        while let node = child {
            switch cmark_node_get_type(node) {
            case CMARK_NODE_TEXT: text += painted(literal(node), style)
            case CMARK_NODE_SOFTBREAK: text += " "
            case CMARK_NODE_LINEBREAK: text += "\n"
            case CMARK_NODE_CODE: text += painted(literal(node), .code)
            case CMARK_NODE_EMPH: text += inline(node, style: .emphasis)
            case CMARK_NODE_STRONG: text += inline(node, style: .strong)
            case CMARK_NODE_LINK:
                let url = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
                let label = inline(node, style: .link)
                text += label + (url.isEmpty || label.contains(url) ? "" : " (\(url))")
            default: text += inline(node, style: style)
            }
            child = cmark_node_next(node)
        }
        return text
    }

    private func painted(_ text: String, _ style: Style) -> String {
        guard style != .plain, palette.hasColour else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false).map { palette.paint(String($0), style) }.joined(separator: " ")
    }
}
