import ArgumentParser
import Companion
import Course
import Display
import Foundation
import Journal
import Machines
import Pages
import Practice
import Sandbox
import Terminal
import Walk

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start or resume the walk. This is what lab does without a command.",
        discussion: """
            EXAMPLES
              lab
              printf 'check\\nquit\\n' | lab

            The exit status is that of the last check, or 0 without one.
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @OptionGroup var colour: ColourOptions

    @MainActor
    func run() async throws {
        let status = try await Self.companion(options, seconds: looks.seconds, noColour: colour.noColour).run()
        if status != 0 { throw ExitCode(status) }
    }

    /// The REPL for a student's machines; asks where these are if nobody knows yet.
    /// - Parameter mayBreak: drills are also allowed on machines that are not a sandbox.
    @MainActor
    static func companion(_ options: StudentOptions, seconds: Int = LookOptions.usualSeconds, noColour: Bool, mayBreak: Bool = false)
        async throws -> Companion
    {
        let terminal = Terminal.standardOutput(noColour: noColour)
        let folders = Folders()
        if options.inventoryFile(folders) == nil { try await MachinesCommand.ask(options, terminal, folders) }
        let asking = Asking()
        let student = try options.student(dialogue: asking.dialogue)
        let isSandbox = student.situation.environment == .sandbox
        return try Companion(
            student: student, journal: try Journal(options.journalFile(student, folders)), voice: Voice(terminal), asking: asking,
            seconds: seconds,
            puttingBack: isSandbox ? puttingBack(options, folders) : nil, mayBreak: isSandbox || mayBreak)
    }

    /// How the practice machines go back to the start of a step.
    private static func puttingBack(_ options: StudentOptions, _ folders: Folders) throws -> PuttingBack {
        let sandbox = try options.course.sandbox(folders)
        return PuttingBack(try options.course.states(of: sandbox))
    }
}
