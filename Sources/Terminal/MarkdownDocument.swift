import CMark
import Display
import Foundation

/// CommonMark with tables, read by cmark-gfm.
enum MarkdownDocument {
    /// More characters than any document of a course has: all causes are 400,000. What machines said is bounded where it comes in.
    private static let longest = 20_000_000

    /// Reads a document. What machines have said in it is cleaned first.
    /// - Parameter body: gets the document's node, which is valid as long as it runs, and the extensions that rendering needs.
    /// - Returns: what the body returns; nil when there is no memory for a document.
    static func reading<Result>(
        _ markdown: String, _ body: (_ document: OpaquePointer, _ extensions: UnsafeMutablePointer<cmark_llist>?) -> Result
    ) -> Result? {
        cmark_gfm_core_extensions_ensure_registered()
        let text = Cleaner.text(markdown, limit: longest)
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { return nil }
        defer { cmark_parser_free(parser) }
        if let table = cmark_find_syntax_extension("table") { cmark_parser_attach_syntax_extension(parser, table) }
        cmark_parser_feed(parser, text, text.utf8.count)
        guard let document = cmark_parser_finish(parser) else { return nil }
        defer { cmark_node_free(document) }
        return body(document, cmark_parser_get_syntax_extensions(parser))
    }
}

/// CommonMark with tables, as HTML.
package enum MarkdownHTML {
    /// Renders a document. HTML in it and links that are none are left out, as cmark does by itself.
    package static func render(_ markdown: String) -> String {
        let html = MarkdownDocument.reading(markdown) { document, extensions -> String? in
            guard let html = cmark_render_html(document, CMARK_OPT_DEFAULT, extensions) else { return nil }
            defer { free(html) }
            return String(cString: html)
        }
        return (html ?? nil) ?? ""
    }
}
