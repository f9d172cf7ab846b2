import CMark
import Display

/// The running text of a block, with its styles.
struct MarkdownInline {
    /// A blank at which no line is broken.
    static let glue = "\u{A0}"

    private let palette: Palette
    /// The columns of a line.
    private let room: Int
    /// Addresses that come at the end of the document.
    private(set) var notes: [String]
    private var depth = 0

    init(_ palette: Palette, room: Int, notes: [String]) {
        self.palette = palette
        self.room = room
        self.notes = notes
    }

    mutating func text(of parent: OpaquePointer) -> String {
        guard depth < MarkdownText.deepest else { return MarkdownNode.text(parent) }
        depth += 1
        defer { depth -= 1 }
        return MarkdownNode.children(of: parent).map { part($0) }.joined()
    }

    private mutating func part(_ node: OpaquePointer) -> String {
        switch cmark_node_get_type(node) {
        case CMARK_NODE_TEXT, CMARK_NODE_HTML_INLINE: MarkdownNode.literal(node)
        case CMARK_NODE_SOFTBREAK: " "
        case CMARK_NODE_LINEBREAK: "\n"
        case CMARK_NODE_CODE: code(MarkdownNode.literal(node))
        case CMARK_NODE_EMPH: palette.paint(text(of: node), .emphasis)
        case CMARK_NODE_STRONG: palette.paint(text(of: node), .strong)
        case CMARK_NODE_LINK, CMARK_NODE_IMAGE: link(node)
        default: text(of: node)
        }
    }

    /// A command that is broken over two lines cannot be copied; a long one has to be.
    private func code(_ text: String) -> String {
        let isShort = Layout.width(text) <= room / 2
        return palette.paint(isShort ? text.replacing(" ", with: Self.glue) : text, .code)
    }

    /// The address comes after the link's text if one line holds both, else at the end of the document.
    private mutating func link(_ node: OpaquePointer) -> String {
        let url = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
        let plain = MarkdownNode.text(node)
        let label = palette.paint(text(of: node), .link)
        if plain == url || "mailto:" + plain == url || url.isEmpty { return label }
        if plain.isEmpty { return palette.paint(url, .link) }
        if Layout.width(plain) + 3 + Layout.width(url) <= room { return "\(label) \(palette.paint("(\(url))", .quiet))" }
        let number = notes.firstIndex(of: url).map { $0 + 1 } ?? notes.count + 1
        if number > notes.count { notes.append(url) }
        return "\(label) \(palette.paint("[\(number)]", .quiet))"
    }
}
