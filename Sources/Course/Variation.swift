import DataFiles
import Foundation

/// An entry of `vary:`: variables of a lab, and what their values are drawn from.
package struct Variation: Sendable, Hashable {
    /// That of the variable, or of the group.
    package var name: Text
    /// One, or those of a group.
    package var variables: [Text]
    package var source: Source

    package enum Source: Sendable, Hashable {
        /// A value for the one variable, or another one for each variable of a group.
        case pool(Pool)
        /// One of these rows, with a value for each variable of the group.
        case rows([[Text]])
    }

    /// What is drawn from.
    package enum Pool: Sendable, Hashable {
        case values([Text])
        /// Numbers with the same distance; the place is that of the range.
        case numbers(from: Int, to: Int, step: Int, Place)

        package var count: Int {
            switch self {
            case .values(let values): values.count
            case .numbers(let from, let to, let step, _): (to - from) / step + 1
            }
        }

        /// The value with this index, from 0.
        subscript(_ index: Int) -> Text {
            switch self {
            case .values(let values): values[index]
            case .numbers(let from, _, let step, let place): Text(String(from + index * step), at: place)
            }
        }

        /// All values, or of a range its ends: enough to know whether they fit.
        var ends: [Text] {
            switch self {
            case .values(let values): values
            case .numbers: [self[0], self[count - 1]]
            }
        }
    }

    /// Whether it is about several variables.
    var isGroup: Bool { variables.map(\.string) != [name.string] }

    /// Every value that it can give a variable; of a range, the ends.
    func values(of variable: Int) -> [Text] {
        switch source {
        case .pool(let pool): pool.ends
        case .rows(let rows): rows.map { $0[variable] }
        }
    }
}

extension Variation {
    /// What one entry may be drawn from at most.
    static let largestPool = 100_000

    /// Reads an entry: a list of values, a range of numbers, or a group; what is wrong goes to the book.
    static func read(_ key: DataNode, _ node: DataNode, _ book: ComplaintBook) -> Variation? {
        guard let name = key.text() else { return nil }
        if node.isList { return values(node, book).map { Variation(name: name, variables: [name], source: .pool(.values($0))) } }
        guard let entry = node.mapping(keys: ["variables", "values", "rows", "from", "to", "step"]) else { return nil }
        let ways = ["values", "rows", "from"].filter { entry[$0] != nil }
        guard ways.count == 1 else {
            node.complain(
                ways.isEmpty
                    ? "nothing says what '\(name)' is drawn from"
                    : "\(ways.joined(separator: " and ")) both say what '\(name)' is drawn from",
                expected: "a list, 'from:' and 'to:', or, of a group, 'rows:'")
            return nil
        }
        if ways != ["from"], let odd = entry["to"] ?? entry["step"] {
            odd.complain("this belongs to a range", expected: "'from:' beside it")
        }
        let variables = entry["variables"]?.list().compactMap { $0.filledText() }
        if let rows = entry["rows"] {
            guard let variables else {
                node.complain("rows are drawn for a group", expected: "'variables: […]' beside them")
                return nil
            }
            return Self.rows(rows, variables.count, book).map { Variation(name: name, variables: variables, source: .rows($0)) }
        }
        guard let pool = pool(entry, book) else { return nil }
        if let variables, variables.count > pool.count {
            node.complain("\(variables.count) variables are to differ, and there are \(pool.count) values", expected: "a value for each")
            return nil
        }
        return Variation(name: name, variables: variables ?? [name], source: .pool(pool))
    }

    private static func pool(_ entry: DataMapping, _ book: ComplaintBook) -> Pool? {
        if let node = entry["values"] { return values(node, book).map(Pool.values) }
        guard let first = entry["from"], let from = first.int(in: 0...999_999_999),
            let to = entry.required("to")?.int(in: 0...999_999_999)
        else { return nil }
        let step = entry["step"] == nil ? 1 : entry["step"]?.int(in: 1...999_999_999)
        guard let step else { return nil }
        guard from <= to, (to - from) / step < largestPool else {
            first.complain("from \(from) to \(to) is not a range", expected: "a smaller number first, and up to \(largestPool) numbers")
            return nil
        }
        return .numbers(from: from, to: to, step: step, first.place)
    }

    /// Values that differ, in letters that commands may have.
    private static func values(_ node: DataNode, _ book: ComplaintBook) -> [Text]? {
        let texts = node.list().compactMap { fit($0.filledText(), book) }
        for (index, text) in texts.enumerated() where texts[..<index].contains(where: { $0.string == text.string }) {
            book.note(text.place, "'\(text)' is in the list twice", expected: "each value once")
        }
        return texts.isEmpty ? nil : texts
    }

    private static func rows(_ node: DataNode, _ count: Int, _ book: ComplaintBook) -> [[Text]]? {
        let rows = node.list().compactMap { row -> [Text]? in
            let texts = row.list().compactMap { fit($0.filledText(), book) }
            if texts.count == count { return texts }
            row.complain("this row has \(texts.count) values", expected: "\(count), one for each variable")
            return nil
        }
        return rows.isEmpty ? nil : rows
    }

    private static func fit(_ text: Text?, _ book: ComplaintBook) -> Text? {
        guard let text, !Alphabet.value.accepts(text.string) else { return text }
        book.note(text.place, "'\(text)' is not valid here", expected: Alphabet.value.description)
        return nil
    }
}

extension Variation {
    /// A number below `count` that the three names decide, the same on every computer: the first eight bytes of the SHA-256 of
    /// `lab LAB`, `variable NAME` and `student NAME` on three lines (UTF-8, composed, no line break at the end), as a number with the
    /// highest byte first, modulo `count`.
    package static func number(below count: Int, lab: String, variable: String, student: String) -> Int {
        let text = "lab \(lab)\nvariable \(variable)\nstudent \(student.precomposedStringWithCanonicalMapping)"
        let number = SHA256.digest(text.utf8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(max(1, count)))
    }

    /// What it gives each of its variables. Those of a group differ from one another: each takes one of the values that are left, in
    /// the order of the group. A row is drawn by the group's name.
    /// - Parameter said: values that were said for variables. They are left out of what the others of their group may have.
    func draw(lab: String, student: String, said: [String: Text]) -> [String: Text] {
        switch source {
        case .rows(let rows):
            let row = rows[Self.number(below: rows.count, lab: lab, variable: name.string, student: student)]
            return Dictionary(zip(variables.map(\.string), row)) { first, _ in first }
        case .pool(let pool) where variables.count == 1:
            let index = Self.number(below: pool.count, lab: lab, variable: variables[0].string, student: student)
            return [variables[0].string: pool[index]]
        case .pool(let pool):
            let taken = Set(variables.compactMap { said[$0.string]?.string })
            var left = (0..<pool.count).map { pool[$0] }.filter { !taken.contains($0.string) }
            var drawn: [String: Text] = [:]
            for variable in variables where said[variable.string] == nil && !left.isEmpty {
                drawn[variable.string] = left.remove(
                    at: Self.number(below: left.count, lab: lab, variable: variable.string, student: student))
            }
            return drawn
        }
    }
}
