import Course
import DataFiles
import Facts
import Testing
import TestSupport

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

    /// A table for one environment: elsewhere nobody looks, and it is known to have no rows.
    @Test func aTableOfAnotherEnvironmentHasNoRows() throws {
        let table = """
            format: 1
            tables:
            - {table: vm, about: x, at: workstation, program: VBoxManage, environment: virtualbox, columns: {state: text}, sh: row on}
            """
        let catalog = try WrittenLibrary.read(facts: table).facts
        #expect(catalog.tables[0].isAtWorkstation)
        for environment in Environment.allCases {
            let here = LittleCourse.situation
            let situation = Situation(lab: here.lab, platform: here.platform, environment: environment, contacts: here.contacts)
            let store = try FactStore(catalog: catalog, situation: situation)
            let query = FactQuery("SELECT state FROM this_vm", over: FactNames(of: catalog, roles: []))
            let unknown = try store.unknowns(of: query, this: "pg1", leavingOut: false).map(\.reason)
            #expect(unknown == (environment == .virtualbox ? ["not looked at yet"] : []), "\(environment)")
        }
    }

    @Test(arguments: [
        ("at: workstation, as: root, program: x", "a table of the workstation has no 'as'"),
        ("at: workstation, each: peer, program: x", "a table of the workstation has no 'each'"),
        ("at: workstation", "the key 'program' is missing"),
        ("at: all, program: x", "'all' is not valid here; expected workstation"),
        ("as: root, program: x", "'program' is for tables of the workstation"),
        ("as: root, environment: moon", "there is no environment 'moon'"),
    ])
    func aTableOfTheWorkstationSaysWhatItAsks(keys: String, what: String) throws {
        let table = "format: 1\ntables:\n- {table: vm, about: x, \(keys), columns: {state: text}, sh: row on}\n"
        do {
            _ = try WrittenLibrary.read(facts: table)
            Issue.record("nothing was said of \(keys)")
        } catch let complaints as Complaints {
            #expect(complaints.all.contains { $0.description.contains(what) }, "\(complaints.all)")
        }
    }
}
