import Display
import Facts
import Testing

@testable import Checks
@testable import Pages

/// What is told once for several machines, and what is not.
@Suite struct VerdictGroupTests {
    private func judgement(_ check: String, _ machine: String, _ verdict: Verdict) -> Judgement {
        Judgement(subject: .init(check: check, machine: machine), step: "names", title: "t", why: "w", verdict: verdict)
    }

    private func failed(_ machine: String, _ because: String) -> Judgement {
        let cause = FoundCause(
            name: "c", certainty: .certain, machine: machine, because: because, fix: [], withheld: nil, step: nil, read: [])
        return judgement("names-resolve", machine, .failed(Diagnosis(causes: [cause])))
    }

    private func list(_ judgements: [Judgement]) -> String {
        VerdictText(Terminal(isTerminal: false, hasColour: false, width: 80)).list(judgements)
    }

    @Test func oneSentenceStandsForAllMachinesOfWhichItIsTrue() {
        let names = ["pg1", "pg2", "pg3"]
        #expect(
            list(names.map { failed($0, "No rule on \($0) lets student use sudo.") }) == """
                ✗ names-resolve          pg1 pg2 pg3
                    No rule on pg1 lets student use sudo.
                    The same on pg2, pg3.
                """)
    }

    /// The machine's name counts as the same only where it is that: 'pg1' in another machine's sentence is a difference.
    @Test func sentencesThatDifferInMoreThanTheMachineStandAlone() {
        let text = list([failed("pg1", "pg1 has no line for pg3."), failed("pg2", "pg2 has no line for pg1.")])
        #expect(!text.contains("The same"))
        #expect(text.contains("pg1 has no line for pg3.") && text.contains("pg2 has no line for pg1."))
    }

    @Test func whatWaitsForItsOwnMachineIsOneLine() {
        let waiting = ["pg1", "pg2"].map { judgement("right-machine", $0, .blocked(by: .init(check: "machine-reached", machine: $0))) }
        #expect(list(waiting) == "… right-machine          pg1 pg2  wait for machine-reached")
        #expect(list([waiting[0]]) == "… right-machine          pg1  waits for machine-reached at pg1")
    }

    @Test func whatWaitsForOneMachineSaysWhich() {
        let root = Judgement.Subject(check: "machine-id-unique", machine: "pg3")
        let waiting = ["pg1", "pg2", "pg3"].map { judgement("mac-unique", $0, .blocked(by: root)) }
        #expect(list(waiting) == "… mac-unique             pg1 pg2 pg3  wait for machine-id-unique at pg3")
    }

    /// Each machine's own name is in the list as well, and the list is the same.
    @Test func aSentenceThatListsAllMachinesIsToldOnce() {
        let names = ["pg1", "pg2", "pg3"]
        let text = list(names.map { failed($0, "pg_hba.conf on \($0) lets nobody in from pg1, pg2, pg3.") })
        #expect(text.contains("The same on pg2, pg3."))
        #expect(text.components(separatedBy: "lets nobody in").count == 2)
    }

    /// What 'explain' takes is the first red line.
    @Test func thatForWhichMostWaitComesFirst() {
        let weighty = Judgement.Subject(check: "firewall-runs", machine: "pg1")
        let red = Verdict.failed(Diagnosis())
        let text = list([
            judgement("locale-there", "pg1", red), judgement("clocks-agree", "pg1", .passed), judgement("firewall-runs", "pg1", red),
            judgement("let-through", "pg1", .blocked(by: weighty)),
        ])
        let names = text.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map { $0.split(separator: " ")[1] }
        #expect(names == ["firewall-runs", "clocks-agree", "locale-there", "let-through"])
    }

    @Test func aCauseThatCouldNotBeLookedIntoIsNotSaidNotToFit() {
        let why = UnknownFact(machine: "pg1", fact: "sudoers", reason: "no answer in 20 s")
        let one = UndecidedCause(name: "no-rule", reasons: [why])
        let none = Diagnosis(undecided: [one])
        #expect(none.brief == "Why is not known: what would tell could not be observed.")
        let text = list([judgement("sudo", "pg1", .failed(Diagnosis(undecided: [one], ruledOut: ["refused", "broken"])))])
        #expect(text.contains("None of the 2 causes that lab could look into fits."))
        #expect(text.contains("pg1: no answer in 20 s"))
    }

    @Test func commandsOfAHintAreLinesOfTheirOwn() {
        let parts = HintText.parts(of: "Hint 3 of 3: As root,\non that machine:\n    rm a\n    rm b\nThen look.\n")
        #expect(parts.map(\.text) == ["Hint 3 of 3: As root, on that machine:", "rm a\nrm b", "Then look."])
        #expect(parts.map(\.isTyped) == [false, true, false])
    }
}
