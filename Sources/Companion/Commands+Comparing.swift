import Course
import DataFiles
import Display
import Facts
import Foundation
import Machines
import Pages
import Practice
import Walk

extension CommandTable {
    static let comparing = Command(
        name: "diff", arguments: "[STEP | MACHINE MACHINE | with FILE [STEP]] [all]",
        summary: "say what differs from when a step last passed",
        page: """
            Looks at the machines and says what is no longer as it was: without a name, since the last time that any step passed
            or, while a drill is open, since it began.

                diff                             what has changed since
                diff {{early}}                   since step {{early}} last passed
                diff {{second}} {{third}}        one machine beside another
                diff with NAME                   beside a recording of the lab, or the machines as they were saved
                diff with FILE {{late}}          beside another walk's journal; or what `lab record` or `lab bundle` wrote
                diff all                         all of it, however much that is

            What somebody made comes first: settings, files, rules. What follows from it comes after. What moves by
            itself, such as times and counters, is left out. Nothing of it is written down.
            """, completes: .step
    ) { companion, rest in try await companion.compare(rest) }
}

extension Companion {
    func compare(_ rest: String) async throws {
        var words = rest.split(separator: " ").map(String.init)
        let isAll = words.last == "all"
        if isAll { words.removeLast() }
        let told = try await difference(words)
        say(DifferenceText(terminal, student.situation).tell(told, all: isAll))
    }

    /// Looks at the machines and compares them with what the words mean: see the page of `diff`.
    /// - Throws: `Refusal` for words that cannot be meant, and if there is nothing to compare with.
    package func difference(_ words: [String]) async throws -> ToldDifference {
        do {
            return try await compared(words)
        } catch let missing as FormerFacts.Missing {
            throw Refusal("\(missing)")
        }
    }

    private func compared(_ words: [String]) async throws -> ToldDifference {
        let machines = words.compactMap(lab.machine(named:))
        if words.count == 2, machines.count == 2 {
            guard machines[0] != machines[1] else { throw Refusal("Those are one machine. The machines: \(names).") }
            let comparison = try await looking { student, seconds, report in
                try await student.compare(machines[0], with: machines[1], seconds: seconds, progress: report)
            }
            return ToldDifference(comparison, of: machines[0].name, with: machines[1].name)
        }
        let former: FormerFacts
        if words.first == "with" {
            guard (2...3).contains(words.count) else { throw Refusal("with which file? For example: diff with FILE") }
            let step = words.count == 3 ? try self.step(words[2]).name : nil
            let (file, isSaved) = try file(words[1])
            former = try .reading(file, named: words[1], of: lab, step: step, isSaved: isSaved)
        } else {
            guard words.count < 2 else { throw Refusal("diff [STEP | MACHINE MACHINE | with FILE [STEP]] [all]. The machines: \(names).") }
            former = try FormerFacts(of: journal.url, step: words.first.map { try self.step($0).name })
        }
        let comparison = try await looking { student, seconds, report in
            try await student.compare(with: former, seconds: seconds, progress: report)
        }
        return ToldDifference(comparison, with: former)
    }

    private var names: String { lab.machines.map(\.name).joined(separator: ", ") }

    /// A recording of the lab by its name, what was seen of practice machines when they were saved under a name, or a file.
    private func file(_ word: String) throws -> (URL, isSaved: Bool) {
        let recordings = Lab.recordings(in: lab.folder)
        if let recording = recordings.first(where: { $0.name == word }) { return (recording.url, false) }
        if student.situation.environment == .sandbox, CourseStates.isName(word) {
            let saved = CourseStates.facts(of: word, in: Folders().sandbox)
            if FileManager.default.fileExists(atPath: saved.path) { return (saved, true) }
        }
        let file = URL(filePath: word)
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw Refusal("There is no file '\(Cleaner.line(word, limit: 80))'.\(didYouMean(word, among: recordings.map(\.name)))")
        }
        return (file, false)
    }

    /// A comparison, with a line of progress for each machine.
    func looking(
        _ work: @escaping @Sendable (Student, Int, @escaping @Sendable (String, LookProgress) -> Void) async throws -> FactComparison
    ) async throws -> FactComparison {
        try await withProgress { [student, seconds] report in
            try await work(student, seconds) { name, progress in
                if case .looking = progress { report(name, "looking") } else { report(name, "done") }
            }
        }
    }
}
