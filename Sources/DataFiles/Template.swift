import Foundation
import Mustache

/// A text with Mustache tags, rendered as plain text: nothing is escaped for HTML.
///
/// Tags for variables and sections are allowed; partials, changed delimiters and pragmas are not, so that
/// ``missing(in:)`` can say for every tag whether its value exists.
package struct Template: Sendable, Hashable {
    package let source: Text
    private let compiled: MustacheTemplate?
    private let tags: [Tag]
    /// The first parts of the tags' names.
    private let roots: Set<String>

    private struct Tag: Sendable, Hashable {
        enum Kind: Sendable { case variable, section, inverted, close }
        var kind: Kind
        var name: String
        var line: Int
        var column: Int
    }

    package static func == (left: Template, right: Template) -> Bool { left.source == right.source }
    package func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// - Throws: a `Complaint` with the place of a tag that is not closed or not allowed.
    package init(_ source: Text) throws(Complaint) {
        self.source = source
        tags = try Self.scan(source)
        roots = Set(tags.compactMap { $0.name.split(separator: ".").first.map(String.init) })
        if tags.isEmpty {
            compiled = nil
            return
        }
        do {
            compiled = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + source.string)
        } catch let error as MustacheTemplate.ParserError {
            let place = source.place(line: error.context.lineNumber - 2, column: error.context.columnNumber)
            throw Complaint(place, "the template cannot be read: \(error.error)", expected: "closed {{tags}} and sections")
        } catch {
            throw Complaint(source.place, "the template cannot be read: \(error)")
        }
    }

    /// A template from a text in the program itself. Text that is not a template is taken as it is.
    package init(verbatim text: String) {
        source = Text(text, at: Place(file: "lab", line: 1, column: 1))
        tags = []
        roots = []
        compiled = nil
    }

    /// The names of the values that it quotes.
    package var names: Set<String> { Set(tags.filter { $0.kind == .variable }.map(\.name)) }

    /// The text with the values put in. A name without a value renders as nothing: ``missing(in:)`` finds it first.
    package func render(_ values: Value) -> String {
        guard let compiled else { return source.string }
        guard case .map(let map) = values else { return compiled.render(values.forMustache) }
        // Only what a tag can reach: the values of a lab are many, and most texts quote one or two.
        return compiled.render(map.filter { roots.contains($0.key) }.mapValues(\.forMustache))
    }

    /// The tags that have no value among `values`, each as a complaint at its place.
    package func missing(in values: Value) -> [Complaint] {
        var complaints: [Complaint] = []
        var scopes: [Value] = [values]
        for tag in tags {
            if tag.kind == .close {
                scopes.removeLast()
                continue
            }
            let found = Self.lookup(tag.name, in: scopes)
            if found == nil {
                let names = Set(scopes.flatMap { Array($0.flattened.keys) })
                complaints.append(
                    Complaint(
                        source.place(line: tag.line, column: tag.column), "there is no value '\(tag.name)'",
                        expected: "a value of the lab, its platforms, machines or this query",
                        nearest: nearestName(to: tag.name, among: names)))
            }
            switch tag.kind {
            case .section:
                if case .list(let list)? = found, let first = list.first { scopes.append(first) } else { scopes.append(found ?? .map([:])) }
            case .inverted: scopes.append(.map([:]))
            case .variable, .close: break
            }
        }
        return complaints
    }

    private static func lookup(_ name: String, in scopes: [Value]) -> Value? {
        if name == "." { return scopes.last }
        let path = name.split(separator: ".").map(String.init)
        guard let first = path.first, let start = scopes.reversed().lazy.compactMap({ $0[first] }).first else { return nil }
        return path.dropFirst().reduce(start) { value, key in value?[key] }
    }

    private static func scan(_ source: Text) throws(Complaint) -> [Tag] {
        var tags: [Tag] = []
        var open: [Tag] = []
        for (line, text) in source.string.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var rest = text[...]
            while let start = rest.range(of: "{{") {
                let column = text.distance(from: text.startIndex, to: start.lowerBound) + 1
                let place = source.place(line: line, column: column)
                guard let end = rest.range(of: "}}", range: start.upperBound..<rest.endIndex) else {
                    throw Complaint(place, "this tag is not closed on its line", expected: "}}")
                }
                var inner = rest[start.upperBound..<end.lowerBound].trimmingCharacters(in: .whitespaces)
                rest = rest[end.upperBound...]
                let kind: Tag.Kind
                switch inner.first {
                case "#": kind = .section
                case "^": kind = .inverted
                case "/": kind = .close
                case "!": continue
                case ">", "=", "%", "<", "$", "&", "{", "*", nil:
                    throw Complaint(place, "this kind of tag is not used here", expected: "{{name}}, {{#name}}, {{^name}} or {{/name}}")
                default: kind = .variable
                }
                if kind != .variable { inner = inner.dropFirst().trimmingCharacters(in: .whitespaces) }
                guard
                    inner == "."
                        || inner.unicodeScalars.allSatisfy({
                            $0 == "." || $0 == "_" || $0 == "-" || $0.properties.isAlphabetic || ("0"..."9").contains($0)
                        })
                else {
                    throw Complaint(
                        place, "'{{\(inner)}}' is not the name of a value",
                        expected: "{{name}} or {{name.of.it}}; expressions are not known here")
                }
                let tag = Tag(kind: kind, name: inner, line: line, column: column)
                if kind == .section || kind == .inverted { open.append(tag) }
                if kind == .close {
                    guard let last = open.popLast(), last.name == inner else {
                        throw Complaint(place, "'{{/\(inner)}}' does not close a section", expected: "the name of the open section")
                    }
                }
                tags.append(tag)
            }
        }
        if let left = open.last {
            throw Complaint(
                source.place(line: left.line, column: left.column), "the section '\(left.name)' is not closed",
                expected: "{{/\(left.name)}}")
        }
        return tags
    }
}
