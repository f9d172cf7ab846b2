import DataFiles

/// A page worth reading.
package struct Reading: Sendable, Hashable {
    package var title: String
    package var url: String

    package init(title: String, url: String) {
        self.title = title
        self.url = url
    }
}

extension DataNode {
    /// Further reading: `[{title: …, url: …}]`.
    package func readings() -> [Reading] {
        list().compactMap { node in
            guard let entry = node.mapping(keys: ["title", "url"]), let title = entry.requiredText("title"),
                let url = entry.requiredText("url")
            else { return nil }
            return Reading(title: title.string, url: url.string)
        }
    }
}
