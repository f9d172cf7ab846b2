import Course
import DataFiles
import Facts

extension JudgeSession {
    /// Why none of a check's repairs is printed, as a sentence; nil if they may be.
    mutating func doubt(about prepared: PreparedCheck, _ values: Value, of subject: Judgement.Subject) throws -> String? {
        guard let repairs = prepared.check.repairs, let safe = prepared.repairs else { return nil }
        if let unknown = try store.unknowns(of: safe, this: subject.machine, leavingOut: true).first {
            return "lab shows no command for it. Whether that is safe could not be observed: \(unknown.machine): \(unknown.reason)."
        }
        if try store.answer(safe, this: subject.machine, limit: 1)?.rows.first?.first?.isTrue == true { return nil }
        return "lab shows no command for it. \(repairs.otherwise.render(values))"
    }

    /// Why a cause's repair is not printed, as a sentence; nil if it may be. One that destroys is printed only if its condition
    /// is known to hold, and if every machine on which it is typed is known to be the one it is taken for.
    mutating func doubt(about tried: PreparedCause, _ row: [FactValue], _ fixes: [FoundFix], of subject: Judgement.Subject) throws
        -> String?
    {
        // What destroys may come out of a row of the cause's query, where lint does not see it.
        let catalog = judge.catalog
        if let harm = fixes.lazy.filter({ $0.lost == nil }).compactMap({ catalog.harm(in: $0.run) }).first {
            return "lab shows no command for it. '\(harm.words)' \(harm.does), and the check does not say when that is safe."
        }
        for (fix, safe) in zip(fixes.filter { $0.lost != nil }, tried.safe) {
            let lost = fix.lost ?? ""
            if let machine = try uncertain(fix, subject) {
                return "lab shows no command for it. \(lost) It is not certain that what answers as \(machine) is \(machine)."
            }
            if let unknown = try store.unknowns(of: safe, this: subject.machine, leavingOut: false).first {
                return "lab shows no command for it. \(lost) Whether that is safe could not be observed: "
                    + "\(unknown.machine): \(unknown.reason)."
            }
            let rows = try store.answer(safe, this: subject.machine, limit: 200)?.rows.filter { Array($0.dropLast()) == row } ?? []
            if rows.isEmpty || !rows.allSatisfy({ $0.last?.isTrue == true }) {
                return "lab shows no command for it. \(lost) What is seen on the machines does not show that this is safe. "
                    + "Ask somebody who knows them."
            }
        }
        return nil
    }

    /// A machine that a repair is for and that may be another one.
    private mutating func uncertain(_ fix: FoundFix, _ subject: Judgement.Subject) throws -> String? {
        guard let teller = judge.catalog.telling(.machine), !fix.at.isWorkstation else { return nil }
        for machine in Target(fix.at).machines(of: judge.situation.lab.machines) {
            let own = Judgement.Subject(check: teller.name, machine: machine.name)
            // While the machine itself is in question, it is not certain.
            guard subject.check != teller.name, try verdict(on: own) == .passed else { return machine.name }
        }
        return nil
    }
}
