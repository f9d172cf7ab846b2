import CMark
import Foundation

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
