import Testing

@testable import Companion

@Suite struct CommandTableTests {
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
