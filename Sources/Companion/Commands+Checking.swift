import Checks
import Course
import DataFiles
import Display
import Facts
import Journal
import Pages
import Terminal
import Walk

extension CommandTable {
    static let checking: [Command] = [
        Command(
            name: "check", arguments: "[STEP|all]", summary: "look at the machines and report what passes",
            page: """
                Looks at all machines at once, changes nothing, and judges the current step's checks. Ctrl-C stops it.

                    check            the current step
                    check {{early}}      another step
                    check all        everything up to the current step

                While a drill is open it looks at everything and shows what fails, but not why: that is for you to find out.

                `explain` then says why something failed.
                """, completes: .step
        ) { companion, rest in try await companion.check(rest) },
        Command(
            name: "explain", arguments: "[CHECK|CAUSE] [MACHINE] [--all]", summary: "say why a check failed, and how to fix it",
            page: """
                Shows the cause, the evidence for it, and the commands that fix it. Without a name it takes the first check that
                failed. With `--all` it also lists the causes that were ruled out. With the name of a cause it shows that page of
                the handbook, failure or not: what it is, how it comes about, how to see it, how to fix it.

                    explain
                    explain {{check}} {{second}}
                    explain {{cause}}
                    explain --all
                """, completes: .check
        ) { companion, rest in companion.explain(rest) },
    ]
}

extension Companion {
    /// Judges a step's checks, shows the verdicts and records them.
    func check(_ rest: String) async throws {
        if let drill = standing.drill, rest.isEmpty || rest == "all" { return try await checkDrill(drill) }
        let step: Step
        let wanted: [Asked]
        if rest == "all" {
            step = current
            wanted = lab.asked(upTo: current.name)
        } else {
            guard let named = try self.step(rest) else { return }
            step = named
            wanted = step.asked
        }
        guard !wanted.isEmpty else {
            tell("There is nothing to check in step \(step.name). Type 'next'.")
            return
        }
        let round = try await look(wanted)
        try take(round, step: step)
        say(VerdictText(terminal).list(round.judgements, changes: lastChanges))
        say("")
        closing(round, step)
    }

    /// Runs a round with progress on the screen.
    func look(_ wanted: [Asked]) async throws -> Round {
        try await withProgress { [student, seconds] report in
            try await student.check(wanted, seconds: seconds) { progress in
                switch progress {
                case .machine(let name, .looking): report(name, "looking")
                case .machine(let name, .done(true, _, let seconds)):
                    report(name, "done in \(seconds.formatted(.number.precision(.fractionLength(1)))) s")
                case .machine(let name, .done(false, let said, _)): report(name, "not reached: \(Cleaner.line(said ?? ""))")
                case .diagnosing: report("", "looking closer, for the causes")
                case .settling(let checks, let seconds):
                    report("", "waiting for \(checks.joined(separator: ", ")), at most \(seconds) s more")
                }
            }
        }
    }

    /// Does something with a line of progress for each machine, and stops it at Ctrl-C.
    func withProgress<Result: Sendable>(
        _ body: @escaping @Sendable (@escaping Asking.Report) async throws -> Result
    ) async throws -> Result {
        try await asking.withProgress(student.machines.map(\.name) + [""], on: terminal, body)
    }

    /// Keeps a round, and writes it down.
    private func take(_ round: Round, step: Step) throws {
        lastRound = round
        lastChecked = step.name
        remember(round)
        try note(round)
    }

    /// Writes down what was seen in a round, and its verdicts.
    /// - Parameter passing: whether a step whose checks all hold has passed by that.
    func note(_ round: Round, passing: Bool = true) throws {
        try journal.append(looks: round.looks, closer: round.closer)
        for event in round.judgements.events(changes: lastChanges) where passing || event.kind == .check { try note(event) }
    }

    /// Finds what has changed since the failed checks passed, and keeps what the passed ones saw.
    func remember(_ round: Round) {
        lastChanges = memory.changes(in: round, student.judge)
        memory.note(round, student.judge)
        // Failing to save this help is not a reason to stop a student.
        try? memory.write(memoryFile)
    }

    private func closing(_ round: Round, _ step: Step) {
        let text = VerdictText(terminal)
        guard !round.counts.allPassed else {
            let isLast = position == lab.steps.count
            tell("\(text.summary(round.counts)) \(isLast ? "That was the last step." : "Type 'next' to go on.")")
            return
        }
        tell("\(text.summary(round.counts)) \(round.counts.failed > 0 ? "Type 'explain' to see why and how to fix it." : "")")
    }

    func explain(_ rest: String) {
        if let page = Handbook(catalog: student.judge.catalog, situation: student.situation).page(of: rest) {
            return say(MarkdownText.render(page, palette: palette, width: terminal.textWidth))
        }
        guard let round = lastRound else {
            return tell("Nothing has been checked yet in this session. Type 'check' first. 'explain CAUSE' shows a page of the handbook.")
        }
        var words = rest.split(separator: " ").map(String.init)
        let all = words.contains("--all")
        words.removeAll { $0 == "--all" }
        let failed = round.judgements.filter { $0.verdict != .passed }
        var found = round.judgements.failedByWeight + failed
        for word in words {
            let matching = (round.judgements).filter { $0.subject.check == word || $0.subject.machine == word }
            guard !matching.isEmpty else {
                let names = round.judgements.flatMap { [$0.subject.check] + [$0.subject.machine].compactMap(\.self) }
                let near = didYouMean(word, among: Set(names + causeNames))
                return tell("The last check had no '\(Cleaner.line(word, limit: 40))'.\(near)")
            }
            let subjects = Set(matching.map(\.subject))
            let narrowed = found.filter { subjects.contains($0.subject) }
            found = narrowed.isEmpty ? matching : narrowed
        }
        guard let judgement = found.first else { return tell("Everything passed in the last check, so there is nothing to explain.") }
        say(VerdictText(terminal).explain(judgement, all: all, change: lastChanges[judgement.subject]))
        let others = Set(failed.filter { if case .failed = $0.verdict { true } else { false } }.map(\.subject)).subtracting([
            judgement.subject
        ])
        if words.isEmpty, !others.isEmpty {
            say("")
            tell("\(others.count) more failed: " + Self.shortList(failed.map(\.subject).filter(others.contains).uniqued))
        }
    }

    /// What to type about the first few of these, and how many there are besides.
    nonisolated static func shortList(_ subjects: [Judgement.Subject], most: Int = 6) -> String {
        let shown = subjects.prefix(most).map { (["explain", $0.check] + [$0.machine].compactMap(\.self)).joined(separator: " ") }
        let more = subjects.count - shown.count
        return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "") + "."
    }

    /// The causes that the handbook has a page about.
    var causeNames: [String] { student.judge.catalog.checks.flatMap { $0.causes.map(\.name) }.uniqued }

    func watch() async throws {
        let wanted = current.asked
        guard !wanted.isEmpty else { return tell("There is nothing to check in step \(current.name).") }
        var last: [Judgement] = []
        while true {
            let round = try await look(wanted)
            if round.judgements != last {
                try take(round, step: current)
                say(VerdictText(terminal).list(round.judgements))
                say(VerdictText(terminal).summary(round.counts))
                say("")
                last = round.judgements
            }
            if round.counts.allPassed { return closing(round, current) }
            try await Interrupts.running { try await Task.sleep(for: .seconds(3)) }
        }
    }
}
