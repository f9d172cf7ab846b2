import Course
import Display
import Facts
import Foundation
import Walk

/// What two looks at machines have not in common, with what a person needs to know around it.
package struct ToldDifference: Sendable {
    package var comparison: FactComparison
    /// As a heading: `Since step access last passed`.
    package var title: String
    /// When that was; nil if both were looked at now.
    package var at: Date?
    /// What the two sides are called, if they are not before and after.
    package var sides: (before: String, after: String)?
    package var isIntact = true

    package init(_ comparison: FactComparison, with former: FormerFacts) {
        self.comparison = comparison
        title = former.what
        at = former.at
        sides = former.isElsewhere ? ("there", "here") : nil
        isIntact = former.isIntact
    }

    package init(_ comparison: FactComparison, of machine: String, with sister: String) {
        self.comparison = comparison
        title = "\(machine) beside \(sister)"
        sides = (machine, sister)
    }

    /// 0 if nothing differs, 1 if something does, 3 if not all of it could be compared.
    package var exitStatus: Int32 {
        if !comparison.gaps.isEmpty || comparison.tables == 0 { return 3 }
        return comparison.findings.isEmpty ? 0 : 1
    }
}

/// Differences as a person reads them: a sentence each.
package struct DifferenceText {
    private let situation: Situation
    private let palette: Palette
    private let width: Int

    package init(_ terminal: Terminal, _ situation: Situation) { self.init(Palette(terminal), situation, width: terminal.textWidth) }

    init(_ palette: Palette, _ situation: Situation, width: Int) {
        self.situation = situation
        self.palette = palette
        self.width = width
    }

    /// How many differences are shown unless all are wanted.
    package static let most = 12

    /// - Parameter all: also those that come late in the list.
    package func tell(_ told: ToldDifference, all: Bool, now: Date = Date()) -> String {
        let findings = told.comparison.findings
        let when = told.at.map { " (\(VerdictText.clock($0)), \(VerdictText.ago($0, now: now)))" } ?? ""
        var lines = wrap("\(Cleaner.line(told.title))\(when):")
        if !told.isIntact { lines += wrap("That journal was changed after it was written: do not rely on what it says.") }
        let groups = Self.groups(findings)
        let shown = all ? groups : Array(groups.prefix(Self.most))
        for group in shown {
            let finding = group[0]
            let one = sentence(finding, told.sides)
            let others = group.dropFirst().map(\.difference.key)
            let sentence = Cleaner.line(others.isEmpty ? one : "\(one). The same: \(others.joined(separator: ", "))", limit: 400)
            let note = note(on: finding, now: now)
            lines += Layout.wrap(
                note.isEmpty ? sentence : "\(sentence) \(palette.paint(note, .quiet))", width: width, first: "  ", rest: "      ")
        }
        let rest = groups.dropFirst(shown.count).joined().count
        if rest > 0 { lines += wrap("  … and \(rest) more: 'diff all' shows them.") }
        if findings.isEmpty {
            let tables = told.comparison.tables
            lines += wrap(
                tables == 0
                    ? "  Nothing could be compared." : "  No difference, in all that was seen both times (\(tables) tables of machines).")
        }
        for gap in gaps(told.comparison.gaps) { lines += Layout.wrap(gap, width: width, first: "  ", rest: "    ") }
        return lines.joined(separator: "\n")
    }

    /// Rows of one table that changed in the same way are told together: a login that fails fails to each machine.
    private static func groups(_ findings: [FactComparison.Finding]) -> [[FactComparison.Finding]] {
        var groups: [[FactComparison.Finding]] = []
        for finding in findings {
            let same = groups.firstIndex { $0[0].difference.isLike(finding.difference) }
            if let same { groups[same].append(finding) } else { groups.append([finding]) }
        }
        return groups
    }

    /// A difference as a sentence, not cleaned.
    package func sentence(_ finding: FactComparison.Finding, _ sides: (before: String, after: String)? = nil) -> String {
        let difference = finding.difference
        let row = [difference.table.replacing("_", with: " "), difference.key].filter { !$0.isEmpty }.joined(separator: " ")
        let machine = sides?.after == difference.machine || sides?.before == difference.machine ? "" : difference.machine + " "
        let arrow = palette.hasUnicode ? "→" : "->"
        func quoted(_ text: String) -> String { text.isEmpty ? "nothing" : text.count > 90 ? text.prefix(87) + "..." : text }
        switch difference.kind {
        case .changed(let values):
            let changes = values.prefix(Self.mostValues).map { value in
                let column = Self.plain.contains(value.column) ? "" : value.column.replacing("_", with: " ") + " "
                guard let sides else { return "\(column)\(quoted(value.before)) \(arrow) \(quoted(value.after))" }
                return "\(column)\(sides.before) \(quoted(value.before)), \(sides.after) \(quoted(value.after))"
            }
            return "\(machine)\(row): \(changes.joined(separator: "; "))" + (values.count > changes.count ? "; …" : "")
        case .appeared(let values): return "\(machine)\(row): \(sides.map { "only \($0.after)" } ?? "new")\(Self.list(values, \.after))"
        case .gone(let values): return "\(machine)\(row): \(sides.map { "only \($0.before)" } ?? "gone")\(Self.list(values, \.before))"
        case .emptied(let count): return "\(machine)\(row): \(sides.map { "only \($0.before)" } ?? "gone"), all \(count) rows"
        case .filled(let count): return "\(machine)\(row): \(sides.map { "only \($0.after)" } ?? "new"), \(count) rows"
        }
    }

    /// Columns whose name says no more than their table's.
    private static let plain: Set<String> = ["setting", "value"]

    /// How much is shown of a row that came or went.
    private static let mostValues = 3

    private static func list(_ values: [FactDifference.Value], _ text: KeyPath<FactDifference.Value, String>) -> String {
        let words = values.filter { !$0[keyPath: text].isEmpty }.map { value in
            (plain.contains(value.column) ? "" : value.column.replacing("_", with: " ") + " ") + value[keyPath: text]
        }
        let rest = words.count > mostValues ? ", …" : ""
        return words.isEmpty ? "" : " (\(words.prefix(mostValues).joined(separator: ", "))\(rest))"
    }

    /// Where it is taught, as far as a command of a step names it.
    private func note(on finding: FactComparison.Finding, now: Date) -> String {
        let seen = finding.seen.map { "as seen \(VerdictText.ago(Date(timeIntervalSince1970: $0), now: now))" }
        let notes = [step(teaching: finding).map { "taught in step \($0)" }, seen].compactMap(\.self)
        return notes.isEmpty ? "" : "(\(notes.joined(separator: "; ")))"
    }

    /// The first step with a command that sets what has changed, or writes that file.
    package func step(teaching finding: FactComparison.Finding) -> String? {
        let word = finding.difference.key
        guard finding.nature == .made, word.count > 3, situation.lab.machine(named: word) == nil else { return nil }
        return situation.lab.steps.first { step in situation.calls(of: step).contains { $0.command.sets(word) } }?.name
    }

    /// What could not be compared, in a sentence for each machine.
    private func gaps(_ gaps: [FactComparison.Gap]) -> [String] {
        var machines: [String] = []
        for gap in gaps where !machines.contains(gap.machine) { machines.append(gap.machine) }
        return machines.map { machine in
            let own = gaps.filter { $0.machine == machine }
            if let whole = own.first(where: { $0.table == nil }) {
                return Cleaner.line("Not compared: \(machine) (\(whole.reason)).", limit: 300)
            }
            let names = own.compactMap(\.table)
            let reasons = own.map(\.reason)
            let others = names.count > 3 ? " and \(names.count - 3) more" : ""
            return Cleaner.line(
                "Not compared of \(machine): \(names.prefix(3).joined(separator: ", "))\(others) (\(reasons[0])).", limit: 300)
        }
    }

    private func wrap(_ text: String) -> [String] { Layout.wrap(text, width: width) }
}

extension FactDifference {
    /// Whether another row of the same table changed in the same way.
    fileprivate func isLike(_ other: FactDifference) -> Bool {
        guard machine == other.machine, table == other.table, !key.isEmpty else { return false }
        guard case .changed(let own) = kind, case .changed(let others) = other.kind else { return false }
        // What came where nothing was said before are words about it, and differ.
        func told(_ values: [Value]) -> [Value] { values.filter { !$0.before.isEmpty } }
        return told(own) == told(others) && own.map(\.column) == others.map(\.column)
    }
}

extension String {
    /// Whether a setting of that name is given a value in it, or a file of that name stands in it.
    fileprivate func sets(_ word: String) -> Bool {
        var start = startIndex
        while let found = self[start...].firstRange(of: word) {
            let before = found.lowerBound == startIndex ? nil : self[index(before: found.lowerBound)]
            let rest = self[found.upperBound...]
            func isPart(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber || "_-".contains($0) } ?? false }
            if !isPart(before), !isPart(rest.first), word.contains("/") || rest.first(where: { $0 != " " }) == "=" { return true }
            start = found.upperBound
        }
        return false
    }
}
