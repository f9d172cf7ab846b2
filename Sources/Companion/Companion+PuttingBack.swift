import Course
import Foundation
import Pages
import Practice
import Terminal
import Walk

extension Companion {
    /// Says how practice machines come to the start of a step.
    func offerPuttingBack(to step: Step) {
        guard puttingBack != nil else { return }
        tell("The machines stay as they are. 'again \(step.name)' puts them back to the start of this step.")
    }

    /// Does a step over: practice machines are put back to its start, and it becomes the current step. On other machines
    /// the undo tasks are shown, and nothing changes.
    /// - Parameter sure: nobody is asked.
    /// - Returns: whether the machines were put back.
    package func again(_ step: Step, sure: Bool = false) async throws -> Bool {
        guard puttingBack != nil else {
            if standing.drill != nil { tell("A drill is open, and its fault is still in the machines: repair it first, or type 'giveup'.") }
            let text = UndoText(student.situation, passed: standing.passed).markdown(step)
            say(StepText.render(markdown: text, for: terminal))
            return false
        }
        guard try await putBack(to: step, sure: sure) else { return false }
        try makeCurrent(step)
        return true
    }

    /// Puts the practice machines back to the start of a step, after a question.
    /// - Returns: whether it was done.
    func putBack(to step: Step, sure: Bool = false) async throws -> Bool {
        guard let puttingBack else {
            tell(
                "lab only puts practice machines back, and these are your own. 'again \(step.name)' shows what to type, "
                    + "if there is a way; 'goto \(step.name)' goes there and leaves them as they are.")
            return false
        }
        guard sure || Question.yes("Put the practice machines back to the start of \(step.name)? What is on them now is lost.") else {
            let advice = " Standard input is not a terminal, so lab cannot ask; 'lab again \(step.name) --yes' in a shell does it."
            tell("Nothing was changed." + (editor.isInteractive ? "" : advice))
            return false
        }
        try noteOpening()
        await student.fleet.close()
        try await alone { try await carryOut(puttingBack, to: step) }
        try forgetMachines(from: step)
        return true
    }

    /// Puts the machines back, with a line of progress for each.
    private func carryOut(_ puttingBack: PuttingBack, to step: Step) async throws {
        let all = "sandbox"
        let lines = ProgressLines([all] + student.machines.map(\.name), terminal: terminal)
        defer { lines.finish() }
        try await Interrupts.running {
            try await puttingBack(to: step.name) { lines.set($0 ?? all, $1, counting: $0 == nil) }
        }
    }

    /// Nothing of what was seen from a step on is true of machines that were put back to its start.
    private func forgetMachines(from step: Step) throws {
        forgetRound()
        lastChanges = [:]
        memory = PassMemory()
        // Failing to save this help is not a reason to stop a student.
        try? memory.write(memoryFile)
        let undone = lab.position(of: step.name).map { lab.steps[$0...].map(\.name) } ?? []
        try note(.again(step: step.name, undone: undone.filter(standing.passed.contains)))
        if let open = standing.drill {
            try note(.drilled(open.name, repaired: false, seconds: Int(Date().timeIntervalSince(open.began)), hints: open.hints))
            tell("The drill that was open is over: its fault went with what was on the machines.")
        }
    }
}
