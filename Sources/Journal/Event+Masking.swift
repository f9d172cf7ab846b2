import Checks
import Facts

extension Event {
    /// The event without the secrets that people and programs put into texts. The journal writes down nothing else.
    package var masked: Event {
        switch self {
        case .begin(let run): .begin(run.masked)
        case .run(let run, let status, let output): .run(run.masked, status: status, output: output.masked)
        case .note(let text): .note(text.masked)
        case .check(let step, let verdicts): .check(step: step, verdicts: verdicts.map(\.masked))
        case .looked(let drill, let what): .looked(drill: drill, at: what.masked)
        // Facts come without them: RawFacts.
        case .opened, .step, .facts, .passed, .hint, .solution, .drill, .diagnosis, .drilled, .again: self
        }
    }
}

extension TaskRun {
    fileprivate var masked: TaskRun {
        var run = self
        run.command = command.masked
        return run
    }
}

extension VerdictRecord {
    fileprivate var masked: VerdictRecord {
        var record = self
        record.title = title.masked
        for index in causes.indices {
            record.causes[index].because = causes[index].because.masked
            for number in causes[index].fix.indices {
                record.causes[index].fix[number].run = causes[index].fix[number].run.masked
                record.causes[index].fix[number].decide = causes[index].fix[number].decide?.masked
            }
        }
        for index in reasons.indices { record.reasons[index].reason = reasons[index].reason.masked }
        if let evidence { record.evidence?.rows = evidence.rows.map { $0.map(\.masked) } }
        if let changed { record.changed?.what = changed.what.map(\.masked) }
        return record
    }
}

extension String {
    fileprivate var masked: String { SecretMask.mask(self).text }
}
