import DataFiles
import Foundation
import Testing

@testable import Course

/// What is drawn of what a lab lets vary.
@Suite struct VaryTests {
    private typealias Change = (file: String, old: String, new: String)
    private static let greeting = "variables: {greeting: hello}"

    private func text(_ string: String) -> Text { Text(string, at: Place(file: "machines.yaml", line: 1, column: 1)) }

    private func lab(_ vary: String, _ variables: String, for student: String?, said: [String: String] = [:]) throws -> Lab {
        try LittleLab.with([("lab.yaml", Self.greeting, "variables: {greeting: hello, \(variables)}\nvary: {\(vary)}")]) {
            try Lab.load($0, choosing: Lab.Choice(variables: said.mapValues(text), variant: student.map { Variant(name: text($0)) }))
        }
    }

    @Test func aDigestIsThatOfTheStandard() {
        func hex(_ text: String) -> String {
            SHA256.digest(text.utf8).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
        }
        #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }

    /// The vector of docs/variants.md, computed by another program.
    @Test func anotherProgramDrawsTheSame() {
        #expect(Variation.number(below: 57, lab: "postgresql-cluster", variable: "port", student: "ada") == 16)
        #expect(Variation.number(below: 6, lab: "postgresql-cluster", variable: "priorities", student: "grace") == 3)
        // However an editor wrote the name down.
        #expect(
            Variation.number(below: 1 << 40, lab: "x", variable: "y", student: "Zoe\u{308}")
                == Variation.number(below: 1 << 40, lab: "x", variable: "y", student: "Zo\u{EB}"))
    }

    @Test func nobodysCourseChangesUnasked() throws {
        let lab = try self.lab("port: {from: 6000, to: 6099}", "port: \"5432\"", for: nil)
        #expect(lab.variables["port"] == "5432")
        #expect(lab.variant == nil)
    }

    @Test func whatIsSaidGoesBeforeWhatIsDrawn() throws {
        let drawn = try lab("port: {from: 6000, to: 6099, step: 3}", "port: \"5432\"", for: "ada")
        let port = try #require(drawn.variables["port"].flatMap { Int($0) })
        #expect((6000...6099).contains(port) && port % 3 == 0)
        #expect(drawn.variant?.values == ["port": String(port)])
        let said = try lab("port: {from: 6000, to: 6099}", "port: \"5432\"", for: "ada", said: ["port": "7000"])
        #expect(said.variables["port"] == "7000")
        #expect(said.variant?.values == [:])
    }

    @Test func thoseOfAGroupDiffer() throws {
        for number in 1...60 {
            let lab = try self.lab(
                "names: {variables: [first, second, third], values: [red, green, blue]}", "first: a, second: b, third: c",
                for: "student-\(number)", said: number % 2 == 0 ? ["second": "green"] : [:])
            #expect(Set(["first", "second", "third"].compactMap { lab.variables[$0] }) == ["red", "green", "blue"])
        }
    }

    @Test func aRowComesWhole() throws {
        let rows = "sizes: {variables: [small, large], rows: [[\"1\", \"10\"], [\"2\", \"20\"], [\"3\", \"30\"]]}"
        var seen: Set<String> = []
        for number in 1...40 {
            let lab = try self.lab(rows, "small: \"0\", large: \"0\"", for: "student-\(number)")
            #expect(lab.variables["large"] == lab.variables["small"].map { $0 + "0" })
            seen.insert(lab.variables["small"] ?? "")
        }
        #expect(seen == ["1", "2", "3"])
    }

    @Test func aFigureOfAMachineQuotesAVariable() throws {
        let changes: [Change] = [
            ("lab.yaml", Self.greeting, "variables: {greeting: hello, weight: \"1\"}\nvary: {weight: [\"7\"]}"),
            ("lab.yaml", "hostname: pg1}", "hostname: pg1, weight: \"{{weight}}\"}"),
        ]
        let lab = try LittleLab.with(changes) { try Lab.load($0, choosing: Lab.Choice(variant: Variant(name: text("ada")))) }
        #expect(lab.machines[0].figures["weight"] == "7")
    }

    @Test(arguments: [
        ("prot: [a, b]", "port: \"5432\"", "the lab has no variable 'prot'"),
        ("port: {from: 9, to: 3}", "port: \"5432\"", "from 9 to 3 is not a range"),
        ("port: {from: 9}", "port: \"5432\"", "the key 'to' is missing"),
        ("port: {to: 9}", "port: \"5432\"", "nothing says what 'port' is drawn from"),
        ("port: {from: 65000, to: 66000}", "port: {value: \"5432\", accepts: port}", "'66000' is not valid as port"),
        ("port: [a b, c]", "port: x", "'a b' is not valid here"),
        ("port: [c, c]", "port: x", "'c' is in the list twice"),
        ("pair: {variables: [port, greeting], values: [a]}", "port: x", "2 variables are to differ, and there are 1 values"),
        ("pair: {variables: [port, greeting], rows: [[a]]}", "port: x", "this row has 1 values"),
        ("port: {rows: [[a]]}", "port: x", "rows are drawn for a group"),
        ("greeting: [a, b], pair: {variables: [greeting, port], values: [c, d]}", "port: x", "'greeting' is already drawn at"),
        ("port: [a, b]", "port: x", "'port' varies, and no step shows it"),
        ("greeting: [a, b], port: [b, c]", "port: {value: x, accepts: name}", "'port' varies, and no step shows it"),
        (
            "greeting: [hello, b]", "other: {value: hello, accepts: name}, port: x", nil
        ),
    ])
    func whatIsWrongIsSaid(vary: String, variables: String, said: String?) throws {
        let changes: Change = ("lab.yaml", Self.greeting, "variables: {greeting: hello, \(variables)}\nvary: {\(vary)}")
        let complaints = try LittleLab.complaints(changes)
        if let said { #expect(complaints.contains { $0.contains(said) }, "\(complaints)") } else { #expect(complaints == []) }
    }

    @Test func drawsThatCouldMeetAreWrong() throws {
        let own = "variables: {greeting: {value: hello, accepts: name}, other: {value: x, accepts: name}, third: {value: c, accepts: name}}"
        let change: Change = ("lab.yaml", Self.greeting, own + "\nvary: {greeting: [a, b], other: [b, c]}")
        let complaints = try LittleLab.complaints(change, ("steps/01-one.yaml", "goal: A goal", "goal: A goal {{other}}"))
        #expect(complaints.contains { $0.contains("'other' and 'greeting'") && $0.contains("may both become 'b'") }, "\(complaints)")
        #expect(complaints.contains { $0.contains("'other' may become 'c', as 'third' is") }, "\(complaints)")
    }

    @Test func whatASmallerPartSaysGoesOverTheRest() throws {
        func read(_ text: String) throws -> Variety {
            let file = try DataFile(text: text, path: "x.yaml")
            let variety = Variety.read(file.root, file.book)
            try file.book.close()
            return try #require(variety)
        }
        let group = try read("{port: {from: 6000, to: 6009}, name: false}")
        let laid = group.laid(over: .all)
        #expect(laid.isAll && laid.entries.count == 2)
        #expect(group.laid(over: .none).isAll == false)
        #expect(try read("false").laid(over: laid) == .none)
        #expect(try read("[port]").laid(over: laid).isAll == false)
        #expect(try read("[port]").yaml == "{port: true}")
        #expect(group.yaml == "{name: false, port: {from: 6000, to: 6009, step: 1}}")
        #expect(Variety.none.isEmpty && !group.isEmpty && Variety.all.yaml == "true")
    }
}
