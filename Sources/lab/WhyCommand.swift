import ArgumentParser
import Checks
import Display
import Foundation

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell from all machines' logs what happened last, and what decided it.",
        discussion: """
            Of the course: who lost sight of the primary when, whom each daemon asked, how
            it decided, who was promoted; or the one thing that stopped it. Nothing is
            written down.

            EXAMPLES
              lab why
              lab why --format json

            Exit status: 0 it went as it should, 1 it did not, 2 bad usage, 3 something
            could not be observed.
            """)

    @OptionGroup var options: PromptOptions
    @OptionGroup var table: TableOptions

    @MainActor
    func run() async throws {
        guard table.format == .json else { return try await options.carryOut("why", ["logs"]) }
        let told = try await options.companion().leaving { try await $0.chronicle() }
        Screen.write(try ChronicleDocument(told).json())
        let status = VerdictCounts([told.judgement]).exitStatus
        if status != 0 { throw ExitCode(status) }
    }
}

/// `lab why --format json`.
struct ChronicleDocument: TableDocument {
    struct Moment: Encodable {
        /// Seconds since 1970, by this computer's clock.
        var at: Double
        var machine: String
        var said: String
    }
    struct Gap: Encodable {
        var machine: String
        var said: String
    }
    var title: String
    var moments: [Moment]
    /// Whether there were more moments.
    var cut: Bool
    var unknown: [Gap]
    /// What decided it, where it went as it should.
    @OrNull var decided: String?
    var verdict: VerdictRecord

    init(_ told: ToldChronicle) {
        title = told.title
        moments = told.moments.map { Moment(at: $0.at.timeIntervalSince1970, machine: $0.machine, said: $0.said) }
        cut = told.isCut
        unknown = told.gaps.map { Gap(machine: $0.machine, said: $0.said) }
        decided = told.judgement.verdict == .passed ? told.decided : nil
        verdict = VerdictRecord(told.judgement)
    }
}
