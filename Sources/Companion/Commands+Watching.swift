import Course
import Failover

extension CommandTable {
    static func watching(_ watch: Lab.Watch?) -> Command {
        switch watch {
        case nil:
            Command(
                name: "watch", arguments: "", summary: "check until everything passes", page: always + "\n\n    watch", completes: .nothing,
                run: run)
        case .failover:
            Command(
                name: "watch", arguments: "[failover [SECONDS]]", summary: "check until everything passes, or see a failover live",
                page: always + "\n\n" + FailoverViewer.page, completes: .words(["failover"]), run: run)
        }
    }

    private static let always =
        "On its own it looks at the machines every few seconds, until all checks of the step pass. Ctrl-C stops it."

    @MainActor @Sendable
    private static func run(_ companion: Companion, _ rest: String) async throws {
        if rest.isEmpty { try await companion.watch() } else { try await companion.watch(rest) }
    }
}

extension Companion {
    func watch(_ rest: String) async throws {
        let words = rest.split(separator: " ").map(String.init)
        guard lab.watch == .failover else { return tell("'watch' checks until everything passes, and takes no argument in this lab.") }
        guard words.first == "failover", words.count <= 2 else {
            return tell(
                "'watch' alone checks until everything passes. 'watch failover' shows a failover, 'watch failover 60' for 60 seconds.")
        }
        let limit = words.count == 2 ? Int(words[1]) : FailoverViewer.longest
        guard let limit, (1...FailoverViewer.longest).contains(limit) else {
            return tell("How many seconds? A number from 1 to \(FailoverViewer.longest), such as: watch failover 60")
        }
        let wasOut = try await FailoverViewer(student: student, terminal: terminal, asking: asking).watch(seconds: limit)
        // Whoever has just seen a machine die wants to know how it comes back.
        mayHaveChanged = true
        say("")
        if wasOut, lab.why != nil {
            try await why("logs")
            say("")
        }
        tell("'check all' says what the machines are like now, and 'explain' how one that was lost comes back.")
    }
}
