import Checks
import Course
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Pages
import Terminal
import Walk

extension CommandTable {
    static let checking: [Command] = [
        Command(
            name: "check", arguments: "[STEP|all] [MACHINE]", summary: "look at the machines and report what passes",
            page: """
                Looks at all machines at once, changes nothing, and judges the current step's checks. Ctrl-C stops it.

                    check            the current step
                    check {{early}}      another step
                    check all        everything up to the current step
                    check {{early}} {{second}}  of that step what is about {{second}}

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
        ) { companion, rest in try await companion.explainNow(rest) },
    ]
}

extension Companion {
    /// Judges a step's checks, shows the verdicts and records them.
    func check(_ rest: String) async throws {
        if let drill = standing.drill, rest.isEmpty || rest == "all" { return try await checkDrill(drill) }
        var words = rest.split(separator: " ").map(String.init)
        let machine = words.last.flatMap(lab.machine(named:))?.name
        if machine != nil { words.removeLast() }
        guard words.count < 2 else { throw Refusal("check [STEP|all] [MACHINE]. The machines: \(machineNames).") }
        let isAll = words == ["all"]
        let step = isAll ? current : try self.step(words.first ?? "")
        let wanted = isAll ? lab.asked(upTo: current.name) : step.asked
        guard !wanted.isEmpty else {
            tell("There is nothing to check in step \(step.name). Type 'next'.")
            return
        }
        let round = try await look(wanted, besides: student.tablesOfWhy(at: step))
        try take(round)
        if let machine { return try tell(round, of: machine, step) }
        say(VerdictText(terminal).list(round.judgements, changes: lastChanges))
        say("")
        closing(round, step)
    }

    /// What a round says of one machine.
    private func tell(_ round: Round, of machine: String, _ step: Step) throws {
        let own = round.judgements.filter { $0.subject.machine == machine }
        guard !own.isEmpty else { throw Refusal("Step \(step.name) has no check of \(machine).") }
        lastCounts = VerdictCounts(own)
        say(VerdictText(terminal).list(own, changes: lastChanges))
        say("")
        tell(VerdictText(terminal).summary(VerdictCounts(own)))
    }

    private var machineNames: String { lab.machines.map(\.name).joined(separator: ", ") }

    /// Runs a round with progress on the screen. After commands, over new connections: one that was kept would not notice that nobody
    /// can log in any more.
    /// - Parameter besides: tables that are wanted for something else than verdicts.
    func look(_ wanted: [Asked], besides: [FactTable] = []) async throws -> Round {
        if mayHaveChanged { await student.fleet.close() }
        return try await withProgress { [student, seconds] report in
            try await student.check(wanted, seconds: seconds, besides: besides) { progress in
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
    private func take(_ round: Round) throws {
        keep(round)
        remember(round)
        try note(round)
    }

    /// Makes a round the last one, which `explain` speaks of and the prompt shows.
    func keep(_ round: Round) {
        lastRound = round
        lastLook = Date()
        mayHaveChanged = false
        let verdicts = Dictionary(grouping: round.judgements, by: \.subject.check)
        for step in lab.steps where !step.checks.isEmpty {
            let own = step.checks.map { verdicts[$0.name.string] ?? [] }
            guard !own.contains(where: \.isEmpty) else { continue }
            held[step.name] = own.joined().allSatisfy { $0.verdict == .passed }
        }
    }

    /// The machines are not what they were in the last check.
    func forgetRound() {
        lastRound = nil
        held = [:]
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
            guard step.name == lab.steps.last?.name else { return tell("\(text.summary(round.counts)) Type 'next' to go on.") }
            tell(text.summary(round.counts))
            return tellEnd()
        }
        tell("\(text.summary(round.counts)) \(round.counts.failed > 0 ? "Type 'explain' to see why and how to fix it." : "")")
    }

    /// Explains, and looks at the machines before that if there is no check in this session, or none of what is asked about.
    /// Nothing of it is written down.
    package func explainNow(_ rest: String) async throws {
        let words = rest.split(separator: " ").map(String.init).filter { $0 != "--all" }
        let isPage = Handbook(catalog: student.judge.catalog, situation: student.situation).page(of: rest) != nil
        let named = words.first { student.judge.catalog[$0] != nil }
        let isKnown = lastRound.map { round in named.map { check in round.judgements.contains { $0.subject.check == check } } ?? true }
        guard !isPage, isKnown != true else { return try explain(rest) }
        let known = student.judge.catalog.checks.map(\.name) + causeNames + lab.machines.map(\.name)
        if let word = words.first(where: { !known.contains($0) }) {
            let near = didYouMean(word, among: known)
            throw Refusal("There is no check, cause or machine '\(Cleaner.line(word, limit: 40))'.\(near)")
        }
        let wanted: [Asked]
        if let named {
            let asked = lab.steps.flatMap(\.asked).filter { $0.check == named }
            wanted = Array((asked.filter { $0.step == current.name } + asked).prefix(1))
        } else {
            wanted = standing.drill == nil ? current.asked : student.checksOfAll
        }
        guard !wanted.isEmpty else {
            throw Refusal(named.map { "No step checks \($0)." } ?? "There is nothing to check in step \(current.name).")
        }
        let round = try await look(wanted)
        let before = lastRound.map { ($0, lastChanges, lastLook, mayHaveChanged) }
        (lastRound, lastChanges, lastLook, mayHaveChanged) = (round, memory.changes(in: round, student.judge), Date(), false)
        try explain(rest)
        if let before { (lastRound, lastChanges, lastLook, mayHaveChanged) = before }
    }

    func explain(_ rest: String) throws {
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
        var others = Set(failed.filter(\.hasFailed).map(\.subject))
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
            others.formIntersection(subjects)
        }
        guard let judgement = found.first else { return tell("Everything passed in the last check, so there is nothing to explain.") }
        if judgement.verdict == .passed, !words.contains(where: { student.judge.catalog[$0] != nil }) {
            return tell("Everything that was checked on \(words.joined(separator: " ")) passed.")
        }
        tellAge()
        say(VerdictText(terminal).explain(judgement, all: all, change: lastChanges[judgement.subject]))
        if let drill = standing.drill, judgement.hasFailed {
            try note(.looked(drill: drill.name, at: Cleaner.line(rest.isEmpty ? "explain" : "explain \(rest)", limit: Self.longestLook)))
        }
        if isOpened, case .failed(let diagnosis) = judgement.verdict, diagnosis.causes.contains(where: { !$0.fix.isEmpty }) {
            say("")
            tell("When that is done, type 'check'.")
        }
        others.remove(judgement.subject)
        let inOrder = round.judgements.failedByWeight
        let groups = inOrder.map(\.subject.check).uniqued.flatMap { name in
            VerdictGroup.groups(of: inOrder.filter { $0.subject.check == name }, changes: lastChanges)
        }
        let mates = groups.first { $0.subjects.contains(judgement.subject) }?.subjects.filter(others.contains) ?? []
        if let mate = mates.first {
            say("")
            tell(
                "The same on \(mates.compactMap(\.machine).joined(separator: ", ")): "
                    + "\(Self.shortList([mate]).dropLast()) shows what to type there.")
        }
        let rest = groups.compactMap { group in group.subjects.first { others.contains($0) && !mates.contains($0) } }
        guard !rest.isEmpty else { return }
        say("")
        tell("\(others.count - mates.count) more failed: " + Self.shortList(rest))
    }

    /// Says how old the last check is, if the machines may be different by now.
    private func tellAge() {
        guard mayHaveChanged || Date().timeIntervalSince(lastLook) > 120 else { return }
        tell(palette.paint("As of the check at \(VerdictText.clock(lastLook).suffix(5)). 'check' looks again.", .quiet))
        say("")
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
                try take(round)
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
