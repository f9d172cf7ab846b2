import Course
import DataFiles
import Display
import Pages

extension CommandTable {
    static let moving: [Command] = [
        Command(
            name: "read", arguments: "[STEP]", summary: "show the step again, or read another one",
            page: """
                Shows the current step: its goal, what it teaches, and what to type.

                With a name it shows that step and leaves you where you are.
                """, completes: .step
        ) { companion, rest in
            let step = try companion.step(rest)
            try await companion.read(step)
        },
        Command(
            name: "next", arguments: "[anyway]", summary: "go on to the next step",
            page: """
                Goes on when the current step's checks have passed. `next anyway` goes on regardless.
                """, completes: .nothing
        ) { companion, rest in
            let steps = companion.lab.steps
            guard companion.position < steps.count else {
                companion.tell("This is the last step. 'progress' shows how far you are.")
                return
            }
            let hasPassed = companion.current.checks.isEmpty || companion.standing.passed.contains(companion.current.name)
            guard hasPassed || rest == "anyway" else {
                companion.tell(
                    "The checks of step \(companion.current.name) have not passed yet. Type 'check' first; 'next anyway' goes on "
                        + "regardless.")
                return
            }
            if companion.current.checks.isEmpty { try companion.note(.passed(step: companion.current.name)) }
            try await companion.show(steps[companion.position])
        },
        Command(
            name: "back", arguments: "", summary: "go back to the step before",
            page: "Goes back one step. What you did on the machines stays as it is.", completes: .nothing
        ) { companion, _ in
            guard companion.position > 1 else { return companion.tell("This is the first step.") }
            try await companion.show(companion.lab.steps[companion.position - 2])
        },
        Command(
            name: "goto", arguments: "STEP [fresh]", summary: "go to a step",
            page: """
                Goes to any step, by its name. What you did on the machines stays as it is.

                With `fresh`, practice machines are put back to the start of that step, after a question, as `again` does. What is
                on them is then lost. The first time this takes some minutes, later a few seconds.

                    goto names
                    goto {{late}} fresh
                """, completes: .step
        ) { companion, rest in
            let words = rest.split(separator: " ").map(String.init)
            guard let name = words.first else { return companion.tell("Which step? 'steps' lists them.") }
            guard words.count == 1 || words == [name, "fresh"] else { return companion.tell("goto STEP, or goto STEP fresh") }
            let step = try companion.step(name)
            if words.count == 2 {
                guard try await companion.putBack(to: step) else { return }
            }
            try await companion.show(step)
            if words.count == 1 { companion.offerPuttingBack(to: step) }
        },
        Command(
            name: "again", arguments: "[STEP]", summary: "do a step over, from its start",
            page: """
                On practice machines: puts them back to the start of the current step, or of the one named, after a question, and goes
                there. What is on them is then lost. The first time this takes some minutes, later a few seconds.

                On your own machines: shows what to type to take back what the step did, and what that costs. lab types none
                of it. Not every step has such undo tasks; if there are none, it says what else you can do.

                    again
                    again {{middle}}
                """, completes: .step
        ) { companion, rest in
            let step = try companion.step(rest)
            guard try await companion.again(step) else { return }
            try await companion.read(step)
        },
        Command(
            name: "steps", arguments: "", summary: "list the steps",
            page: "Lists the steps of the lab: which have passed, and where you are.", completes: .nothing
        ) { companion, _ in companion.listSteps() },
        Command(
            name: "progress", arguments: "", summary: "show how far you are",
            page: """
                Shows which steps have passed, how often you checked each, and how many hints you took.
                """, completes: .nothing
        ) { companion, _ in
            companion.listSteps()
            let passed = companion.lab.steps.filter { companion.standing.passed.contains($0.name) }
            let left = companion.lab.steps.filter { !companion.standing.passed.contains($0.name) }.map(\.minutes).reduce(0, +)
            companion.tell("\(passed.count) of \(companion.lab.steps.count) steps passed. The rest takes about \(left) minutes.")
        },
        Command(
            name: "note", arguments: "TEXT", summary: "write something down in your journal",
            page: """
                Keeps a line of yours with the time, in the journal of this walk.

                    note {{second}} took a minute to boot
                """, completes: .nothing
        ) { companion, rest in
            guard !rest.isEmpty else { return companion.tell("What should I write down? note TEXT") }
            try companion.note(.note(rest))
            companion.say("Written down.")
        },
    ]
}

extension Companion {
    /// The step of that name or number, the current one without a name.
    /// - Throws: `Refusal` when there is none.
    func step(_ name: String) throws -> Step {
        if name.isEmpty { return current }
        if let step = lab.step(called: name) { return step }
        let near = didYouMean(name, among: lab.steps.map(\.name))
        throw Refusal("There is no step '\(Cleaner.line(name, limit: 40))'.\(near) 'steps' lists them.")
    }

    func listSteps() {
        let rows = lab.steps.enumerated().map { index, step in
            let mark = standing.passed.contains(step.name) ? palette.mark(.passed) : " "
            let here = step.name == current.name ? ">" : " "
            var about: [String] = []
            if let count = standing.checks[step.name] { about.append("checked \(count)×") }
            if let hints = standing.hints[step.name] { about.append("\(hints) \(hints == 1 ? "hint" : "hints")") }
            return ["\(here) \(index + 1)", mark, step.name, step.title.render(student.situation.values), about.joined(separator: ", ")]
        }
        Layout.table(rows, width: terminal.width - 1).forEach(say)
    }
}
