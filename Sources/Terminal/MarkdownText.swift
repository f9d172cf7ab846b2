import CMark
import Display

/// CommonMark with tables, as text for a terminal of some width. A fenced block is for typing: it stands at the left edge, so that it
/// can be copied as it is. A block that only shows something (indented in the document, or with a word behind its fence) is indented by
/// four blanks. Neither is broken into lines of the terminal's width.
package struct MarkdownText {
    /// Containers inside containers beyond this are no longer a document; their text is shown without structure.
    static let deepest = 24

    private let palette: Palette
    private let width: Int
    private var lines: [String] = []
    /// Addresses for which there was no room in the text.
    private var notes: [String] = []
    private var depth = 0

    private init(_ palette: Palette, width: Int) {
        self.palette = palette
        self.width = max(20, width)
    }

    /// Renders a document. What machines have said in it cannot reach the terminal as control sequences.
    /// - Parameter width: the columns of running text.
    package static func render(_ markdown: String, palette: Palette, width: Int) -> String {
        let text = MarkdownDocument.reading(markdown) { document, _ in
            var renderer = MarkdownText(palette, width: width)
            renderer.blocks(of: document, first: "", rest: "")
            renderer.addNotes()
            return renderer.lines.joined(separator: "\n")
        }
        return text ?? Cleaner.text(markdown)
    }

    /// The blocks of a container, with one empty line between them.
    private mutating func blocks(of parent: OpaquePointer, first: String, rest: String, isTight: Bool = false) {
        guard depth < Self.deepest else {
            lines += wrap(MarkdownNode.text(parent), first, rest)
            return
        }
        depth += 1
        defer { depth -= 1 }
        for (index, node) in MarkdownNode.children(of: parent).enumerated() {
            if index > 0, !isTight { lines.append(trimmed(rest)) }
            block(node, first: index == 0 ? first : rest, rest: rest)
        }
    }

    private mutating func block(_ node: OpaquePointer, first: String, rest: String) {
        switch MarkdownNode.kind(of: node) {
        case .heading: lines += wrap(inline(node, rest), first, rest).map { palette.paint($0, .heading) }
        case .list: list(node, first: first, rest: rest)
        case .quote: blocks(of: node, first: first + "| ", rest: rest + "| ")
        case .code(let text, let isTyped):
            mark(first, rest)
            code(text, before: isTyped ? "" : rest + "    ")
        case .html(let text):
            guard !text.hasPrefix("<!--") else { return }
            mark(first, rest)
            code(text, before: rest + "    ")
        case .rule:
            mark(first, rest)
            lines.append(rest + palette.paint(String(repeating: "-", count: min(20, width)), .quiet))
        case .table:
            mark(first, rest)
            table(node, rest)
        case .paragraph: lines += wrap(inline(node, rest), first, rest)
        }
    }

    /// The mark of a list item is alone on its line if what follows has no room beside it.
    private mutating func mark(_ first: String, _ rest: String) {
        if first != rest { lines.append(trimmed(first)) }
    }

    private mutating func code(_ text: String, before lead: String) {
        let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = trimmed(String(line))
            lines.append(bare.isEmpty ? trimmed(lead) : lead + palette.paint(bare, .command))
        }
    }

    private mutating func list(_ node: OpaquePointer, first: String, rest: String) {
        let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
        let isTight = cmark_node_get_list_tight(node) != 0
        let start = Int(cmark_node_get_list_start(node))
        let items = MarkdownNode.children(of: node)
        let room = isOrdered ? "\(start + items.count - 1). ".count : 2
        for (index, item) in items.enumerated() {
            if index > 0, !isTight { lines.append(trimmed(rest)) }
            let lead = (index == 0 ? first : rest) + (isOrdered ? Layout.pad("\(start + index). ", room) : "- ")
            if cmark_node_first_child(item) == nil { lines.append(trimmed(lead)) }
            blocks(of: item, first: lead, rest: rest + Layout.blanks(room), isTight: isTight)
        }
    }

    private mutating func table(_ node: OpaquePointer, _ rest: String) {
        let rows = MarkdownNode.children(of: node).map { row in
            MarkdownNode.children(of: row).map { inline($0, rest).replacing("\n", with: " ") }
        }
        guard let heading = rows.first else { return }
        let table = Layout.table(
            Array(rows.dropFirst()), heading: heading.map { palette.paint($0, .strong) }, width: width, indent: rest + "  ",
            cellLines: .max, right: MarkdownNode.rightColumns(of: node))
        lines += table.map { $0.replacing(MarkdownInline.glue, with: " ") }
    }

    private mutating func addNotes() {
        guard !notes.isEmpty else { return }
        lines.append("")
        for (index, url) in notes.enumerated() { lines.append(palette.paint("[\(index + 1)] \(url)", .quiet)) }
    }

    private mutating func inline(_ node: OpaquePointer, _ rest: String) -> String {
        var inline = MarkdownInline(palette, room: max(8, width - Layout.width(rest)), notes: notes)
        defer { notes = inline.notes }
        return inline.text(of: node)
    }

    private func wrap(_ text: String, _ first: String, _ rest: String) -> [String] {
        let wrapped = Layout.wrap(text, width: width, first: first, rest: rest)
        return wrapped.map { $0.replacing(MarkdownInline.glue, with: " ") }
    }

    private func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
