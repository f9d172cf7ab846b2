import Testing

@testable import Companion

@Suite struct CommandTableTests {
    @Test func againIsACommandWithAPageAndExamples() throws {
        let command = try #require(CommandTable.find("again"))
        #expect(CommandTable.find("aga")?.name == "again")
        #expect(command.page.contains("    again standbys"))
        guard case .step = command.completes else {
            Issue.record("steps are not completed, but \(command.completes)")
            return
        }
    }
}
