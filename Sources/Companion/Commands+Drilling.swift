import Checks
import Course
import Display
import Foundation
import Journal
import Pages
import Terminal
import Walk

extension CommandTable {
    static let drilling: [Command] = [
        Command(
            name: "drill", arguments: "[NUMBER|random] [blind]", summary: "break something on purpose, and repair it",
            page: """
                Puts a fault into a finished cluster and shows what a person would notice. Find out what it is, say it with
                `diagnose`, and fix it: everything you know is allowed. `check` says whether all is well again, `hint` helps,
                `explain` names the cause, `giveup` lets lab repair it.

                    drill                    list the drills; while one is open, show its symptoms again
                    drill 12                 put this fault in
                    drill random             let lab choose
                    drill random blind       without showing the symptoms
                    drill due                what is worth doing again, by how it went

                Only on practice machines.
                """, completes: .drill
        ) { companion, rest in try await companion.drill(rest) },
        Command(
            name: "giveup", arguments: "", summary: "let lab repair the drill's fault",
            page: """
                Shows the repair with its reasons, carries it out, and checks whether everything is in order again.
                """, completes: .nothing
        ) { companion, _ in try await companion.alone { try await companion.giveUp() } },
    ]
}

extension Companion {
    /// Whether a drill's fault is in the machines.
    package var hasOpenDrill: Bool { standing.drill != nil }

    /// The drill whose fault is in the machines, if this lab still has it.
    var openDrill: Drill? { standing.drill.flatMap { lab.drill(named: $0.name) } }

    func drill(_ rest: String) async throws {
        var words = rest.split(separator: " ").map(String.init)
        let isBlind = words.contains("blind")
        words.removeAll { $0 == "blind" }
        if let open = standing.drill {
            guard words.isEmpty else { return tell("A drill is open already. Repair it first, or type 'giveup'.") }
            return tellStory(open)
        }
        guard let name = words.first else { return listDrills() }
        if name == "due", words.count == 1 { return listDue() }
        let found = name == "random" ? student.situation.drills.randomElement() : student.situation.drill(called: name)
        guard let drill = found, words.count == 1 else {
            return tell("There is no drill '\(Cleaner.line(name, limit: 40))'. 'drill' lists them.")
        }
        guard mayBreak else {
            return tell(
                "A drill breaks something on the machines, and these are not practice machines. "
                    + "'lab drill \(lab.number(of: drill)) --on-own-machines' does it anyway."
            )
        }
        if puttingBack == nil {
            guard Question.yes("This breaks something on your own machines, on purpose. Do it?") else { return say("Nothing was changed.") }
        }
        try await alone { try await begin(drill, isBlind: isBlind) }
    }

    private func begin(_ drill: Drill, isBlind: Bool) async throws {
        say("Checking whether the cluster is in order.")
        // And what is written on the machines, for who asks later what differs.
        let round = try await look(student.checksOfAll, besides: student.judge.catalog.facts.seen.filter { $0.nature == .made })
        remember(round)
        try journal.append(looks: round.looks, closer: [])
        let before = round.judgements.filter { $0.verdict != .passed }
        guard before.isEmpty else {
            say(VerdictText(terminal).list(Array(before.prefix(4))))
            let back =
                puttingBack == nil ? "" : " 'goto \(lab.steps.last?.name ?? "") fresh' turns the practice machines into a finished cluster."
            return tell("A drill needs a finished cluster in which everything passes; \(before.count) checks do not.\(back)")
        }
        let calls = student.situation.calls(of: drill.inject)
        try note(.drill(drill.name, blind: isBlind))
        let failed = try await carryOut(calls, saying: "putting the fault in")
        if let failed {
            try note(.drilled(drill.name, repaired: false, seconds: 0, hints: 0))
            tell(
                "The fault could not be put in: a command on \(failed.call.place) ended with status \(failed.statusText). "
                    + "Taking back what was done.")
            _ = try await carryOut(student.situation.calls(of: drill.repair), saying: "taking it back")
            return
        }
        if drill.shows > 0 {
            try await withProgress { report in
                report("", "waiting until it shows")
                try await Task.sleep(for: .seconds(drill.shows))
            }
        }
        forgetRound()
        guard let open = standing.drill else { return }
        tellStory(open)
    }

    private func tellStory(_ open: Standing.OpenDrill) {
        guard let drill = openDrill else {
            return tell("A drill is open, but this lab no longer has it. Fix the machines by hand, or put them back.")
        }
        say("")
        if open.isBlind {
            tell("Something is broken. lab does not say what.")
        } else {
            say(palette.paint(drill.title.render(student.situation.values), .heading))
            say(MarkdownText.render(drill.story.render(student.situation.values), palette: palette, width: terminal.textWidth))
        }
        tell(
            "Find out what it is, and say it before you fix it: 'diagnose' finds it in the handbook. 'check' says whether you are done; "
                + "'hint' and 'explain' help; 'giveup' lets lab repair it. About \(drill.minutes) minutes.")
    }

    private func listDrills() {
        for level in Drill.Difficulty.allCases {
            let own = student.situation.drills.filter { $0.difficulty == level }
            guard !own.isEmpty else { continue }
            say(palette.paint(level.rawValue, .heading))
            let rows = own.map { drill in
                let best = standing.repaired[drill.name].map { "repaired in \(VerdictText.time($0))" } ?? "\(drill.minutes) min"
                return ["\(lab.number(of: drill))", drill.title.render(student.situation.values), best]
            }
            Layout.table(rows, width: terminal.width - 1, indent: "  ").forEach(say)
        }
        tell("'drill 12' puts in the fault with that number, 'drill random blind' one that it does not name.")
    }

    /// Looks at everything, and shows what fails, but not why.
    func checkDrill(_ open: Standing.OpenDrill) async throws {
        let round = try await look(student.checksOfAll)
        keep(round)
        remember(round)
        try note(round, passing: false)
        guard !round.counts.allPassed else { return try finish(open) }
        let text = VerdictText(terminal)
        say(text.symptoms(round.judgements))
        say("")
        tell("\(text.summary(round.counts)) Not repaired yet. 'hint' helps; 'explain' names the cause.")
    }

    private func finish(_ open: Standing.OpenDrill) throws {
        let seconds = Int(Date().timeIntervalSince(open.began))
        try note(.drilled(open.name, repaired: true, seconds: seconds, hints: open.hints))
        let help = open.hints == 0 ? "without a hint" : "with \(open.hints) \(open.hints == 1 ? "hint" : "hints")"
        say(palette.paint("Repaired in \(VerdictText.time(seconds)), \(help). Everything passes.", .passed))
        if let drill = lab.drill(named: open.name), let account = standing.reviews[open.name]?.last { tellAccount(account, drill) }
        tellCause(of: open)
    }

    /// What had been broken, after the fact.
    private func tellCause(of open: Standing.OpenDrill) {
        guard let drill = lab.drill(named: open.name) else { return }
        say("")
        for call in student.situation.calls(of: drill.inject) {
            tell("What was done on \(call.place): \(call.why.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
        for expected in drill.expect {
            let cause = student.judge.catalog[expected.check.string]?.causes.first { $0.name == expected.cause.string }
            if let about = cause?.about { tell(about.render(student.situation.values).trimmingCharacters(in: .whitespacesAndNewlines)) }
            if let step = cause?.step {
                tell(palette.paint("Taught in step \(step). 'explain \(expected.cause)' has the whole page.", .quiet))
            }
        }
    }

    func hintAtDrill() throws {
        guard let open = standing.drill, let drill = openDrill else { return }
        let number = drill.hints.nextNumber(after: open.hints)
        guard let hint = drill.hints.numbered(number) else { return }
        try note(.hint(step: drill.name, number: number))
        tell(hint: "Hint \(number) of \(drill.hints.count): \(hint.render(student.situation.values))")
    }

    func giveUp() async throws {
        guard let open = standing.drill else { return tell("No drill is open.") }
        guard let drill = openDrill else {
            try note(.drilled(open.name, repaired: false, seconds: 0, hints: open.hints))
            return tell("This lab no longer has the drill \(open.name), so lab cannot repair it.")
        }
        let calls = student.situation.calls(of: drill.repair)
        list(calls, withReasons: true)
        say("")
        let failed = try await carryOut(calls, saying: "repairing")
        if let failed { tell("A command on \(failed.call.place) ended with status \(failed.statusText).") }
        let left = try await withProgress { [student, seconds] report in
            report("", "checking whether everything is in order again")
            return try await student.stragglers(within: .seconds(60), seconds: seconds)
        }
        let seconds = Int(Date().timeIntervalSince(open.began))
        try note(.drilled(open.name, repaired: false, seconds: seconds, hints: open.hints))
        forgetRound()
        if let account = standing.reviews[open.name]?.last { tellAccount(account, drill) }
        tellCause(of: open)
        say("")
        guard !left.isEmpty else { return say(palette.paint("The machines are as they were.", .passed)) }
        say(VerdictText(terminal).list(Array(left.prefix(4))))
        let back =
            puttingBack == nil ? "" : " 'goto \(lab.steps.last?.name ?? "") fresh' turns the practice machines into a finished cluster."
        tell("Not everything passes yet.\(back)")
    }

    /// Runs tasks with a line of progress for each machine.
    func carryOut(_ calls: [TaskCall], saying word: String) async throws -> TaskFailure? {
        try await withProgress { [student] report in
            try await student.runAll(calls) { progress in
                if case .task(let call) = progress { report(call.isAtWorkstation ? "" : call.place, word) }
            }
        }
    }
}
