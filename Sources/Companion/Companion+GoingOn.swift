import Course
import Display
import Pages
import Terminal
import Walk

extension Companion {
    /// Makes the practice machines as they were at a moment of a recorded walk, after a question, and says what is not as it was.
    /// - Parameter sure: nobody is asked.
    /// - Returns: whether it was done.
    package func goOn(by way: WayOn, sure: Bool = false) async throws -> Bool {
        guard let step = lab.step(named: way.step) else { return false }
        let foreign = way.typed.filter { !$0.isOfCourse }
        if !foreign.isEmpty {
            tell(
                "That walk has \(foreign.count == 1 ? "a command" : "\(foreign.count) commands") that the course does not have. These will run on your practice machines:"
            )
            list(foreign.map(\.call), withReasons: false)
            guard sure || Question.yes("Run them?") else {
                tell("Nothing was changed.")
                return false
            }
        }
        guard try await again(step, sure: sure) else { return false }
        try await alone {
            for typed in way.typed { try await type(typed) }
            if let drill = way.drill {
                try note(.drill(drill.name, blind: false))
                if let failed = try await carryOut(student.situation.calls(of: drill.inject), saying: "putting the fault in") {
                    try note(.drilled(drill.name, repaired: false, seconds: 0, hints: 0))
                    tell(
                        "The fault could not be put in: a command on \(failed.call.place) ended with status \(failed.statusText). Taking back what was done."
                    )
                    _ = try await carryOut(student.situation.calls(of: drill.repair), saying: "taking it back")
                }
            }
        }
        forgetRound()
        mayHaveChanged = true
        say("")
        for remark in way.remarks { tell(Cleaner.line(remark, limit: 300)) }
        tell("What somebody typed on a machine without lab is in no journal, and so it is not here either.")
        guard let then = way.then else { return true }
        let comparison = try await looking { student, seconds, report in
            try await student.compare(with: then, seconds: seconds, progress: report)
        }
        say("")
        say(DifferenceText(terminal, student.situation).tell(ToldDifference(comparison, with: then), all: false))
        say("")
        return true
    }

    /// Types a command of a recorded walk, and writes it down.
    private func type(_ typed: WayOn.Typed) async throws {
        let call = typed.call
        try note(.begin(call.record(step: typed.step)))
        let outcome = try await withProgress { [student] report in
            report(call.isAtWorkstation ? "" : call.place, "task \(call.number) of \(typed.step)")
            return try await student.run(call, live: { _ in })
        }
        try note(call.ran(outcome, step: typed.step))
        let status = outcome.status ?? -1
        guard status != typed.status else { return }
        tell("Task \(call.number) at \(call.place) ended with status \(status) here, and with \(typed.status) in that walk.")
    }
}
