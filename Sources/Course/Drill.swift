import DataFiles
import Foundation

/// A fault that is put into a finished cluster on purpose, for practice. The format is in docs/writing-checks.md.
package struct Drill: Sendable, Hashable {
    package var name: String
    package var place: Place
    /// For the list: gives nothing away.
    package var title: Template
    /// The part of the course that it practises, in a word.
    package var area: String
    package var difficulty: Difficulty
    /// How long it takes a student, in minutes.
    package var minutes: Int
    /// CommonMark: what the student sees, and nothing of why.
    package var story: Template
    /// What puts the fault in.
    package var inject: [StepTask]
    /// What has to be named: an entry for each fault.
    package var expect: [Expectation]
    /// Causes that other verdicts may rightly name for the same fault.
    package var also: [Text]
    /// How long it takes until the fault can be seen, in seconds.
    package var shows: Int
    /// Whether a repair may end with another machine in a role, and all in order: a trial puts the machines back, for the next drill.
    package var moves: Bool
    /// Graded: from a nudge to what to type.
    package var hints: [Template]
    /// What takes the fault out again.
    package var repair: [StepTask]
    /// Where the drill applies.
    package var when: Condition

    package enum Difficulty: String, Sendable, Hashable, CaseIterable {
        case easy, medium, hard
    }

    /// A cause that has to be named, and where.
    package struct Expectation: Sendable, Hashable {
        package var cause: Text
        package var check: Text
        /// The machine judged; nil for a check of the cluster.
        package var machine: Text?
        /// The machine to fix.
        package var mend: Text?
    }

    /// How many faults it has: as many as are put in, unless fewer verdicts are expected; one fault may fail two checks.
    package var faults: Int { max(1, min(expect.count, inject.count)) }

    /// Where it and its tasks apply.
    var conditions: [Condition] { [when] + (inject + repair).map(\.when) }

    /// Whether it comes before another one in the list.
    func stands(before other: Drill) -> Bool {
        func key(_ drill: Drill) -> (Int, String, String) {
            (Difficulty.allCases.firstIndex(of: drill.difficulty) ?? 0, drill.title.source.string, drill.name)
        }
        return key(self) < key(other)
    }

    /// Reads a drill's file; what is wrong goes to the book.
    static func load(_ url: URL, book: ComplaintBook) -> Drill? {
        let keys = [
            "format", "drill", "title", "area", "difficulty", "minutes", "story", "inject", "expect", "also", "shows", "moves", "hints",
            "repair",
            "when",
        ]
        guard let root = DataFile.open(url, book: book), let file = root.mapping(keys: keys) else { return nil }
        file.checkFormat()
        let name = file.requiredName("drill")
        let title = file.requiredTemplate("title", book)
        let area = file.requiredText("area")
        let difficulty: Difficulty? = file.word("difficulty")
        let minutes = file.required("minutes")?.int(in: 1...120)
        let story = file.requiredTemplate("story", book)
        let inject = file.required("inject")?.list().compactMap { StepTask.read($0, book: book) } ?? []
        let repair = file.required("repair")?.list().compactMap { StepTask.read($0, book: book) } ?? []
        let expect = file.required("expect")?.list().compactMap(readExpectation) ?? []
        let hints = file.required("hints")?.templates(book) ?? []
        if hints.count != 3 {
            book.note(
                file["hints"]?.place ?? file.place, "a drill has \(hints.count) hints", expected: "three, from a nudge to what to type")
        }
        guard let name, let title, let area, let difficulty, let minutes, let story else { return nil }
        if url.deletingPathExtension().lastPathComponent != name.string {
            book.note(name.place, "drill '\(name.string)' is in \(url.lastPathComponent)", expected: "\(name.string).yaml")
        }
        return Drill(
            name: name.string, place: name.place, title: title, area: area.string, difficulty: difficulty, minutes: minutes, story: story,
            inject: inject, expect: expect, also: file["also"]?.list().compactMap { $0.filledText() } ?? [],
            shows: file["shows"].flatMap { Seconds.read($0, in: 1...300) } ?? 0, moves: file["moves"]?.bool() ?? false, hints: hints,
            repair: repair,
            when: file["when"].map { Condition.read($0) } ?? Condition())
    }

    private static func readExpectation(_ node: DataNode) -> Expectation? {
        guard let entry = node.mapping(keys: ["cause", "check", "machine", "mend"]), let cause = entry.requiredText("cause"),
            let check = entry.requiredText("check")
        else { return nil }
        let machine = entry["machine"]?.text()
        return Expectation(cause: cause, check: check, machine: machine, mend: entry["mend"]?.text() ?? machine)
    }
}
