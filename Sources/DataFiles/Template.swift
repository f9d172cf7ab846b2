import Foundation
import Mustache
import Synchronization

/// A text with Mustache tags, rendered as plain text: nothing is escaped for HTML.
///
/// Tags for variables and sections are allowed; partials, changed delimiters and pragmas are not, so that
/// ``missing(in:)`` can say for every tag whether its value exists.
package struct Template: Sendable, Hashable {
    package let source: Text
    private let tags: [Tag]
    /// Whether its tags are variables only: then there is nothing to compile.
    private let isSimple: Bool
    private let compiled: Compiled

    private struct Tag: Sendable, Hashable {
        enum Kind: Sendable { case variable, section, inverted, close }
        var kind: Kind
        var name: String
        /// The bytes of the tag in the text, with its braces.
        var bytes: Range<Int>
    }

    package static func == (left: Template, right: Template) -> Bool { left.source == right.source }
    package func hash(into hasher: inout Hasher) { hasher.combine(source) }

    /// - Throws: a `Complaint` with the place of a tag that is not closed or not allowed.
    package init(_ source: Text) throws(Complaint) {
        self.source = source
        let (tags, hasComments) = try Self.scan(source)
        self.tags = tags
        isSimple = !hasComments && tags.allSatisfy { $0.kind == .variable }
        compiled = tags.isEmpty ? .none : Compiled()
    }

    /// A template from a text in the program itself. Text that is not a template is taken as it is.
    package init(verbatim text: String) {
        source = Text(text, at: Place(file: "lab", line: 1, column: 1))
        tags = []
        isSimple = true
        compiled = .none
    }

    /// How often the library has read the text.
    var timesCompiled: Int { compiled.times.load(ordering: .relaxed) }

    /// The names of the values that it quotes.
    package var names: Set<String> { Set(tags.filter { $0.kind == .variable }.map(\.name)) }

    /// The sections that it has, in their order, with their places.
    package var sections: [(name: Text, isInverted: Bool)] {
        tags.filter { $0.kind == .section || $0.kind == .inverted }.map { (Text($0.name, at: place(of: $0)), $0.kind == .inverted) }
    }

    /// The text with the values put in. A variable without a value stays in the text as it is written: a command with a hole in it
    /// may do something else. ``missing(in:)`` finds it first.
    package func render(_ values: Value) -> String {
        guard !tags.isEmpty else { return source.string }
        if isSimple, let text = fillIn(values) { return text }
        let holes = unresolved(in: values).filter { $0.kind == .variable }
        guard holes.isEmpty else { return render(values, leaving: holes) }
        guard let template = try? compiled.template(source.string) else { return source.string }
        return template.render(reachable(values))
    }

    /// Puts each value in the place of its tag, as the library does with variables.
    /// - Returns: nil if a value is no text: what it looks like is the library's to say.
    private func fillIn(_ values: Value) -> String? {
        var text = source.string
        return text.withUTF8 { bytes -> String? in
            var filled: [UInt8] = []
            filled.reserveCapacity(bytes.count + 64)
            var here = 0
            for tag in tags {
                filled += bytes[here..<tag.bytes.lowerBound]
                switch Self.lookup(tag.name, in: [values]) {
                case .text(let text): filled += text.utf8
                case nil: filled += bytes[tag.bytes]
                case .map, .list: return nil
                }
                here = tag.bytes.upperBound
            }
            filled += bytes[here...]
            return String(decoding: filled, as: UTF8.self)
        }
    }

    private func render(_ values: Value, leaving holes: [Tag]) -> String {
        var bytes = Array(source.string.utf8)
        // The sign is none that a text file has; it is what stands for the tag while the others are replaced.
        for tag in holes.reversed() { bytes.replaceSubrange(tag.bytes, with: [0x01] + bytes[tag.bytes].dropFirst(2).dropLast(2) + [0x02]) }
        guard let template = try? Compiled.compile(String(decoding: bytes, as: UTF8.self)) else { return source.string }
        return template.render(reachable(values)).replacing("\u{1}", with: "{{").replacing("\u{2}", with: "}}")
    }

    /// Only what a tag can reach: the values of a lab are many, and most texts quote one or two.
    private func reachable(_ values: Value) -> Any {
        guard case .map(let map) = values else { return values.forMustache }
        var reachable: [String: Any] = [:]
        for tag in tags {
            let root = tag.name.prefix { $0 != "." }
            if let value = map[String(root)], reachable[String(root)] == nil { reachable[String(root)] = value.forMustache }
        }
        return reachable
    }

    /// The tags that have no value among `values`, each as a complaint at its place.
    package func missing(in values: Value) -> [Complaint] {
        let complaints = unresolved(in: values) { tag, scopes in
            let names = Set(scopes.flatMap { Array($0.flattened.keys) })
            return Complaint(
                place(of: tag), "there is no value '\(tag.name)'",
                expected: "a value of the lab, its platforms, machines or this query", nearest: nearestName(to: tag.name, among: names))
        }
        guard complaints.isEmpty, !tags.isEmpty else { return complaints }
        do {
            _ = try compiled.template(source.string)
            return []
        } catch {
            return [Complaint(source.place, "the template cannot be read: \(error)")]
        }
    }

    private func unresolved(in values: Value) -> [Tag] { unresolved(in: values) { tag, _ in tag } }

    /// What to make of each tag that has no value, and of the scopes that it is in.
    private func unresolved<Found>(in values: Value, _ make: (Tag, [Value]) -> Found) -> [Found] {
        var unresolved: [Found] = []
        var scopes: [Value] = [values]
        for tag in tags {
            if tag.kind == .close {
                scopes.removeLast()
                continue
            }
            let found = Self.lookup(tag.name, in: scopes)
            if found == nil { unresolved.append(make(tag, scopes)) }
            switch tag.kind {
            case .section:
                if case .list(let list)? = found, let first = list.first { scopes.append(first) } else { scopes.append(found ?? .map([:])) }
            case .inverted: scopes.append(.map([:]))
            case .variable, .close: break
            }
        }
        return unresolved
    }

    private static func lookup(_ name: String, in scopes: [Value]) -> Value? {
        if name == "." { return scopes.last }
        let path = name.split(separator: ".").map(String.init)
        guard let first = path.first, let start = scopes.reversed().lazy.compactMap({ $0[first] }).first else { return nil }
        return path.dropFirst().reduce(start) { value, key in value?[key] }
    }

    private func place(of tag: Tag) -> Place { Self.place(of: tag.bytes.lowerBound, in: source) }

    private static func place(of byte: Int, in source: Text) -> Place {
        let before = String(decoding: source.string.utf8.prefix(byte), as: UTF8.self)
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        return source.place(line: lines.count - 1, column: (lines.last?.count ?? 0) + 1)
    }

    private static func scan(_ source: Text) throws(Complaint) -> (tags: [Tag], hasComments: Bool) {
        let (brace, end, newline) = (UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\n"))
        // Most texts have no tag, and a course has thousands of them.
        var last: UInt8 = 0
        let hasTags = source.string.utf8.contains { byte in
            defer { last = byte }
            return byte == brace && last == brace
        }
        guard hasTags else { return ([], false) }
        var hasComments = false
        let bytes = Array(source.string.utf8)
        var tags: [Tag] = []
        var open: [Tag] = []
        var here = 0
        while here + 1 < bytes.count {
            guard bytes[here] == brace, bytes[here + 1] == brace else {
                here += 1
                continue
            }
            var close = here + 2
            while close + 1 < bytes.count, bytes[close] != newline, bytes[close] != end || bytes[close + 1] != end { close += 1 }
            guard close + 1 < bytes.count, bytes[close] == end else {
                throw Complaint(place(of: here, in: source), "this tag is not closed on its line", expected: "}}")
            }
            let range = here..<close + 2
            here = range.upperBound
            let inner = trimmed(String(decoding: bytes[range.lowerBound + 2..<close], as: UTF8.self))
            if inner.first == "!" {
                hasComments = true
                continue
            }
            let tag = try read(inner, at: range, in: source)
            switch tag.kind {
            case .variable: break
            case .section, .inverted: open.append(tag)
            case .close:
                guard let last = open.popLast(), last.name == tag.name else {
                    throw Complaint(
                        place(of: range.lowerBound, in: source), "'{{/\(tag.name)}}' does not close a section",
                        expected: "the name of the open section")
                }
            }
            tags.append(tag)
        }
        if let left = open.last {
            throw Complaint(
                place(of: left.bytes.lowerBound, in: source), "the section '\(left.name)' is not closed", expected: "{{/\(left.name)}}")
        }
        return (tags, hasComments)
    }

    /// Without blanks at its ends. Few tags have any, and Foundation's way there is long.
    private static func trimmed(_ text: String) -> String {
        func isPlain(_ byte: UInt8?) -> Bool { byte.map { (0x21...0x7E).contains($0) } ?? true }
        return isPlain(text.utf8.first) && isPlain(text.utf8.last) ? text : text.trimmingCharacters(in: .whitespaces)
    }

    /// - Parameter inner: what is between the braces.
    private static func read(_ inner: String, at bytes: Range<Int>, in source: Text) throws(Complaint) -> Tag {
        let kind: Tag.Kind
        switch inner.first {
        case "#": kind = .section
        case "^": kind = .inverted
        case "/": kind = .close
        case ">", "=", "%", "<", "$", "&", "{", "*", nil:
            throw Complaint(
                place(of: bytes.lowerBound, in: source), "this kind of tag is not used here",
                expected: "{{name}}, {{#name}}, {{^name}} or {{/name}}")
        default: kind = .variable
        }
        let name = kind == .variable ? inner : trimmed(String(inner.dropFirst()))
        let isName =
            name == "."
            || name.unicodeScalars.allSatisfy {
                $0 == "." || $0 == "_" || $0 == "-" || ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0.properties.isAlphabetic
            }
        guard isName else {
            throw Complaint(
                place(of: bytes.lowerBound, in: source), "'{{\(name)}}' is not the name of a value",
                expected: "{{name}} or {{name.of.it}}; expressions are not known here")
        }
        return Tag(kind: kind, name: name, bytes: bytes)
    }
}

extension Template {
    /// What the library makes of a text: once, when it is first rendered. Most texts of a course never are.
    private final class Compiled: Sendable {
        static let none = Compiled()
        private let made = Mutex<MustacheTemplate?>(nil)
        /// How often that was done, for a test.
        let times = Atomic(0)

        /// - Throws: the library's error for a text that it cannot read.
        func template(_ text: String) throws -> MustacheTemplate {
            try made.withLock { made in
                if let made { return made }
                let template = try Self.compile(text)
                times.add(1, ordering: .relaxed)
                made = template
                return template
            }
        }

        static func compile(_ text: String) throws -> MustacheTemplate {
            try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + text)
        }
    }
}
