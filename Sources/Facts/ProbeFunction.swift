import DataFiles
import Glibc

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
            for function in all where function.isNamed(in: code.source.string) && !found.contains(where: { $0.name == function.name }) {
                take(function.body)
                if !found.contains(where: { $0.name == function.name }) { found.append(function) }
            }
        }
        take(code)
        return found
    }

    /// Whether its name is a word of a text. All code of a course is searched at each start: by bytes, as taking it apart into words
    /// would be a fifth of reading the course.
    private func isNamed(in text: String) -> Bool {
        var (text, name) = (text, name)
        return text.withUTF8 { text in
            name.withUTF8 { name in
                func isWord(_ index: Int) -> Bool {
                    guard text.indices.contains(index) else { return false }
                    let scalar = UnicodeScalar(text[index])
                    return scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                }
                guard let start = text.baseAddress, let sought = name.baseAddress, let first = name.first else { return false }
                var from = 0
                while from < text.count, let place = memchr(start + from, Int32(first), text.count - from) {
                    let index = UnsafeRawPointer(place) - UnsafeRawPointer(start)
                    let isHere = text.count - index >= name.count && memcmp(place, sought, name.count) == 0
                    if isHere, !isWord(index - 1), !isWord(index + name.count) { return true }
                    from = index + 1
                }
                return false
            }
        }
    }
}
