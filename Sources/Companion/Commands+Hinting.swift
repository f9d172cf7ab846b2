import Foundation
import Pages
import Walk

extension CommandTable {
    static let hinting: [Command] = [
        Command(
            name: "hint", arguments: "", summary: "get a nudge; again for more",
            page: """
                After a check that failed: how that comes about, then how to see it for yourself, then what to do. Then, or without such a
                check, it is about the step: the first hint gives nothing away, the second says where to look, the third what to type.
                """, completes: .nothing
        ) { companion, _ in
            if companion.standing.drill != nil { return try companion.hintAtDrill() }
            if try companion.hintAtFailure() { return }
            let hints = companion.current.hints
            guard !hints.isEmpty else { return companion.tell("This step needs no hints. Type 'next'.") }
            let number = hints.nextNumber(after: companion.standing.hints[companion.current.name] ?? 0)
            guard let hint = hints.numbered(number) else { return }
            try companion.note(.hint(step: companion.current.name, number: number))
            let text = hint.render(companion.student.situation.values)
            companion.tell(hint: "Hint \(number) of \(hints.count): \(text)")
            if companion.state(of: companion.current) == .unknown {
                companion.tell("'check' shows what is missing yet; after it, hints are about that.")
            }
            try await companion.warnOfHarm(companion.current, [text])
        },
        Command(
            name: "solution", arguments: "", summary: "show every command of the step",
            page: """
                Shows what to type, machine by machine, without the explanations. `run` types it for you.
                """, completes: .nothing
        ) { companion, _ in
            if let drill = companion.openDrill {
                try companion.note(.solution(step: drill.name))
                return companion.list(companion.student.situation.calls(of: drill.repair), withReasons: true)
            }
            let calls = companion.student.situation.calls(of: companion.current)
            guard !calls.isEmpty else { return companion.tell("There is nothing to type in this step.") }
            try companion.note(.solution(step: companion.current.name))
            companion.list(calls, withReasons: false)
            try await companion.warnOfHarm(companion.current, calls.map(\.command))
        },
    ]
}

extension Companion {
    /// Hints at what failed in the last check of the current step, before the step's own.
    /// - Returns: whether there was such a failure with a cause, and a hint at it that was not given yet.
    func hintAtFailure() throws -> Bool {
        guard state(of: current) == .failed, let round = lastRound else { return false }
        let own = Set(current.checks.map(\.name.string))
        // What the step's own wait for counts as well: a machine that cannot be reached, say.
        let roots = round.judgements.filter { own.contains($0.subject.check) }.roots
        let failures = round.judgements.failedByWeight.filter { own.contains($0.subject.check) || roots.contains($0.subject) }
        guard let failed = failures.first,
            let hints = FailureHints(failed, student.judge.catalog, student.situation)
        else { return false }
        // After the last of them the step's own hints follow.
        let number = (failureHints[failed.subject] ?? 0) + 1
        guard number <= hints.all.count else { return false }
        failureHints[failed.subject] = number
        let hint = hints.all[number - 1]
        tell("Hint \(number) of \(hints.all.count), for \(failed.subject): \(hint.text)")
        if let commands = hint.commands { show(commands: commands) }
        return true
    }

    /// A hint, with its commands below its text.
    func tell(hint: String) {
        for part in HintText.parts(of: hint) { if part.isTyped { show(commands: part.text) } else { tell(part.text) } }
    }

    /// What to type, place by place.
    func list(_ calls: [TaskCall], withReasons: Bool) {
        // Machines with the same commands stand together, as in the step itself.
        var groups: [(first: TaskCall, places: [String])] = []
        for call in calls {
            if let same = groups.firstIndex(where: {
                $0.first.number == call.number && $0.first.command == call.command && $0.first.account == call.account
            }) {
                groups[same].places.append(call.place)
            } else {
                groups.append((call, [call.place]))
            }
        }
        for (call, places) in groups {
            say(palette.paint("\(call.number). \(call.title(at: places))", .strong))
            if withReasons { say(StepText.render(markdown: call.why, for: terminal)) }
            show(commands: call.command)
        }
    }
}
