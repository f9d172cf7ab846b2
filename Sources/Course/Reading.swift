import DataFiles
import Foundation

/// Opens a data file; a file that cannot be read at all is a complaint like any other.
func openFile(_ url: URL, book: ComplaintBook) -> DataNode? {
    do {
        return try DataFile(url, book: book).root
    } catch {
        error.all.forEach(book.note)
        return nil
    }
}

extension Text {
    /// This text as a template; a tag that cannot be read is noted.
    public func template(_ book: ComplaintBook) -> Template? {
        do {
            return try Template(self)
        } catch {
            book.note(error)
            return nil
        }
    }
}

extension DataMapping {
    /// A required template.
    public func requiredTemplate(_ key: String, _ book: ComplaintBook) -> Template? {
        requiredText(key)?.template(book)
    }

    /// A template that may be left out.
    public func template(_ key: String, _ book: ComplaintBook) -> Template? {
        self[key]?.filledText()?.template(book)
    }
}

extension DataNode {
    /// A list of templates.
    public func templates(_ book: ComplaintBook) -> [Template] {
        list().compactMap { $0.filledText()?.template(book) }
    }

    /// Further reading: `[{title: …, url: …}]`.
    public func readings() -> [Reading] {
        list().compactMap { node in
            guard let entry = node.mapping(keys: ["title", "url"]), let title = entry.requiredText("title"),
                let url = entry.requiredText("url")
            else { return nil }
            return Reading(title: title.string, url: url.string)
        }
    }
}

/// A page worth reading.
public struct Reading: Sendable, Hashable {
    public var title: String
    public var url: String

    public init(title: String, url: String) {
        self.title = title
        self.url = url
    }
}
