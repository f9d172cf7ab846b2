import Course
import Testing

@testable import Facts

/// What differs between two looks, and in which order it is told.
@Suite struct FactComparisonTests {
    private let catalog: FactCatalog

    init() throws {
        catalog = try LookTests.catalog(
            """
            - table: answer
              about: What follows.
              as: student
              columns: {peer: text, ok: bool}
              sh: row pg2 t
            - table: setting
              about: What somebody has set.
              as: student
              moving: [line]
              nature: made
              columns: {name: text, setting: text, line: int}
              sh: row a 1 1
            - table: next_setting
              about: The same at the next start.
              as: student
              nature: made
              columns: {name: text, setting: text}
              sh: row a 1
            - table: rule
              about: Rules by two columns.
              as: student
              moving: [number]
              key: [kind, who]
              nature: made
              columns: {number: int, kind: text, who: text, method: text}
              sh: row 1 host all trust
            - table: process
              about: A process and its state.
              as: student
              alike: {state: [R, S]}
              columns: {name: text, state: text}
              sh: row x S
            - table: key
              about: A key of its own.
              as: student
              own: [key]
              nature: made
              columns: {path: text, key: text}
              sh: row p k
            - table: said
              about: Lines that grow.
              as: student
              nature: log
              columns: {line: text}
              sh: row x
            """)
    }

    private func facts(_ tables: [String: [[FactValue]]], of machine: String = "pg1") -> MachineFacts {
        MachineFacts(machine: machine, reached: true, tables: tables.mapValues(Observation.rows))
    }

    private func told(_ before: [String: [[FactValue]]], _ after: [String: [[FactValue]]], _ relation: FactComparison.Relation = .same)
        -> [String]
    {
        FactComparison([(facts(before), facts(after))], catalog: catalog, relation: relation).findings.map { "\($0.difference)" }
    }

    @Test func whatSomebodyMadeComesBeforeWhatFollows() {
        let told = told(
            ["answer": [[.text("pg2"), .bool(true)]], "setting": [[.text("port"), .text("5432"), .int(3)]]],
            ["answer": [[.text("pg2"), .bool(false)]], "setting": [[.text("port"), .text("5433"), .int(3)]]])
        #expect(told == ["pg1 setting: setting was '5432', is '5433'", "pg1 answer: ok was 'yes', is 'no'"])
    }

    @Test func whatMovesByItselfIsNoDifference() {
        #expect(told(["setting": [[.text("port"), .text("1"), .int(3)]]], ["setting": [[.text("port"), .text("1"), .int(9)]]]).isEmpty)
        #expect(told(["process": [[.text("x"), .text("R")]]], ["process": [[.text("x"), .text("S")]]]).isEmpty)
        #expect(told(["said": []], ["said": [[.text("news")]]]).isEmpty)
    }

    @Test func aStateThatIsNotAlikeIsOne() {
        let told = told(["process": [[.text("x"), .text("S")]]], ["process": [[.text("x"), .text("T")]]])
        #expect(told == ["pg1 process: state was 'S', is 'T'"])
    }

    @Test func aChangeThatShowsInTwoTablesIsOneFinding() {
        let old: [[FactValue]] = [[.text("a"), .text("1"), .int(1)], [.text("b"), .text("1"), .int(2)]]
        let new: [[FactValue]] = [[.text("a"), .text("2"), .int(1)], [.text("b"), .text("1"), .int(2)]]
        let comparison = FactComparison(
            [
                (
                    facts(["setting": old, "next_setting": old.map { Array($0.prefix(2)) }]),
                    facts(["setting": new, "next_setting": new.map { Array($0.prefix(2)) }])
                )
            ], catalog: catalog)
        #expect(comparison.findings.map(\.difference.table) == ["setting"])
        #expect(comparison.findings.map(\.alsoIn) == [["next_setting"]])
        // Two changes of one name on two machines are two.
        let both = FactComparison(
            ["pg1", "pg2"].map { (facts(["setting": old], of: $0), facts(["setting": new], of: $0)) }, catalog: catalog)
        #expect(both.findings.count == 2)
    }

    @Test func rowsArePairedByTheirKeyWhereverTheyStand() {
        let old: [[FactValue]] = [
            [.int(1), .text("host"), .text("all"), .text("scram")], [.int(2), .text("host"), .text("repmgr"), .text("scram")],
        ]
        let new: [[FactValue]] = [
            [.int(1), .text("local"), .text("all"), .text("peer")], [.int(2), .text("host"), .text("all"), .text("scram")],
            [.int(3), .text("host"), .text("repmgr"), .text("trust")],
        ]
        #expect(
            told(["rule": old], ["rule": new]) == [
                "pg1 rule host repmgr: method was 'scram', is 'trust'", "pg1 rule local all is new (method 'peer')",
            ])
    }

    @Test func aColumnThatFollowsComesWithWhatFollows() throws {
        var tables = catalog.tables
        let index = try #require(tables.firstIndex { $0.name == "rule" })
        tables[index].follows = ["method"]
        let comparison = FactComparison(
            [
                (
                    facts(["rule": [[.int(1), .text("a"), .text("b"), .text("x")]]]),
                    facts(["rule": [[.int(1), .text("a"), .text("b"), .text("y")]]])
                )
            ], catalog: FactCatalog(tables: tables))
        #expect(comparison.findings.map(\.nature) == [.state])
    }

    @Test func manyRowsThatGoAtOnceAreOneDifferenceAndComeLast() {
        let rows: [[FactValue]] = (1...5).map { [.text("s\($0)"), .text("1"), .int($0)] }
        let told = told(
            ["setting": rows, "rule": [[.int(1), .text("a"), .text("b"), .text("x")]]],
            ["setting": [], "rule": [[.int(1), .text("a"), .text("b"), .text("y")]]])
        #expect(told == ["pg1 rule: method was 'x', is 'y'", "pg1 setting: all 5 rows are gone"])
        #expect(self.told(["setting": []], ["setting": rows]) == ["pg1 setting: 5 rows are new, and there were none"])
    }

    @Test func whatEachMachineHasOfItsOwnIsNoDifferenceBetweenTwo() {
        let (one, other): ([[FactValue]], [[FactValue]]) = ([[.text("p"), .text("AAA")]], [[.text("p"), .text("BBB")]])
        #expect(told(["key": one], ["key": other], .sisters).isEmpty)
        #expect(told(["key": one], ["key": other]).count == 1)
    }

    @Test func whatIsUnknownIsAGapAndNoDifference() {
        var after = facts(["setting": []])
        after.tables = ["setting": .unknown(reason: "timed out")]
        let comparison = FactComparison([(facts(["setting": [[.text("a"), .text("1"), .int(1)]]]), after)], catalog: catalog)
        #expect(comparison.findings.isEmpty)
        #expect(comparison.gaps == [.init(machine: "pg1", table: "setting", reason: "timed out")])
        // What was not known before has nothing to be compared with.
        #expect(FactComparison([(facts([:]), after)], catalog: catalog).gaps.isEmpty)
        let gone = MachineFacts(machine: "pg1", reached: false, said: "no route")
        #expect(
            FactComparison([(facts([:]), gone)], catalog: catalog).gaps == [
                .init(machine: "pg1", table: nil, reason: "it was not reached: no route")
            ])
    }

    @Test func namesTakeThePlaceOfAddressesWordByWord() {
        let facts = facts(["answer": [[.text("10.0.0.1:5432 10.0.0.11 (10.0.0.1)"), .null]]]).naming(["pg1": "10.0.0.1"])
        #expect(facts.tables["answer"] == .rows([[.text("pg1:5432 10.0.0.11 (pg1)"), .null]]))
    }

    /// Whatever the rows: a table does not differ from itself, and what comes in one direction goes in the other.
    @Test func differencesAreSymmetric() throws {
        var random = SystemRandomNumberGenerator()
        let table = try #require(catalog["rule"])
        func rows() -> [[FactValue]] {
            (0..<Int.random(in: 0...5, using: &random)).map { _ in
                func word() -> FactValue { .text(["a", "b", ""].randomElement(using: &random) ?? "") }
                return [.int(.random(in: 0...3, using: &random)), word(), word(), word()]
            }
        }
        for _ in 0..<500 {
            let (one, other) = (rows(), rows())
            #expect(FactDifference.between(one, one.shuffled(using: &random), of: table, on: "x").isEmpty)
            let there = FactDifference.between(one, other, of: table, on: "x")
            let back = FactDifference.between(other, one, of: table, on: "x")
            #expect(there.isEmpty == back.isEmpty)
            func rowsMoved(_ differences: [FactDifference]) -> (Int, Int) {
                differences.reduce(into: (0, 0)) { count, difference in
                    switch difference.kind {
                    case .appeared: count.0 += 1
                    case .gone: count.1 += 1
                    case .filled(let rows): count.0 += rows
                    case .emptied(let rows): count.1 += rows
                    case .changed: break
                    }
                }
            }
            let balance = rowsMoved(there)
            #expect(balance.0 - balance.1 == other.count - one.count, "\(one) \(other)")
        }
    }
}

/// What two machines, or two clusters, have of their own.
@Suite struct FactRelationTests {
    private let catalog: FactCatalog

    init() throws {
        catalog = try LookTests.catalog(
            """
            - table: known_host
              about: Keys of others.
              as: student
              key: [peer, type]
              elsewhere: [key]
              nature: made
              columns: {peer: text, type: text, key: text}
              sh: row pg2 rsa k
            - table: space
              about: How full it is.
              as: student
              apart: {used: 5}
              columns: {mount: text, used: int}
              sh: row / 1
            - table: account
              about: Accounts.
              as: student
              nature: made
              columns: {name: text, may_login: bool}
              sh: row a t
            - table: database
              about: Databases.
              as: student
              nature: made
              columns: {name: text, owner: text}
              sh: row a b
            """)
    }

    private func compared(_ table: String, _ before: [[FactValue]], _ after: [[FactValue]], _ relation: FactComparison.Relation) -> [String]
    {
        func facts(_ rows: [[FactValue]]) -> MachineFacts { MachineFacts(machine: "pg1", reached: true, tables: [table: .rows(rows)]) }
        return FactComparison([(facts(before), facts(after))], catalog: catalog, relation: relation).findings.map { "\($0.difference)" }
    }

    /// Two sisters note the same key for a third machine, and not the same for each other.
    @Test func whatEachClusterHasOfItsOwnIsADifferenceBetweenSisters() {
        func rows(_ third: String, _ other: String) -> [[FactValue]] {
            [[.text("pg1"), .text("rsa"), .text(third)], [.text(FactComparison.theOther), .text("rsa"), .text(other)]]
        }
        #expect(compared("known_host", rows("k", "x"), rows("k", "y"), .sisters).isEmpty)
        #expect(compared("known_host", rows("k", "x"), rows("m", "y"), .sisters) == ["pg1 known_host pg1 rsa: key was 'k', is 'm'"])
        #expect(compared("known_host", rows("k", "x"), rows("m", "y"), .elsewhere).isEmpty)
        #expect(compared("known_host", rows("k", "x"), rows("m", "y"), .same).count == 2)
    }

    @Test func numbersThatAreNearAreAlike() {
        func used(_ percent: Int64) -> [[FactValue]] { [[.text("/"), .int(percent)]] }
        #expect(compared("space", used(30), used(35), .same).isEmpty)
        #expect(compared("space", used(30), used(36), .same) == ["pg1 space: used was '30', is '36'"])
    }

    /// Two things of one name that went are two.
    @Test func rowsOfOneNameInTwoTablesAreTwoFindings() {
        let before = MachineFacts(
            machine: "pg1", reached: true,
            tables: ["account": .rows([[.text("app"), .bool(true)]]), "database": .rows([[.text("app"), .text("app")]])])
        let after = MachineFacts(machine: "pg1", reached: true, tables: ["account": .rows([]), "database": .rows([])])
        #expect(FactComparison([(before, after)], catalog: catalog).findings.map(\.difference.table) == ["account", "database"])
    }

    /// A sister is looked at for the comparison: what is not seen of either is said.
    @Test func whatIsNotSeenOfASisterIsAGap() {
        let there = MachineFacts(machine: "pg2", reached: true, tables: ["space": .unknown(reason: "timed out")])
        let here = MachineFacts(machine: "pg3", reached: true, tables: ["space": .rows([])])
        let gone = MachineFacts(machine: "pg2", reached: false, said: "no route")
        func gaps(_ before: MachineFacts, _ relation: FactComparison.Relation) -> [FactComparison.Gap] {
            FactComparison([(before, here)], catalog: catalog, relation: relation).gaps
        }
        #expect(gaps(there, .sisters) == [.init(machine: "pg2", table: "space", reason: "timed out")])
        #expect(gaps(gone, .sisters) == [.init(machine: "pg2", table: nil, reason: "it was not reached: no route")])
        #expect(gaps(there, .same).isEmpty)
    }

    @Test func aMachineOfWhichNothingIsKnownIsAGap() {
        let after = MachineFacts(machine: "pg3", reached: true, tables: ["space": .rows([])])
        let comparison = FactComparison([(nil, after)], catalog: catalog)
        #expect(comparison.gaps == [.init(machine: "pg3", table: nil, reason: "nothing is known of it there")])
        let many = MachineFacts(machine: "pg3", reached: true, tables: ["space": .rows((0..<6000).map { [.text("\($0)"), .int(1)] })])
        #expect(FactComparison([(after, many)], catalog: catalog).gaps.map(\.reason) == ["it has too many rows"])
    }
}
