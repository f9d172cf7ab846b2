import DataFiles
import Foundation
import Testing

@testable import Course

/// What `lab lint` warns of, each beside its nearest neighbour that is right.
@Suite struct RemarksTests {
    private func remarks(_ changes: (file: String, old: String, new: String)...) throws -> [String] {
        try LittleLab.with(changes) { folder in
            try Lab.load(folder).remarks { $0.hasPrefix("getent ") }.map {
                #expect($0.isWarning)
                return $0.description.replacingOccurrences(of: "\(DataFile.shown(folder))/", with: "")
            }
        }
    }

    private let steps = "steps: [one, two]"
    private let why = "why: because"

    @Test func theLittleLabHasOneReasonOfAWord() throws {
        #expect(
            try remarks() == ["steps/01-one.yaml:10:10: warning: this says what is typed, and not why; expected a reason for the command"])
        #expect(try remarks(("steps/01-one.yaml", why, "why: Says the name.")) == [])
    }

    @Test func aReasonThatIsTheCommandSaysNothing() throws {
        #expect(try remarks(("steps/01-one.yaml", why, "why: \"`echo {{machine.name}}`.\"")).first?.contains("not why") == true)
        #expect(try remarks(("steps/01-one.yaml", why, "why: \"`echo {{machine.name}}` says the name.\"")) == [])
    }

    private func terms(_ text: String, _ term: String = "quorum", explained: String = "A quorum.") throws -> [String] {
        try remarks(
            ("lab.yaml", steps, "terms: {two: [\(term)]}\n" + steps), ("steps/01-one.yaml", why, "why: Says the name."),
            ("steps/01-one.yaml", "goal: A goal", "goal: \"\(text)\""), ("steps/02-two.yaml", "teach: t", "teach: \(explained)"))
    }

    @Test(arguments: ["The quorum decides.", "Quorum, or nothing", "Of two quorums one", "no quorum."])
    func aTermBeforeItsStepIsFound(text: String) throws {
        let said = try terms(text)
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("steps/01-one.yaml:5:") == true)
        #expect(
            said.first?.hasSuffix("warning: 'quorum' is used before step 'two' explains it; expected a plain word, or its explanation here")
                == true)
    }

    @Test(arguments: [
        "`quorum` is a word of code", "quorum-size", "a quorumless time", "quorum.conf", "https://example.org/ quorum_x", "{{greeting}}",
    ])
    func whatOnlyLooksLikeATermIsNot(text: String) throws { #expect(try terms(text) == []) }

    @Test func aTermWithACapitalIsLookedForAsItIsWritten() throws {
        #expect(try terms("The wal of the castle", "WAL", explained: "WAL it is.") == [])
        #expect(try terms("The WAL of the castle", "WAL", explained: "WAL it is.").count == 1)
    }

    @Test func theStepOfATermHasIt() throws {
        #expect(
            try terms("A goal", explained: "Nothing.") == [
                "lab.yaml:10:15: warning: step 'two' does not have the word 'quorum'; expected the step that explains it"
            ])
        #expect(try terms("A goal") == [])
    }

    @Test func theStepOfATermIsThere() throws {
        let complaints = try LittleLab.complaints(("lab.yaml", steps, "terms: {tow: [quorum]}\n" + steps))
        #expect(
            complaints.contains {
                $0.contains("there is no step 'tow'; expected the step that explains 'quorum'; the nearest name is 'two'")
            })
    }

    @Test func placesAreThoseOfTheFile() throws {
        let said = try remarks(
            ("lab.yaml", steps, "terms: {two: quorum}\n" + steps), ("steps/01-one.yaml", why, "why: Says the name."),
            ("steps/01-one.yaml", "goal: A goal\n", "goal: |\n  A goal,\n  with a quorum.\n"),
            ("steps/02-two.yaml", "teach: t", "teach: quorum"))
        #expect(said.first?.hasPrefix("steps/01-one.yaml:7:8: ") == true, "\(said)")
    }

    private func hints(_ hints: String, run: String = "hostnamectl set-hostname x") throws -> [String] {
        try remarks(
            ("steps/01-one.yaml", why, "why: Says the name."), ("steps/01-one.yaml", "run: echo {{machine.name}}", "run: \(run)"),
            ("steps/01-one.yaml", "hints: [a, b, c]", "hints: [\(hints)]"))
    }

    @Test func aHintThatIsTheSolutionComesLast() throws {
        #expect(
            try hints("a, Type `hostnamectl set-hostname x`., c") == [
                "steps/01-one.yaml:13:12: warning: this hint has the whole command of a task; expected less than the solution before the last hint"
            ])
        #expect(try hints("a, b, Type `hostnamectl set-hostname x`.") == [])
        #expect(try hints("a, Type hostnamectl set-hostname., c") == [])
        #expect(try hints("a, Type hostnamectl set-hostname xyz., c") == [])
    }

    @Test func aCommandThatOnlyLooksMayBeInAHint() throws {
        #expect(try hints("a, Try `getent hosts x`., c", run: "getent hosts x") == [])
        #expect(try hints("a, Try `reboot`., c", run: "reboot") == [])
    }

    @Test func proseIsNoWiderThanAFileAndTablesMayBe() throws {
        func wide(_ line: String) throws -> [String] {
            try remarks(
                ("steps/01-one.yaml", why, "why: Says the name."), ("steps/01-one.yaml", "goal: A goal\n", "goal: |\n  short\n  \(line)\n"))
        }
        let words = String(repeating: "word ", count: 28).trimmingCharacters(in: .whitespaces)
        #expect(words.count == 139)
        #expect(try wide(words) == ["steps/01-one.yaml:7:141: warning: this line has 141 columns; expected at most 140"])
        #expect(try wide(String(words.dropLast())) == [])
        #expect(try wide("| \(words) |") == [])
        #expect(try wide("    \(words)") == [])
    }

    @Test(arguments: ["goal: Write here what is true.", "goal: \"Write here\"", "goal: |\n  Write here why", "goal: Write a nudge here."])
    func whatLabNewLeftIsFound(text: String) throws {
        let said = try remarks(("steps/01-one.yaml", why, "why: Says the name."), ("steps/01-one.yaml", "goal: A goal", text))
        #expect(said.count == 1)
        #expect(
            said.first?.hasSuffix(": warning: this text is still to be written; expected words in place of those that lab new left") == true
        )
    }

    @Test(arguments: ["goal: You may write here.", "goal: Read, then Write here means a line.", "goal: Write hereafter."])
    func whatSomebodyWroteIsNot(text: String) throws {
        #expect(try remarks(("steps/01-one.yaml", why, "why: Says the name."), ("steps/01-one.yaml", "goal: A goal", text)) == [])
    }
}
