import ArgumentParser
import Companion
import Course
import Display
import Foundation
import Journal
import Pages
import Terminal

/// What the commands take that one also types inside lab. They are the same commands: the prompt's own, carried out once.
struct PromptOptions: ParsableArguments {
    @OptionGroup var student: StudentOptions
    @OptionGroup var looks: LookOptions
    @OptionGroup var colour: ColourOptions

    var voice: Voice { Voice(.standardOutput(noColour: colour.noColour)) }

    /// The prompt, for one command.
    /// - Parameter writing: whether the command is written down in the journal. If not, lab may be open on it elsewhere.
    @MainActor
    func companion(writing: Bool = false) throws -> Companion {
        let asking = Asking()
        let who = try student.student(dialogue: asking.dialogue, onlyLooking: true)
        let file = student.journalFile(who)
        let journal = try writing ? Journal(file) : Journal(reading: file)
        return try Companion(student: who, journal: journal, voice: voice, asking: asking, seconds: looks.seconds)
    }

    /// Carries out a command of the prompt, and ends with its exit status.
    @MainActor
    func carryOut(_ command: String, _ words: [String] = [], writing: Bool = false) async throws {
        let status = try await companion(writing: writing).once(command, words.joined(separator: " "))
        if status != 0 { throw ExitCode(status) }
    }
}
