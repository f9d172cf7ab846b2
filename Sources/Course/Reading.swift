import DataFiles

/// A page worth reading.
public struct Reading: Sendable, Hashable {
    public var title: String
    public var url: String

    public init(title: String, url: String) {
        self.title = title
        self.url = url
    }
}

extension DataNode {
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
