import DataFiles

/// A student's own values: the name that they are drawn from, and what is drawn.
package struct Variant: Sendable, Hashable {
    /// The student's name, or any other. The same name draws the same values.
    package var name: Text
    package var variety: Variety

    package init(name: Text, variety: Variety = .all) {
        self.name = name
        self.variety = variety
    }

    /// Whether a text can name a variant: it is a line of what is drawn from.
    package static func isName(_ text: String) -> Bool {
        let others: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator, .paragraphSeparator]
        return text.unicodeScalars.count <= 128 && !text.isEmpty
            && text.unicodeScalars.allSatisfy { !others.contains($0.properties.generalCategory) }
    }

    /// What ``isName(_:)`` accepts, in words.
    package static let nameRule = "a name of up to 128 signs on one line"

    /// Reads `variant:`; what is wrong goes to the book.
    package static func readName(_ node: DataNode?, _ book: ComplaintBook) -> Text? {
        guard let text = node?.filledText() else { return nil }
        if isName(text.string) { return text }
        book.note(text.place, "this is not valid as the name of a variant", expected: nameRule)
        return nil
    }
}

/// What is drawn of what a lab lets vary: `vary:` of a class file, a group, a student or `machines.yaml`.
package struct Variety: Sendable, Hashable {
    /// Whether all that the lab lets vary is drawn, less what `entries` say otherwise.
    package var isAll: Bool
    /// By the name of the lab's entry.
    package var entries: [String: Entry] = [:]
    /// Whether it begins anew, or else changes what is said for more students.
    var isWhole = true

    package enum Entry: Sendable, Hashable {
        /// As the lab says.
        case drawn(Place)
        /// Not at all.
        case left(Place)
        /// From something else than the lab says.
        case other(Variation)
    }

    package static let all = Variety(isAll: true)
    package static let none = Variety(isAll: false)

    /// Whether nothing is drawn.
    package var isEmpty: Bool {
        !isAll && !entries.values.contains { if case .left = $0 { false } else { true } }
    }

    /// Reads `vary:`: `true`, `false`, a list of names, or a mapping of names to `true`, `false` or what to draw from instead.
    package static func read(_ node: DataNode, _ book: ComplaintBook) -> Variety? {
        if node.isList {
            let names = node.list().compactMap { $0.filledText() }
            return Variety(isAll: false, entries: Dictionary(names.map { ($0.string, .drawn($0.place)) }) { first, _ in first })
        }
        guard node.isMapping else { return node.bool().map { Variety(isAll: $0) } }
        var variety = Variety(isAll: false, isWhole: false)
        for entry in node.entries()?.entries ?? [] {
            if entry.value.isMapping || entry.value.isList {
                variety.entries[entry.name] = Variation.read(entry.key, entry.value, book).map(Entry.other)
            } else if let isDrawn = entry.value.bool() {
                variety.entries[entry.name] = isDrawn ? .drawn(entry.key.place) : .left(entry.key.place)
            }
        }
        return variety
    }

    /// What holds if this is said for fewer students than the other, such as for a group of a class.
    package func laid(over other: Variety) -> Variety {
        guard !isWhole else { return self }
        return Variety(isAll: other.isAll, entries: other.entries.merging(entries) { $1 })
    }

    /// What is drawn of a lab's variations. Names that the lab does not let vary go to the book.
    func variations(of all: [Variation], _ book: ComplaintBook) -> [Variation] {
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) where !all.contains(where: { $0.name.string == name }) {
            let place: Place
            switch entry {
            case .drawn(let own), .left(let own): place = own
            case .other(let own): place = own.name.place
            }
            let names = all.map(\.name.string)
            book.note(
                place, "the lab does not let '\(name)' vary",
                expected: names.isEmpty ? "'vary:' in its lab.yaml" : "one of \(names.joined(separator: ", "))",
                nearest: nearestName(to: name, among: names))
        }
        return all.compactMap { variation in
            switch entries[variation.name.string] {
            case .other(let own): own.asOf(variation, book)
            case .drawn: variation
            case .left: nil
            case nil: isAll ? variation : nil
            }
        }
    }
}

extension Variation {
    /// This source for the variables of another entry with the same name; nil, and a complaint, if it has no values for them.
    fileprivate func asOf(_ other: Variation, _ book: ComplaintBook) -> Variation? {
        let names = other.variables.map(\.string)
        let isSame = Set(variables.map(\.string)) == Set(names)
        // A list or a range for a group says nothing of its variables: they are the lab's.
        guard isSame || !isGroup else {
            book.note(name.place, "'\(name)' is for other variables here", expected: names.joined(separator: ", "))
            return nil
        }
        if case .pool(let pool) = source, pool.count < names.count {
            book.note(
                name.place, "\(names.count) variables are to differ, and there are \(pool.count) values", expected: "a value for each")
            return nil
        }
        return isSame ? self : Variation(name: name, variables: other.variables, source: source)
    }
}

extension Variety {
    /// The same with an entry for each that a lab has, so that nothing has to be known of what it was laid over.
    package func spelled(for lab: Lab) -> Variety {
        guard isAll, !entries.isEmpty else { return self }
        let all = lab.vary.map { ($0.name.string, Entry.drawn($0.name.place)) }
        return Variety(isAll: false, entries: Dictionary(all) { first, _ in first }.merging(entries) { $1 })
    }
}

extension Variety {
    /// As `vary:` has it, in one line.
    package var yaml: String {
        if entries.isEmpty { return isAll ? "true" : "false" }
        let words = entries.sorted { $0.key < $1.key }.map { name, entry in
            switch entry {
            case .drawn: "\(name): true"
            case .left: "\(name): false"
            case .other(let variation): "\(name): \(variation.yaml)"
            }
        }
        return "{\(words.joined(separator: ", "))}"
    }
}

extension Variation {
    /// As an entry of `vary:`, in one line.
    fileprivate var yaml: String {
        func list(_ texts: [Text]) -> String { "[\(texts.map { "\"\($0)\"" }.joined(separator: ", "))]" }
        let group = isGroup ? "variables: \(list(variables)), " : ""
        switch source {
        case .pool(.values(let values)): return isGroup ? "{\(group)values: \(list(values))}" : list(values)
        case .pool(.numbers(let from, let to, let step, _)): return "{\(group)from: \(from), to: \(to), step: \(step)}"
        case .rows(let rows): return "{\(group)rows: [\(rows.map(list).joined(separator: ", "))]}"
        }
    }
}
