import Checks
import Course
import Testing

@testable import Companion

@Suite struct CommandTableTests {
    @Test func aShortListSaysHowManyItLeavesOut() {
        let subjects = (1...8).map { Judgement.Subject(check: "c\($0)", machine: $0 == 1 ? nil : "pg1") }
        #expect(Companion.shortList(Array(subjects.prefix(2))) == "explain c1; explain c2 pg1.")
        #expect(Companion.shortList(subjects).hasSuffix("explain c6 pg1; and 2 more."))
    }

    @Test func theStatusOfACommandIsNoFaultOfSSH() {
        let told = SSHEnd.told(2, hadCommand: false, on: "pg2")
        #expect(told == "Back from pg2. The last command there ended with status 2; nothing is wrong with ssh.")
        #expect(SSHEnd.told(1, hadCommand: true, on: "pg2") == "The command ended with status 1 on pg2.")
    }

    @Test func whatWasStoppedIsToldOnce() {
        #expect("\(TaskStopped(place: "pg1"))".components(separatedBy: "Stopped.").count == 2)
        #expect(!((TaskStopped(place: "pg1") as any Error) is CancellationError))
    }

    /// What people type most is one letter: a new command must not take it away.
    @Test(arguments: [("c", "check"), ("q", "quit")])
    func oneLetterIsEnoughForWhatIsTypedMost(letter: String, name: String) {
        for watch in [nil, Lab.Watch.failover] { #expect(CommandTable(watch: watch).find(letter)?.name == name) }
    }

    /// A plain word leads to a command that is there, is not the beginning of another one, and leads to one alone.
    @Test func plainWordsMeanOneCommandEach() throws {
        for watch in [nil, Lab.Watch.failover] {
            let table = CommandTable(watch: watch)
            for (command, words) in PlainWords.commands {
                #expect(table.find(command)?.name == command)
                for word in words {
                    #expect(table.begun(with: word).isEmpty, "'\(word)' is taken for a command before it is looked up")
                    #expect(PlainWords.command(for: word) == command, "\(word)")
                    #expect(word == "?" || PlainWords.command(for: word.uppercased() + " now!") == command, "\(word)")
                }
            }
        }
    }

    @Test(arguments: ["I am stuck", "what next?", "¿y ahora qué?", "and now"]) func aMoodIsNoCommand(line: String) {
        #expect(PlainWords.command(for: line) == nil)
        #expect(PlainWords.asksForDirection(line))
    }

    @Test(arguments: [
        (1, "about 1 minute"), (89, "about 89 minutes"), (90, "about 1½ hours"), (315, "about 5½ hours"), (290, "about 5 hours"),
    ])
    func longTimesAreInHours(minutes: Int, text: String) { #expect(CommandTable.roughly(minutes: minutes) == text) }

    @Test func againIsACommandWithAPageAndExamples() throws {
        let command = try #require(CommandTable(watch: nil).find("again"))
        #expect(CommandTable(watch: nil).find("aga")?.name == "again")
        #expect(command.page.contains("    again {{middle}}"))
        guard case .step = command.completes else {
            Issue.record("steps are not completed, but \(command.completes)")
            return
        }
    }
}
