import ArgumentParser
import Display
import Failover
import Foundation
import Pages
import Terminal
import Walk

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch your cluster live, beside an open lab.",
        discussion: """
            EXAMPLES
              lab watch failover
            """,
        shouldDisplay: Examples.hasWatch,
        subcommands: [Failover.self])

    struct Failover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "failover",
            abstract: "See a failover live, and how long it took.",
            discussion: """
                Writes a row four times a second, as an application would, asks every server
                at the same time what it is, and draws both. Let the primary die meanwhile.
                At the end it reports how long no write was possible, how many acknowledged
                rows are lost and who was promoted, and then what 'lab why' tells: what each
                machine saw, and what decided. Ctrl-C ends it.

                EXAMPLES
                  lab watch failover
                  lab watch failover 60
                """)

        @OptionGroup var options: StudentOptions
        @Argument(help: "When to end, in seconds. Default: ten seconds after writes are possible again.") var limit: Int?
        @OptionGroup var colour: ColourOptions

        func validate() throws {
            guard (1...FailoverViewer.longest).contains(limit ?? 1) else {
                throw ValidationError("A watch takes 1 to \(FailoverViewer.longest) seconds.")
            }
        }

        @MainActor
        func run() async throws {
            let asking = Asking()
            let student = try options.student(dialogue: asking.dialogue)
            guard student.lab.watch == .failover else { throw ValidationError("The lab \(student.lab.name) has nothing to watch live.") }
            let viewer = FailoverViewer(student: student, terminal: .standardOutput(noColour: colour.noColour), asking: asking)
            do {
                if try await viewer.watch(seconds: limit ?? FailoverViewer.longest) { try await tellWhy(student) }
            } catch is CancellationError {
                Screen.tell("Stopped.")
            }
            await student.fleet.close()
        }

        /// What `lab why` tells of the outage.
        private func tellWhy(_ student: Student) async throws {
            guard let last = student.lab.steps.last else { return }
            let round = try await student.check([], besides: student.tablesOfWhy(at: last))
            guard let told = try student.chronicle(in: round) else { return }
            Screen.say("")
            Screen.say(ChronicleText(.standardOutput(noColour: colour.noColour)).tell(told, inCompanion: false))
        }
    }
}
