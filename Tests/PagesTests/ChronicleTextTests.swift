import Checks
import Display
import Foundation
import Testing

@testable import Pages

/// A chronicle on terminals of two widths.
@Suite struct ChronicleTextTests {
    private func told(_ verdict: Verdict, moments: [(Double, String, String)], gaps: [(String, String)] = []) -> ToldChronicle {
        let start = 1_796_032_586.0
        return ToldChronicle(
            title: "The last loss of a primary",
            moments: moments.map { .init(at: Date(timeIntervalSince1970: start + $0.0), machine: $0.1, said: $0.2) },
            gaps: gaps.map { .init(machine: $0.0, said: $0.1) }, isCut: false, decided: "pg2 took over from pg1.",
            judgement: Judgement(
                subject: .init(check: "loss-answered", machine: nil), step: "failover", title: "A standby took over", why: "So it is.",
                verdict: verdict))
    }

    private func text(_ chronicle: ToldChronicle, width: Int) -> [String] {
        ChronicleText(Palette(Terminal(isTerminal: false, hasColour: false)), width: width, in: .gmt).tell(chronicle, inCompanion: false)
            .split(
                separator: "\n", omittingEmptySubsequences: false
            ).map(String.init)
    }

    private let election: [(Double, String, String)] = [
        (-0.1, "pg1", "the server was killed: its processes end without it"), (0, "pg2", "loses sight of pg1"),
        (6, "pg2", "asks pg_witness, which last saw the primary 7 s ago"), (6.98, "pg2", "the server takes writes"),
        (123.4, "pg3", "follows pg2"),
    ]

    @Test func momentsStandBesideTheirSecondsAndMachines() {
        let lines = text(told(.passed, moments: election), width: 80)
        #expect(lines[0] == "The last loss of a primary")
        #expect(lines[1] == "The seconds count from 2026-11-30 09:56:25 by this computer's clock.")
        #expect(lines[3] == "    0.0  pg1  the server was killed: its processes end without it")
        #expect(lines[4] == "    0.1  pg2  loses sight of pg1")
        #expect(lines[5] == "    6.1       asks pg_witness, which last saw the primary 7 s ago")
        #expect(lines[7] == "  123.5  pg3  follows pg2")
        #expect(lines.last == "What decided it: pg2 took over from pg1.")
    }

    @Test(arguments: [80, 60, 40]) func nothingIsWiderThanTheTerminal(width: Int) {
        let chronicle = told(
            .failed(Diagnosis()), moments: election, gaps: [("pg_witness", "it was not reached, so neither what it saw nor what it did.")])
        for line in text(chronicle, width: width) { #expect(Layout.width(line) <= width, "\(line)") }
    }

    @Test func whatIsNotKnownIsSaidAndNothingIsDecided() {
        let lines = text(
            told(.failed(Diagnosis()), moments: [], gaps: [("pg2", "the log of its daemon begins after the loss.")]), width: 80)
        #expect(lines[1] == "Not known of pg2: the log of its daemon begins after the loss.")
        #expect(!lines.contains { $0.contains("What decided it") })
    }

    @Test func whatMachinesSayIsCleaned() {
        let lines = text(told(.passed, moments: [(0, "pg\u{1B}[31m1", "ends\u{7}\u{1B}]0;title\u{7}")]), width: 80)
        for line in lines { #expect(!line.unicodeScalars.contains { $0.value < 32 }, "\(line.debugDescription)") }
    }
}
