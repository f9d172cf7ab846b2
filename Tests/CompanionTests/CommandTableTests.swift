import Course
import Testing

@testable import Companion

@Suite struct CommandTableTests {
    /// What people type most is one letter: a new command must not take it away.
    @Test(arguments: [("c", "check"), ("q", "quit")])
    func oneLetterIsEnoughForWhatIsTypedMost(letter: String, name: String) {
        for watch in [nil, Lab.Watch.failover] { #expect(CommandTable(watch: watch).find(letter)?.name == name) }
    }

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
