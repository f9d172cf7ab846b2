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
            guard companion.standing.drill == nil else { return companion.tell(companion.whatNow) }
            let state = companion.state(of: companion.current)
            switch state {
            case _ where rest == "anyway": break
            case .unknown:
                return companion.tell(
                    "The checks of step \(companion.current.name) have not passed yet. Type 'check' first; 'next anyway' goes on "
                        + "regardless.")
            case .failed:
                return companion.tell(
                    "The last check of step \(companion.current.name) failed. 'explain' says why; 'next anyway' goes on regardless.")
            case .nothingToCheck, .passed: break
            }
            guard companion.position < steps.count else { return companion.tellEnd() }
            if state == .nothingToCheck { try companion.note(.passed(step: companion.current.name)) }
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
            if words.count == 1 {
                companion.tellWhatIsMissing(before: step)
                companion.offerPuttingBack(to: step)
            }
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
            let steps = companion.lab.steps
            let left = steps.filter { !companion.standing.passed.contains($0.name) }
            guard !left.isEmpty else { return companion.tell("All \(steps.count) steps have passed. \(companion.afterTheEnd)") }
            let time = Self.roughly(minutes: left.map(\.minutes).reduce(0, +))
            companion.tell("\(steps.count - left.count) of \(steps.count) steps passed. The rest takes \(time).")
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

extension CommandTable {
    /// A time to plan with: `about 40 minutes`, `about 5 hours`.
    static func roughly(minutes: Int) -> String {
        guard minutes >= 90 else { return "about \(minutes) \(minutes == 1 ? "minute" : "minutes")" }
        let halves = (minutes + 15) / 30
        return "about \(halves / 2)\(halves % 2 == 1 ? "½" : "") hours"
    }
}

extension Companion {
    /// After the last step: what was achieved, or what is still open.
    func tellEnd() {
        let open = lab.steps.filter { !$0.checks.isEmpty && !standing.passed.contains($0.name) }.map(\.name)
        guard open.isEmpty else {
            let names = open.prefix(6).joined(separator: ", ") + (open.count > 6 ? " and \(open.count - 6) more" : "")
            return tell("That was the last step. Not passed yet: \(names). 'goto \(open[0])' goes there.")
        }
        tell(palette.paint("All \(lab.steps.count) steps have passed. \(lab.title): you have built it, with your own hands.", .passed))
        tell(afterTheEnd)
    }

    /// What can be done with a lab that is finished.
    var afterTheEnd: String {
        var ways: [String] = []
        if let watch = lab.watch { ways.append("'watch \(watch.rawValue)' shows it live") }
        if !lab.drills.isEmpty { ways.append("'drill' breaks something, for you to find and repair") }
        ways.append("in a shell, 'lab replay' goes through your walk again, and 'lab replay --quiz' asks you about it")
        let folder = lab.folder.deletingLastPathComponent()
        for next in Shelf(labs: folder, checks: folder, sandbox: folder).labs(after: lab.name) {
            ways.append("the lab \(next) goes on from here, and 'lab list' shows its steps")
        }
        return "What you can do now: \(ways.joined(separator: "; "))."
    }

    /// Says which steps before one have not passed: what it builds on may be missing.
    func tellWhatIsMissing(before step: Step) {
        let before = lab.steps.prefix { $0.name != step.name }.filter { !$0.checks.isEmpty && state(of: $0) != .passed }.map(\.name)
        guard let last = before.last else { return }
        let steps = before.count == 1 ? "Step \(last) has" : "\(before.count) steps before this one have"
        tell("\(steps) not passed yet, and this one builds on \(before.count == 1 ? "it" : "them"). 'steps' shows which have.")
    }

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
