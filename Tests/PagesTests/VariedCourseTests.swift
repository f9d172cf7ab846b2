import Checks
import Course
import DataFiles
import Foundation
import TestSupport
import Testing

@testable import Pages

/// The shipped labs with three students' own values: whatever is shown has these, and none of the lab's own is left.
@Suite struct VariedCourseTests {
    static let cases = ["postgresql-cluster", "postgresql-backup"].flatMap { lab in ["ada", "grace", "linus"].map { (lab, $0) } }

    private func lab(_ name: String, for student: String?) throws -> Lab {
        let variant = student.map { Variant(name: Text($0, at: Place(file: "machines.yaml", line: 1, column: 1))) }
        return try Lab.load(ShippedCourse.root.appending(path: "labs/\(name)"), choosing: Lab.Choice(variant: variant))
    }

    /// Everything that a student can be shown, on every platform.
    private func texts(of lab: Lab) throws -> [String] {
        let catalog = try CheckCatalog.load(ShippedCourse.root.appending(path: "checks"), for: lab)
        return lab.exampleSituations.filter { $0.environment == .cloud || $0.environment == .sandbox }.flatMap { situation -> [String] in
            let drills = situation.drills.flatMap { drill in
                ([drill.title, drill.story] + drill.hints).map { $0.render(situation.values) }
                    + (drill.inject + drill.repair).flatMap { task -> [String] in
                        let all = [situation.values] + task.at.machines(of: lab.machines).map(situation.values(for:))
                        return all.flatMap { values in [task.why, task.run, task.prints].compactMap(\.self).map { $0.render(values) } }
                    }
            }
            let hints = situation.lab.steps.flatMap { $0.texts.map { $0.render(situation.values) } }
            return [
                Handout(lab: situation.lab, reader: StepReader(situation)).markdown,
                Handbook(catalog: catalog, situation: situation).markdown,
            ] + hints + drills
        }
    }

    /// What a text may say of PostgreSQL's own port.
    private static let sayings = ["and not 5432, as", "the service means port 5432", "host:5432", "5432 is "]

    /// Whether a text has a word, and not as a part of another one.
    private static func has(_ text: String, _ word: String) -> Bool {
        guard let found = text.firstRange(of: word) else { return false }
        func isEnd(_ character: Character?) -> Bool { character.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true }
        let before = found.lowerBound == text.startIndex ? nil : text[text.index(before: found.lowerBound)]
        let after = found.upperBound == text.endIndex ? nil : text[found.upperBound]
        return isEnd(before) && isEnd(after) || has(String(text[found.upperBound...]), word)
    }

    @Test(arguments: cases) func noTextHasTheLabsOwnValue(name: String, student: String) throws {
        let (plain, varied) = (try lab(name, for: nil), try lab(name, for: student))
        let drawn = try #require(varied.variant).values
        #expect(!drawn.isEmpty)
        var wrong: Set<String> = []
        for text in try texts(of: varied) {
            // The names of causes are everybody's.
            for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("### ") {
                let rest = Self.sayings.reduce(line) { $0.replacing($1, with: "") }
                let isWrong = drawn.contains { name, value in
                    guard let own = plain.variables[name], own != value else { return false }
                    // Of a number such as a priority it is asked only where it says what it is.
                    return Self.has(rest, name.hasSuffix("priority") ? "priority=\(own)" : own)
                }
                if isWrong { wrong.insert(rest) }
            }
        }
        #expect(wrong == [])
    }

    @Test(arguments: cases) func theValuesAreShown(name: String, student: String) throws {
        let varied = try lab(name, for: student)
        let situation = try #require(varied.exampleSituations.first)
        let handout = Handout(lab: situation.lab, reader: StepReader(situation)).markdown
        #expect(handout.contains("**Your values** (variant `\(student)`)"))
        for (name, value) in try #require(varied.variant).values {
            #expect(handout.contains("\(name) `\(value)`"))
            #expect(handout.components(separatedBy: value).count > 2, "\(name) \(value)")
        }
        #expect(try !Handout(lab: lab(name, for: nil), reader: StepReader(situation)).markdown.contains("Your values"))
    }
}
