import Checks
import Course
import Facts
import Pages
import Walk

extension CommandTable {
    /// What a lab can tell of how something came about, if it can tell anything.
    static func telling(_ check: String?) -> [Command] {
        guard check != nil else { return [] }
        return [
            Command(
                name: "why", arguments: "[logs]", summary: "say why a check failed; or what the machines' logs tell",
                page: """
                    After a check that failed it does what `explain` does, and before step {{from}} as well. Otherwise, and always with
                    `logs`, it reads what all machines have in their logs, lays it over each other moment by moment, and says what
                    decided it, or the one thing that stopped it.

                        why
                        why logs

                    Clocks that differ are allowed for. What no log shows is told as not known. Nothing of it is written down.
                    """, completes: .words(["logs"])
            ) { companion, rest in try await companion.why(rest) }
        ]
    }
}

extension Companion {
    func why(_ rest: String) async throws {
        guard rest.isEmpty || rest == "logs" else { throw Refusal("'why' takes no word but 'logs'.") }
        if rest.isEmpty, isOpened, asksForExplanation {
            tell(palette.paint("'explain' is the command for that; 'why logs' tells what the machines' logs have.", .quiet))
            return try await carryOut("explain")
        }
        let told = try await chronicle()
        say(ChronicleText(terminal).tell(told, inCompanion: isOpened))
        lastCounts = VerdictCounts([told.judgement])
    }

    /// Whether a student who asks why means a check: one has just failed, or there is nothing else to tell yet.
    private var asksForExplanation: Bool {
        if lastRound?.judgements.contains(where: \.hasFailed) == true { return true }
        return (lab.why.flatMap { lab.position(of: $0.from.string) } ?? 0) > position - 1
    }

    /// Looks at the machines, and tells what the lab can tell of how its state came about.
    /// - Throws: `Refusal` if the lab has nothing to tell.
    package func chronicle() async throws -> ToldChronicle {
        guard let check = lab.why?.check.string else { throw Refusal("The lab \(lab.name) has nothing to tell with 'why'.") }
        let tables = student.judge.chronicleTables(of: check)
        let round = try await look([Asked(step: current.name, check: check)], besides: tables)
        guard let told = try student.judge.chronicle(of: check, in: round.judgements, store: round.store) else {
            throw Refusal("The check \(check) has nothing to tell.")
        }
        return told
    }
}
