import Facts
import Testing

/// Tables and views are made when a query first names them, and nobody can tell.
@Suite struct FactStoreTests {
    private let store: FactStore

    init() throws { store = try LittleCourse().judge.emptyStore() }

    private func ask(_ sql: String, this: String? = nil) throws -> [[String]] {
        let query = FactQuery(sql, over: FactNames(of: store.catalog, roles: LittleCourse.situation.lab.singleRoles))
        return try store.rows(query, this: this).rows.map { $0.map(\.description) }
    }

    @Test func rowsComeInTheOrderInWhichTheyWereLoaded() throws {
        for name in ["pg3", "pg1", "pg2"] { try store.load(LittleCourse.facts(name)) }
        try store.load(LittleCourse.facts("pg3", host: "again"))
        #expect(try ask("SELECT machine, name FROM host") == [["pg1", "pg1"], ["pg2", "pg2"], ["pg3", "again"]])
        try store.load(LittleCourse.facts("pg1"))
        #expect(try ask("SELECT machine FROM host") == [["pg2"], ["pg3"], ["pg1"]])
    }

    @Test func whatWasAskedBeforeALookSaysWhatTheLookBrought() throws {
        let seen = "SELECT machine, fact, ok, reason FROM observed WHERE machine = 'pg1' AND fact = 'host'"
        #expect(try ask(seen) == [["pg1", "host", "0", "not looked at yet"]])
        #expect(try ask("SELECT name FROM primary_host") == [])
        try store.load(LittleCourse.facts("pg1"))
        #expect(try ask(seen) == [["pg1", "host", "1", ""]])
        #expect(try ask("SELECT name FROM primary_host") == [["pg1"]])
        #expect(try ask("SELECT name FROM this_host", this: "pg2") == [])
        try store.load(MachineFacts(machine: "pg1", reached: true, tables: ["host": .unknown(reason: "no time")]))
        #expect(try ask(seen) == [["pg1", "host", "0", "no time"]])
        #expect(try ask("SELECT name FROM primary_host") == [])
        #expect(try ask("SELECT count(*) FROM this_observed WHERE ok", this: "pg1") == [["1"]])
        try store.reset(for: LittleCourse.situation)
        #expect(try ask(seen) == [["pg1", "host", "0", "not looked at yet"]])
        #expect(try ask("SELECT name FROM primary_host UNION ALL SELECT value FROM id") == [])
        #expect(!store.wasReached("pg1"))
    }

    /// SQLite takes more for a table's name than a reader of words does.
    @Test func aNameThatOnlySQLiteKnowsIsFound() throws {
        try store.load(LittleCourse.facts("pg1"))
        #expect(try ask("SELECT name FROM main.host") == [["pg1"]])
        #expect(try ask("SELECT name FROM 'host'") == [["pg1"]])
        #expect(try ask("SELECT name FROM (host)") == [["pg1"]])
        #expect(try ask("SELECT name FROM \"host\" AS \"h\"") == [["pg1"]])
        #expect(try ask("SELECT EXISTS (SELECT 1 FROM id, host)") == [["1"]])
    }

    /// However a query writes a table's name, it waits for the facts of it, and sees those of this round.
    @Test(arguments: ["main.observed", "'observed'", "\"observed\"", "main.\"observed\"", "id AS i, 'observed'", "id JOIN main.observed"])
    func aNameIsReadAsSQLiteReadsIt(from: String) throws {
        let sql = "SELECT count(*) FROM \(from) WHERE fact = 'host' AND ok"
        for loaded in [false, true] {
            if loaded { try store.load(LittleCourse.facts("pg1")) }
            #expect(try ask(sql) == [[loaded ? "1" : "0"]])
        }
        try store.reset(for: LittleCourse.situation)
        try store.load(MachineFacts(machine: "pg1", reached: true, tables: ["id": .rows([[.text("x")]])]))
        #expect(try ask(sql) == [["0"]])
        let names = FactNames(of: store.catalog, roles: [])
        let written = FactQuery("SELECT 1 FROM \(from.replacing("observed", with: "host")) WHERE 'trace' IN ('id', 'trace')", over: names)
        #expect(written.reads.map(\.table).contains("host") && !written.reads.map(\.table).contains("trace"))
    }

    @Test func everyValueComesBackAsItWasLoaded() throws {
        let texts = ["", "a'b", "é\n", "\\N"]
        let rows = texts.map { [FactValue.text($0)] } + [[.null]]
        try store.load(MachineFacts(machine: "pg1", reached: true, tables: ["host": .rows(rows)]))
        let query = try store.query("SELECT name FROM host")
        #expect(try store.rows(query, this: nil).rows == rows)
    }
}
