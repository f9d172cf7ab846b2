import Display
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
        let text = list(waiting)
        #expect(text.contains("pg1 pg2  wait for machine-id-unique at pg3"))
        #expect(text.contains("pg3  waits for machine-id-unique at pg3"))
    }
}
