import DataFiles
import Foundation

/// One page of a lab: goal, teaching text, tasks, checks, hints. The format is in docs/writing-steps.md.
package struct Step: Sendable, Hashable {
    package var name: String
    package var place: Place
    package var title: Template
    /// How long it takes a student, in minutes.
    package var minutes: Int
    package var goal: Template
    /// CommonMark.
    package var teach: Template
    package var tasks: [StepTask]
    /// What takes back what the tasks did on the machines, in the order in which it is typed.
    package var undo: [StepTask] = []
    /// Why there is no such thing, and what to do instead: if the tasks change something that they cannot take back.
    package var withoutUndo: Template?
    package var checks: [StepCheck]
    /// Graded: from a nudge to what to type.
    package var hints: [Template]
    package var read: [Reading]

    /// Every template of the step that may use the values of any machine.
    package var texts: [Template] { [title, goal, teach] + hints + [withoutUndo].compactMap(\.self) + read.map(\.url) }

    /// Where its tasks and checks apply.
    var conditions: [Condition] { (tasks + undo).map(\.when) + checks.flatMap { [$0.when, $0.alreadyWhen] } }

    /// Reads a step's file; what is wrong goes to the book.
    static func load(_ url: URL, book: ComplaintBook) -> Step? {
        let keys = ["format", "step", "title", "minutes", "goal", "teach", "tasks", "undo", "without_undo", "checks", "hints", "read"]
        guard let root = DataFile.open(url, book: book), let file = root.mapping(keys: keys) else { return nil }
        file.checkFormat()
        let name = file.requiredName("step")
        let title = file.requiredTemplate("title", book)
        let minutes = file.required("minutes")?.int(in: 1...600)
        let goal = file.requiredTemplate("goal", book)
        let teach = file.requiredTemplate("teach", book)
        let tasks = file["tasks"]?.list().compactMap { StepTask.read($0, book: book) } ?? []
        let undo = file["undo"]?.list().compactMap { StepTask.read($0, book: book) } ?? []
        if let reason = file["without_undo"], file["undo"] != nil {
            book.note(reason.place, "the step has undo tasks, and says why it has none", expected: "one of 'undo' and 'without_undo'")
        }
        if let place = file["undo"]?.place, tasks.isEmpty {
            book.note(place, "there are no tasks that this could take back", expected: "no 'undo'")
        }
        let checks = file["checks"]?.list().compactMap { StepCheck.read($0, book: book) } ?? []
        let hints = file["hints"]?.templates(book) ?? []
        if !checks.isEmpty, hints.count != 3 {
            book.note(
                (file["hints"]?.place) ?? file.place, "a step with checks has \(hints.count) hints",
                expected: "three, from a nudge to what to type")
        }
        noteDoubles(in: (tasks + undo).compactMap(\.id), at: file["tasks"]?.place ?? file.place, what: "task", book)
        noteDoubles(in: checks.map(\.name.string), at: file["checks"]?.place ?? file.place, what: "check", book)
        guard let name, let title, let minutes, let goal, let teach else { return nil }
        if !url.deletingPathExtension().lastPathComponent.hasSuffix("-" + name.string) {
            book.note(name.place, "step '\(name.string)' is in \(url.lastPathComponent)", expected: "NN-\(name.string).yaml")
        }
        return Step(
            name: name.string, place: name.place, title: title, minutes: minutes, goal: goal, teach: teach, tasks: tasks,
            undo: undo, withoutUndo: file.template("without_undo", book), checks: checks, hints: hints,
            read: file["read"]?.readings(book) ?? []
        )
    }

    private static func noteDoubles(in names: [String], at place: Place, what: String, _ book: ComplaintBook) {
        for (name, uses) in Dictionary(grouping: names, by: \.self).sorted(by: { $0.key < $1.key }) where uses.count > 1 {
            book.note(place, "the \(what) '\(name)' is here \(uses.count) times", expected: "once")
        }
    }
}

/// A check as a step uses it.
package struct StepCheck: Sendable, Hashable {
    package var name: Text
    /// From this step on the check need not hold any more.
    package var until: Text?
    /// The check may hold before the step has begun: it guards a condition that the step does not make.
    package var already: Bool
    /// Where that is so; empty means everywhere.
    package var alreadyWhen = Condition()
    /// Where the check applies at all.
    package var when = Condition()

    static func read(_ node: DataNode, book: ComplaintBook) -> StepCheck? {
        guard node.isMapping else {
            return node.text()?.checkedAsName(book).map { StepCheck(name: $0, until: nil, already: false) }
        }
        guard let entry = node.mapping(keys: ["check", "until", "already", "when"]), let name = entry.requiredName("check") else {
            return nil
        }
        let already = entry["already"]
        let condition = already.flatMap { $0.isMapping ? Condition.read($0) : nil }
        return StepCheck(
            name: name, until: entry["until"]?.text(), already: condition != nil || already?.bool() ?? false,
            alreadyWhen: condition ?? Condition(),
            when: entry["when"].map { Condition.read($0) } ?? Condition())
    }
}

/// A check that is to be judged, and the step that asks for it.
package struct Asked: Sendable, Hashable {
    package var step: String
    package var check: String

    package init(step: String, check: String) {
        self.step = step
        self.check = check
    }
}

extension Step {
    /// Its own checks.
    package var asked: [Asked] { checks.map { Asked(step: name, check: $0.name.string) } }
}

/// A page worth reading.
package struct Reading: Sendable, Hashable {
    package var title: String
    /// May quote values, such as PostgreSQL's version, in a step; not in a cause.
    package var url: Template

    package init(title: String, url: Template) {
        self.title = title
        self.url = url
    }
}

extension DataNode {
    /// Further reading: `[{title: …, url: …}]`.
    package func readings(_ book: ComplaintBook) -> [Reading] {
        list().compactMap { node in
            guard let entry = node.mapping(keys: ["title", "url"]), let title = entry.requiredText("title"),
                let url = entry.requiredTemplate("url", book)
            else { return nil }
            return Reading(title: title.string, url: url)
        }
    }
}
