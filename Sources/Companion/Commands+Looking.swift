import Pages
import Practice

extension CommandTable {
    static let looking: [Command] = [
        Command(
            name: "map", arguments: "", summary: "draw the machines with their real state",
            page: """
                Looks at the machines and draws what each one is now: reached or not, its name, its server, its role.
                """, completes: .nothing
        ) { companion, _ in try await companion.desk.map() },
        Command(
            name: "facts", arguments: "[LIBRARY | TABLE [MACHINE]]", summary: "show what can be observed, or a table of it",
            page: """
                Without a name: every table, by library. With a library's name: what each of its tables shows. With a table's name:
                looks at the machines and shows the table.

                    facts
                    facts {{table}} {{second}}
                """, completes: .table
        ) { companion, rest in try await companion.desk.facts(rest) },
        Command(
            name: "sql", arguments: "SELECT …", summary: "ask your machines anything, in SQL",
            page: """
                Every fact is a row of a table; `facts` lists the tables, and Tab completes tables and columns. lab looks at
                the machines for the tables that the query names, each time. Every table has the column `machine`.

                    sql SELECT machine, {{column}} FROM {{table}}
                    sql SELECT {{column}}, count(*) FROM {{table}} GROUP BY {{column}}
                """, completes: .sql
        ) { companion, rest in try await companion.desk.sql(rest) },
    ]
}

extension Companion {
    /// Questions about the machines as they are now.
    package var desk: FactsPrompt {
        FactsPrompt(judge: student.judge, voice: voice) { tables in
            try await self.withProgress { [student = self.student, seconds = self.seconds] report in
                try await student.fleet.look(at: tables, on: student.machines, in: student.situation, seconds: seconds) { name, progress in
                    if case .looking = progress { report(name, "looking") } else { report(name, "done") }
                }.map(\.masked.facts)
            }
        }
    }
}
