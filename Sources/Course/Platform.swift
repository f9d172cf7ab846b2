import DataFiles
import Foundation

/// An operating system flavour: the paths, packages and service names that the course's commands need there.
package struct Platform: Sendable, Hashable {
    package var name: String
    package var title: String
    /// Two levels of texts, such as `pg.service`; the lab's variables are already put in.
    package var values: Value

    package init(name: String, title: String, values: Value) {
        self.name = name
        self.title = title
        self.values = values
    }

    /// Reads `platforms/NAME.yaml`; what is wrong goes to the book.
    static func load(_ url: URL, variables: Value, book: ComplaintBook) -> Platform? {
        guard let root = DataFile.open(url, book: book), let file = root.mapping(keys: ["format", "platform", "title", "values"])
        else { return nil }
        file.checkFormat()
        guard let name = file.requiredName("platform"), let title = file.requiredText("title"),
            let groups = file.required("values")?.entries()
        else { return nil }
        if name.string != url.deletingPathExtension().lastPathComponent {
            book.note(name.place, "platform '\(name.string)' stands in \(url.lastPathComponent)", expected: "\(name.string).yaml")
        }
        var values: [String: Value] = [:]
        for group in groups.entries {
            var texts: [String: Value] = [:]
            for entry in group.value.entries()?.entries ?? [] {
                guard let text = entry.value.text(), let template = text.template(book) else { continue }
                template.missing(in: variables).forEach(book.note)
                texts[entry.name] = .text(template.render(variables))
            }
            values[group.name] = .map(texts)
        }
        return Platform(name: name.string, title: title.string, values: .map(values))
    }
}
