import Checks
import Facts

extension Event {
    /// The event without the secrets that people and programs put into texts. The journal writes down nothing else.
    package var masked: Event { replacingTexts { SecretMask.mask($0).text } }

    /// The event with other texts in the place of those that people and programs wrote, and that quote facts.
    package func replacingTexts(_ other: (String) -> String) -> Event {
        switch self {
        case .begin(let run): .begin(run.replacingTexts(other))
        case .run(let run, let status, let output): .run(run.replacingTexts(other), status: status, output: other(output))
        case .note(let text): .note(other(text))
        case .check(let step, let verdicts): .check(step: step, verdicts: verdicts.map { $0.replacingTexts(other) })
        case .looked(let drill, let what): .looked(drill: drill, at: other(what))
        // Facts come without secrets: RawFacts.
        case .opened, .step, .facts, .passed, .hint, .solution, .drill, .diagnosis, .drilled, .again: self
        }
    }
}

extension TaskRun {
    fileprivate func replacingTexts(_ other: (String) -> String) -> TaskRun {
        var run = self
        run.command = other(command)
        return run
    }
}

extension VerdictRecord {
    fileprivate func replacingTexts(_ other: (String) -> String) -> VerdictRecord {
        var record = self
        record.title = other(title)
        for index in causes.indices {
            record.causes[index].because = other(causes[index].because)
            record.causes[index].withheld = causes[index].withheld.map(other)
            for number in causes[index].fix.indices {
                let fix = causes[index].fix[number]
                record.causes[index].fix[number].run = other(fix.run)
                record.causes[index].fix[number].lost = fix.lost.map(other)
                record.causes[index].fix[number].decide = fix.decide.map(other)
            }
        }
        for index in reasons.indices { record.reasons[index].reason = other(reasons[index].reason) }
        if let evidence { record.evidence?.rows = evidence.rows.map { $0.map(other) } }
        if let changed { record.changed?.what = changed.what.map(other) }
        return record
    }
}
