/// Values of a lab's variables as a student reads them: those that are not everybody's.
package struct LabValues: Sendable, Hashable {
    /// By the name of the variable.
    package var values: [(name: String, value: String)] { all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    /// The name that they were drawn from, if any were.
    package var variant: String?
    private var all: [String: String]

    package init(_ values: [String: String], variant: String?) {
        all = values
        self.variant = variant
    }

    /// What a lab has for a variant: what was drawn, and what was said in place of it. Nil for a lab that is everybody's.
    package init?(of lab: Lab) {
        guard let drawn = lab.variant else { return nil }
        let varied = Set(lab.vary.flatMap(\.variables).map(\.string))
        self.init(lab.variables.filter { varied.contains($0.key) || drawn.values[$0.key] != nil }, variant: drawn.name)
    }

    /// `port 5437, app_database shop`.
    package var list: String { values.map { "\($0.name) \($0.value)" }.joined(separator: ", ") }

    /// With the name that they were drawn from, for the middle of a sentence.
    package var words: String {
        let from = variant.map { "drawn from the name '\($0)'" }
        return [list, from].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// CommonMark: a line for the top of a document.
    package var markdown: String {
        let items = values.map { "\($0.name) `\($0.value)`" }.joined(separator: ", ")
        return "**Your values** (variant `\(variant ?? "")`): \(items).\n"
    }
}
