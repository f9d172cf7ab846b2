import Failover

extension CommandTable {
    static let watching: [Command] = [
        Command(name: "watch", arguments: "[failover [SECONDS]]", summary: "check until everything passes, or see a failover live", page: """
            Without a word it looks at the machines every few seconds, until all checks of the step pass. Ctrl-C stops it.

            `watch failover` shows what a failover does to an application. It writes a row four times a second, asks every
            server at the same time what it is, and draws both. Start it; then, in another terminal, let the primary die:
            stop PostgreSQL on pg1, or switch the machine off. Leave the rest to the cluster, and watch.

            It ends ten seconds after writes are possible again, after SECONDS, or at Ctrl-C. Then it tells how long no write
            was possible, how many acknowledged rows are lost, who was promoted, and why.

                watch
                watch failover
                watch failover 60

            In a terminal of its own, beside an open lab, that is the command `lab watch failover`.

            The rows go into the table `lab_watch` of the database `labdb`, and lab deletes them at the end.
            """, completes: .words(["failover"])
        ) { companion, rest in
            if rest.isEmpty { try await companion.watch() } else { try await companion.watch(rest) }
        }
    ]
}

extension Companion {
    func watch(_ rest: String) async throws {
        let words = rest.split(separator: " ").map(String.init)
        guard words.first == "failover", words.count <= 2 else {
            return tell("'watch' alone checks until everything passes. 'watch failover' shows a failover, 'watch failover 60' for 60 seconds.")
        }
        let limit = words.count == 2 ? Int(words[1]) : FailoverViewer.longest
        guard let limit, (1...FailoverViewer.longest).contains(limit) else {
            return tell("How many seconds? A number from 1 to \(FailoverViewer.longest), such as: watch failover 60")
        }
        try await FailoverViewer(student: student, terminal: terminal, asking: asking).watch(seconds: limit)
    }
}
