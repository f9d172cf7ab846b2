extension Text {
    /// This text as a template; a tag that cannot be read is noted.
    package func template(_ book: ComplaintBook) -> Template? {
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
    package func requiredTemplate(_ key: String, _ book: ComplaintBook) -> Template? {
        requiredText(key)?.template(book)
    }

    /// A template that may be left out.
    package func template(_ key: String, _ book: ComplaintBook) -> Template? {
        self[key]?.filledText()?.template(book)
    }
}

extension DataNode {
    /// A list of templates.
    package func templates(_ book: ComplaintBook) -> [Template] {
        list().compactMap { $0.filledText()?.template(book) }
    }
}
