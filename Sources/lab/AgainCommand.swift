import ArgumentParser
import Companion
import Course
import Display
import Foundation
import Journal
import Pages
import Walk

struct AgainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "again",
        abstract: "Do a step over, from its start.",
        discussion: """
            On practice machines: puts them back to the start of the step, after a
            question, and opens lab there. What is on them is lost. The first time this
            takes some minutes, later a few seconds.

            On your own machines: shows what to type to take back what the step did, and
            what that costs. lab types none of it. Not every step has such undo tasks;
            if there are none, it says what else you can do.

            EXAMPLES
              lab again \(Examples.middle)
              lab again \(Examples.middle) --yes        do not ask
            """)

    @OptionGroup var options: StudentOptions
    @Argument(help: "The step, by name or number.", completion: Candidates.steps) var step: String
    @Flag(help: "Put practice machines back without asking.") var yes = false
    @OptionGroup var colour: ColourOptions

    @MainActor
    func run() async throws {
        let student = try options.student()
        let step = try student.lab.requiredStep(step)
        guard student.situation.environment == .sandbox else { return showUndo(of: step, student) }
        let isInteractive = isatty(STDIN_FILENO) == 1
        guard yes || isInteractive else {
            throw ValidationError(
                "What is on the practice machines is lost when they are put back, and standard input is not a terminal, "
                    + "so lab cannot ask. If you mean it, add --yes.")
        }
        let companion = try await StartCommand.companion(options, noColour: colour.noColour)
        guard try await companion.again(step, sure: yes) else { return }
        guard isInteractive else {
            return print(
                "The practice machines are as at the start of \(step.name), and it is your current step. Go on with: lab\n"
                    + "Or read it here:             lab show \(step.name)")
        }
        let status = try await companion.run(first: "read")
        if status != 0 { throw ExitCode(status) }
    }

    private func showUndo(of step: Step, _ student: Student) {
        let text = UndoText(student.situation, passed: Standing.passed(by: options.journalFile(student))).markdown(step)
        print(StepText.render(markdown: text, for: .standardOutput(noColour: colour.noColour)))
    }
}
