import DataFiles
import Practice
import Terminal

extension Companion {
    /// How a line that was begun may go on.
    func completion(of line: String) -> Completion {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let begun = words.last ?? ""
        guard words.count > 1, let command = commands.find(words[0]) else {
            return fitting(begun, commands.all.map { .init($0.name, $0.summary) })
        }
        let machines = student.machines.map { Completion.Candidate($0.name, $0.role.name) }
        switch command.completes {
        case .nothing: return Completion(begun: begun, candidates: [])
        case .command: return fitting(begun, commands.all.map { .init($0.name, $0.summary) })
        case .step: return fitting(begun, lab.steps.map { .init($0.name, $0.title.render(student.situation.values)) })
        case .drill:
            return fitting(
                begun,
                student.situation.drills.map { .init("\(lab.number(of: $0))", $0.title.render(student.situation.values)) } + [
                    .init("random", "let lab choose")
                ])
        case .machine: return fitting(begun, words.count == 2 ? machines : [])
        case .check:
            let checks = (lastRound?.judgements.map(\.subject.check).uniqued ?? current.checks.map(\.name.string)).map {
                Completion.Candidate($0)
            }
            guard words.count == 2 else { return fitting(begun, machines) }
            // All causes at once would fill the screen.
            return fitting(begun, checks + (words[0] == "explain" && begun.count > 1 ? causeNames.map { .init($0) } : []))
        case .task:
            let calls = student.situation.calls(of: current)
            let numbers = calls.map { String($0.number) }.uniqued.map { Completion.Candidate($0) }
            return fitting(begun, words.count == 2 ? numbers : machines)
        case .table:
            let tables = student.judge.catalog.facts.seen.map { Completion.Candidate($0.name, $0.about) }
            return fitting(begun, words.count == 2 ? tables : machines)
        case .words(let choice): return fitting(begun, words.count == 2 ? choice.map { .init($0) } : [])
        case .sql: return desk.completion(ofSQL: words)
        }
    }

    private func fitting(_ begun: String, _ candidates: [Completion.Candidate]) -> Completion {
        Completion(begun: begun, candidates: candidates.filter { $0.text.hasPrefix(begun) })
    }
}
