import Foundation
import Walk

extension CommandTable {
    static let hinting: [Command] = [
        Command(
            name: "hint", arguments: "", summary: "get a nudge; again for more",
            page: """
                The first hint gives nothing away, the second says where to look, the third what to type.
                """, completes: .nothing
        ) { companion, _ in
            if companion.standing.drill != nil { return try companion.hintAtDrill() }
            let hints = companion.current.hints
            guard !hints.isEmpty else { return companion.tell("This step needs no hints. Type 'next'.") }
            let number = hints.nextNumber(after: companion.standing.hints[companion.current.name] ?? 0)
            guard let hint = hints.numbered(number) else { return }
            try companion.note(.hint(step: companion.current.name, number: number))
            let text = hint.render(companion.student.situation.values)
            companion.tell("Hint \(number) of \(hints.count): \(text)")
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
    /// What to type, place by place.
    func list(_ calls: [TaskCall], withReasons: Bool) {
        for call in calls {
            say(palette.paint("\(call.number). \(call.title)", .strong))
            if withReasons { tell("    " + call.why.trimmingCharacters(in: .whitespacesAndNewlines)) }
            for line in call.command.split(separator: "\n", omittingEmptySubsequences: false) {
                say("    " + palette.paint(String(line), .command))
            }
        }
    }
}
