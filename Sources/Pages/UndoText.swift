import Course
import Walk

/// How a student takes back on their own machines what a step did: its undo tasks, after those of the later steps that
/// depend on it. lab shows them and runs none.
package struct UndoText {
    let situation: Situation
    /// The steps that have passed, by the journal; nil if it could not be read.
    let passed: Set<String>?

    package init(_ situation: Situation, passed: Set<String>?) {
        self.situation = situation
        self.passed = passed
    }

    /// CommonMark.
    package func markdown(_ step: Step) -> String {
        calls(step).isEmpty ? without(step) : with(step)
    }

    private func calls(_ step: Step) -> [TaskCall] { situation.calls(of: step.undo) }

    /// The steps after this one that have passed and did something, the last one first.
    private func later(_ step: Step) -> [Step] {
        guard let passed, let here = situation.lab.position(of: step.name) else { return [] }
        return situation.lab.steps[(here + 1)...].reversed().filter { passed.contains($0.name) && !$0.tasks.isEmpty }
    }

    private func with(_ step: Step) -> String {
        let later = later(step)
        let first = later.filter { !calls($0).isEmpty }
        let staying = later.filter { calls($0).isEmpty }.reversed().map { "`\($0.name)`" }
        var text = """
            # Taking back step \(step.name)

            **These commands delete what was made.** Each says what is lost; read that before you type it. Type them in this
            order. lab shows them, and never runs them.

            """
        if !first.isEmpty {
            text += "\nYou have passed later steps, which depend on this one. What they did is taken back too, the last one first: "
            text += (first + [step]).map { "`\($0.name)`" }.joined(separator: ", ") + ".\n"
        }
        if !staying.isEmpty {
            let they = staying.count == 1 ? "this step has" : "these steps have"
            text += "\nWhat \(staying.joined(separator: ", ")) did stays: \(they) no undo tasks.\n"
        }
        text +=
            passed == nil
            ? "\nThe journal of this walk cannot be read, so lab does not know how far you are. If you have done steps after this "
                + "one, take them back first, with `again` and their names, the last one first.\n"
            : "\nlab goes by your journal. A later step that you have done but never checked is not among these: take it back "
                + "first, with `again` and its name.\n"
        for one in first + [step] { text += "\n## Undo of \(one.name)\n" + StepText.tasks(calls(one)) }
        return text
            + "\n## Then\n\nYour machines are as at the start of step \(step.name). In lab, `goto \(step.name)` goes there; "
            + "`check` should now fail everything this step sets up.\n"
    }

    private func without(_ step: Step) -> String {
        guard !step.tasks.isEmpty else {
            return "# Step \(step.name) has nothing to take back\n\n"
                + "It changes nothing on your machines. `goto \(step.name)` in lab shows it again.\n"
        }
        var text = "# Step \(step.name) has no undo tasks\n\n"
        text += step.withoutUndo?.render(situation.values) ?? "Nobody has written down how to take back what it did on these machines.\n"
        text += "\nWhat you can do instead:\n\n- `goto \(step.name)` in lab shows the step again, and leaves your machines as they are.\n"
        let here = situation.lab.position(of: step.name) ?? 0
        if let earlier = situation.lab.steps[..<here].last(where: { !calls($0).isEmpty }) {
            text += "- `again \(earlier.name)` shows how to take back everything from step \(earlier.name) on. "
            text += "You then do all of it once more.\n"
        }
        return text + "- On practice machines (`lab sandbox up`) lab itself can go back to the start of any step.\n"
    }
}
