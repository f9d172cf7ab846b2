import DataFiles

/// A shell function that several probes call. It is defined before a probe whose code names it.
package struct ProbeFunction: Sendable, Hashable {
    package var name: String
    package var place: Place
    package var about: String
    /// What is between its braces.
    package var body: Template

    /// Reads one entry of `functions:`.
    static func read(_ node: DataNode, book: ComplaintBook) -> ProbeFunction? {
        guard let entry = node.mapping(keys: ["function", "about", "sh"]) else { return nil }
        let name = entry.requiredName("function")
        let about = entry.requiredText("about")
        guard let body = entry.template("sh", book), let name, let about else { return nil }
        if name.string.contains("-") { book.note(name.place, "'\(name.string)' cannot name a shell function", expected: "a name with '_'") }
        return ProbeFunction(name: name.string, place: name.place, about: about.string, body: body)
    }

    /// Its definition.
    func text(_ values: Value) -> String { "\(name)() {\n\(body.render(values))\n}" }

    /// Those that a probe's code names, and those that these name, each before the one that calls it.
    static func called(by code: Template, of all: [ProbeFunction]) -> [ProbeFunction] {
        var found: [ProbeFunction] = []
        func take(_ code: Template) {
            let words = Set(code.source.string.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
            for function in all where words.contains(function.name[...]) && !found.contains(where: { $0.name == function.name }) {
                take(function.body)
                if !found.contains(where: { $0.name == function.name }) { found.append(function) }
            }
        }
        take(code)
        return found
    }
}
