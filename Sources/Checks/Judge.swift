import Course
import DataFiles
import Facts

/// Judges checks from facts. It knows no machines and no time: the same facts give the same verdicts.
package struct Judge: Sendable {
    package let catalog: CheckCatalog
    package let situation: Situation
    let prepared: PreparedChecks
    private let quotable: Quotable
    /// The tables that only a second look brings.
    private let diagnosing: Set<String>

    /// - Throws: a `Complaint` for a check that a step or another check names and that is not there, and for checks that wait for each
    ///   other; `lab lint` finds these before anyone meets them.
    package init(catalog: CheckCatalog, situation: Situation) throws(Complaint) {
        if let gap = catalog.gaps(in: situation.lab).first { throw gap }
        self.catalog = catalog
        self.situation = situation
        quotable = Quotable(situation)
        prepared = PreparedChecks(catalog, roles: situation.lab.singleRoles)
        diagnosing = Set(catalog.facts.tables.filter(\.diagnosing).map(\.name))
    }

    /// The same checks for another student's machines. Their queries are prepared once; they are the same for all whose machines
    /// have the names and roles of this one's.
    package func judging(_ situation: Situation) -> Judge {
        Judge(catalog: catalog, situation: situation, prepared: prepared, diagnosing: diagnosing)
    }

    private init(catalog: CheckCatalog, situation: Situation, prepared: PreparedChecks, diagnosing: Set<String>) {
        self.diagnosing = diagnosing
        self.catalog = catalog
        self.situation = situation
        self.prepared = prepared
        quotable = Quotable(situation)
    }

    /// What texts may quote on each machine, and on none: the same for every verdict.
    struct Quotable: Sendable {
        private let common: Value
        private let machines: [String: Value]

        init(_ situation: Situation) {
            let common = situation.values
            let machines = situation.lab.machines.map { machine in
                let description = situation.describe(machine)
                return (machine.name, common.merging(["this": description, "machine": description]))
            }
            self.common = common
            self.machines = Dictionary(machines) { first, _ in first }
        }

        /// The values that a check's texts may quote on a machine.
        func values(this: Machine?) -> Value { this.flatMap { machines[$0.name] } ?? common }
    }

    /// An empty store for the facts of one round.
    package func emptyStore() throws -> FactStore { try FactStore(catalog: catalog.facts, situation: situation) }

    /// The fact tables that the first look must bring to judge these checks: what decides them, and what explains them
    /// as far as it is not left to the second look.
    package func tables(for checks: [String]) -> [FactTable] {
        let machine = checks.isEmpty ? nil : catalog.telling(.machine)?.name
        let wanted = catalog.closure(of: checks + [machine].compactMap(\.self)).compactMap { prepared[$0.name] }
        let names = wanted.reduce(into: Set<String>()) { $0.formUnion($1.judged.union($1.explained)) }
        return looked(at: names).filter { !$0.diagnosing }
    }

    /// The fact tables that a second look must bring to explain the failures among these.
    package func diagnosingTables(for judgements: [Judgement]) -> [FactTable] {
        let failed = judgements.filter(\.hasFailed)
        let names = failed.reduce(into: Set<String>()) { $0.formUnion(prepared[$1.subject.check]?.explained ?? []) }
        return looked(at: names).filter(\.diagnosing)
    }

    /// Those of these tables at which somebody looks here.
    func looked(at names: Set<String>) -> [FactTable] {
        catalog.facts.tables.filter { names.contains($0.name) && $0.isSeen(in: situation.environment) }
    }

    /// Judges checks, in the order given and per check in the order of the lab's machines. One whose time is over is not
    /// reported. A failed check that others wait for is reported as well, before the rest, even if it was not asked for; and if
    /// several machines fail a check for one and the same cause, one of them reports it and the others wait for that one.
    /// - Parameter ignoringNeeds: judge each check by its own condition alone, as the automatic walk does to see it red.
    /// - Throws: a `Complaint` about a query that does not run: an error of the checks, not a verdict.
    package func judge(_ wanted: [Asked], store: FactStore, ignoringNeeds: Bool = false) throws -> [Judgement] {
        var session = JudgeSession(judge: self, store: store, prepared: prepared, ignoringNeeds: ignoringNeeds)
        let checks = catalog.closure(of: wanted.map(\.check)).compactMap { prepared[$0.name] }
        try store.prepare(for: checks.flatMap { [$0.pass, $0.over].compactMap(\.self) })
        let asked = try wanted.flatMap { one in
            try subjects(of: one.check).filter { try session.isOver($0) != true }.map {
                try judgement(of: $0, step: one.step, in: &session)
            }
        }
        if ignoringNeeds { return asked }
        let told = Set(asked.map(\.subject))
        let roots = try asked.roots.filter { !told.contains($0) }.map {
            try judgement(of: $0, step: step(using: $0.check) ?? "", in: &session)
        }
        return (roots + asked).oneForEachFault
    }

    /// One check on one subject, as ``judge(_:store:ignoringNeeds:)`` decides it.
    /// - Throws: a `Complaint`, as ``judge(_:store:ignoringNeeds:)``.
    package func verdict(on subject: Judgement.Subject, store: FactStore) throws -> Verdict {
        var session = JudgeSession(judge: self, store: store, prepared: prepared, ignoringNeeds: false)
        return try session.verdict(on: subject)
    }

    /// The causes of a check that hold by their evidence alone, whether the check passes or not: on machines where all is
    /// well there should be none.
    /// - Throws: a `Complaint`, as ``judge(_:store:ignoringNeeds:)``.
    package func causesHolding(on subject: Judgement.Subject, store: FactStore) throws -> [FoundCause] {
        guard let check = prepared[subject.check] else { return [] }
        var session = JudgeSession(judge: self, store: store, prepared: prepared, ignoringNeeds: true)
        return try session.diagnose(check, subject).causes
    }

    private func judgement(of subject: Judgement.Subject, step: String, in session: inout JudgeSession) throws -> Judgement {
        let this = subject.machine.flatMap(situation.lab.machine(named:))
        let values = values(this: this)
        let check = catalog[subject.check]
        return Judgement(
            subject: subject, step: step, title: check?.title.render(values) ?? subject.check, why: check?.why.render(values) ?? "",
            verdict: try session.verdict(on: subject))
    }

    /// The first step of the course that uses a check.
    private func step(using check: String) -> String? {
        situation.lab.steps.first { $0.checks.contains { $0.name.string == check } }?.name
    }

    /// Whose facts a check depends on: what decides it, then what explains it.
    /// - Parameter diagnosing: also those that only a second look brings.
    package func seen(by subject: Judgement.Subject, diagnosing: Bool = false) -> [(machine: String, table: String)] {
        guard let check = prepared[subject.check] else { return [] }
        var seen: [(machine: String, table: String)] = []
        var known: Set<[String]> = []
        for read in check.reads where diagnosing || !self.diagnosing.contains(read.table) {
            for machine in machines(of: read, this: subject.machine) where known.insert([machine, read.table]).inserted {
                seen.append((machine, read.table))
            }
        }
        return seen
    }

    /// The tables by which a cause is recognised, in the order in which its query names them.
    package func evidence(of cause: String, in check: String) -> [FactTable] {
        guard let query = prepared[check]?.causes.first(where: { $0.cause.name == cause })?.when else { return [] }
        func place(_ table: String) -> String.Index { query.sql.firstRange(of: table)?.lowerBound ?? query.sql.endIndex }
        let names = Set(query.reads.map(\.table)).sorted { (place($0), $0) < (place($1), $1) }
        return names.compactMap { catalog.facts[$0] }.filter { $0.isSeen(in: situation.environment) }
    }

    /// Whether a repair of a cause is safe depends on a table of a machine.
    func safety(of cause: String, on subject: Judgement.Subject, restsOn table: String, of machine: String) -> Bool {
        let safe = prepared[subject.check]?.causes.filter { $0.cause.name == cause }.flatMap(\.safe) ?? []
        return safe.flatMap(\.reads).contains { read in
            // Of a chosen machine it is that one, and which that is, all say that can be.
            if case .chosen(let choice) = read.scope {
                return read.table == table && table == choice.from.string
                    && situation.lab.machine(named: machine).map(choice.canBe) ?? false
            }
            return read.table == table && machines(of: read, this: subject.machine).contains(machine)
        }
    }

    private func machines(of read: FactQuery.Read, this: String?) -> [String] {
        switch read.scope {
        case .this: [this].compactMap(\.self)
        case .role(let role): situation.lab.machines.filter { $0.role == role }.map(\.name)
        case .all, .chosen: situation.lab.machines.map(\.name)
        }
    }

    /// The verdicts that a check gives; none if there is no such check.
    package func subjects(of check: String) -> [Judgement.Subject] { catalog[check].map(subjects(of:)) ?? [] }

    /// The verdicts that a check gives.
    func subjects(of check: Check) -> [Judgement.Subject] {
        if check.at == [.cluster] { return [.init(check: check.name, machine: nil)] }
        return check.at.machines(of: situation.lab.machines).map { .init(check: check.name, machine: $0.name) }
    }

    func values(this: Machine?) -> Value { quotable.values(this: this) }
}

/// One pass of the judge over one store, which judges every subject once.
struct JudgeSession {
    let judge: Judge
    let store: FactStore
    let prepared: PreparedChecks
    private let ignoringNeeds: Bool
    private var known: [Judgement.Subject: Verdict] = [:]
    /// The subjects of each check that others need.
    private var subjects: [String: [Judgement.Subject]] = [:]

    init(judge: Judge, store: FactStore, prepared: PreparedChecks, ignoringNeeds: Bool) {
        self.ignoringNeeds = ignoringNeeds
        self.judge = judge
        self.store = store
        self.prepared = prepared
    }

    mutating func verdict(on subject: Judgement.Subject) throws -> Verdict {
        if let verdict = known[subject] { return verdict }
        let verdict = try decide(subject)
        known[subject] = verdict
        return verdict
    }

    private mutating func decide(_ subject: Judgement.Subject) throws -> Verdict {
        guard let prepared = prepared[subject.check] else {
            return .unknown([
                UnknownFact(machine: subject.machine ?? "cluster", fact: subject.check, reason: "lab does not know this check")
            ])
        }
        let check = prepared.check
        // What depends on a check whose time is over does not wait for it.
        let isOver = try isOver(subject)
        if isOver == true { return .passed }
        var unknown: [UnknownFact] = []
        var leftOut: [String] = []
        for need in ignoringNeeds ? [] : needed(by: check, on: subject) {
            if check.among != .all, let other = need.machine, other != subject.machine, !store.wasReached(other) {
                leftOut.append(other)
                continue
            }
            switch try verdict(on: need) {
            case .passed: break
            case .failed: return .blocked(by: need)
            case .blocked(let root): return .blocked(by: root)
            case .unknown(let reasons): unknown += reasons.filter { !unknown.contains($0) }
            }
        }
        if isOver == nil, let over = prepared.over { unknown += try store.unknowns(of: over, this: subject.machine, leavingOut: false) }
        if !unknown.isEmpty { return try open(unknown, of: subject) }
        unknown = try store.unknowns(of: prepared.pass, this: subject.machine, leavingOut: check.among != .all)
        if !unknown.isEmpty { return try open(unknown, of: subject) }
        guard let answer = try store.answer(prepared.pass, this: subject.machine, limit: 1) else {
            return .unknown(try store.heaviest(of: prepared.pass))
        }
        let value = answer.rows.first?.first ?? .null
        if check.among != .all {
            leftOut += try store.leftOut(of: prepared.pass, this: subject.machine)
            let stands =
                switch check.among {
                case .all: true
                case .reached: value != .null && !value.isTrue
                case .any: value.isTrue
                case .known: value != .null
                }
            if !leftOut.isEmpty, !stands {
                return try open(leftOut.map { UnknownFact(machine: $0, fact: "machine", reason: "it was not reached") }, of: subject)
            }
        }
        if value.isTrue { return .passed }
        return .failed(try diagnose(prepared, subject))
    }

    /// What cannot be judged: if that is because a machine was not reached, it waits for the check that says so.
    private mutating func open(_ unknown: [UnknownFact], of subject: Judgement.Subject) throws -> Verdict {
        if !ignoringNeeds, let reach = judge.catalog.telling(.reach), let missing = unknown.first(where: { !store.wasReached($0.machine) })
        {
            let root = Judgement.Subject(check: reach.name, machine: missing.machine)
            if root != subject, case .failed = try verdict(on: root) { return .blocked(by: root) }
        }
        return .unknown(unknown)
    }

    /// Whether the time of a check is over on a machine, whatever the step: nil if that cannot be judged.
    func isOver(_ subject: Judgement.Subject) throws -> Bool? {
        guard let over = prepared[subject.check]?.over else { return false }
        if try store.answer(over, this: subject.machine, limit: 1)?.rows.first?.first?.isTrue == true { return true }
        return try store.unknowns(of: over, this: subject.machine, leavingOut: false).isEmpty ? false : nil
    }

    /// The verdicts that must be `passed` first. A need that judges the cluster counts for every machine.
    private mutating func needed(by check: Check, on subject: Judgement.Subject) -> [Judgement.Subject] {
        check.needs.flatMap { need -> [Judgement.Subject] in
            let all = subjects[need.check.string] ?? judge.subjects(of: need.check.string)
            subjects[need.check.string] = all
            if let at = need.at {
                let names = at.machines(of: judge.situation.lab.machines).map(\.name)
                return all.filter { subject in subject.machine.map(names.contains) ?? true }
            }
            guard let machine = subject.machine else { return all }
            return all.filter { $0.machine == nil || $0.machine == machine }
        }
    }

    mutating func diagnose(_ prepared: PreparedCheck, _ subject: Judgement.Subject) throws -> Diagnosis {
        let this = subject.machine.flatMap(judge.situation.lab.machine(named:))
        let values = judge.values(this: this)
        var diagnosis = Diagnosis()
        try store.prepare(for: prepared.queries)
        let doubt = try self.doubt(about: prepared, values, of: subject)
        for tried in prepared.causes {
            let (cause, when) = (tried.cause, tried.when)
            let reasons = try store.unknowns(of: when, this: subject.machine, leavingOut: prepared.check.among != .all)
            guard reasons.isEmpty else {
                diagnosis.undecided.append(UndecidedCause(name: cause.name, reasons: reasons))
                continue
            }
            guard let found = try store.answer(when, this: subject.machine, limit: 5) else {
                diagnosis.undecided.append(UndecidedCause(name: cause.name, reasons: try store.heaviest(of: when)))
                continue
            }
            if found.rows.isEmpty { diagnosis.ruledOut.append(cause.name) }
            for row in found.rows {
                let columns = zip(found.columns, row).map { ($0, Value.text($1.description)) }
                let holding = try describe(tried, row, values.merging(Dictionary(columns) { first, _ in first }), subject, doubt)
                if !diagnosis.causes.contains(where: { $0.because == holding.because }) { diagnosis.causes.append(holding) }
            }
            if cause.alone, !found.rows.isEmpty { break }
        }
        if diagnosis.causes.isEmpty, let query = prepared.unexplained {
            diagnosis.evidence = try store.answer(query, this: subject.machine, limit: 20)
        }
        return diagnosis
    }

    private mutating func describe(
        _ tried: PreparedCause, _ row: [FactValue], _ values: Value, _ subject: Judgement.Subject, _ doubt: String?
    ) throws -> FoundCause {
        let this = subject.machine.flatMap(judge.situation.lab.machine(named:))
        let cause = tried.cause
        let fix = cause.fix.map { fix in
            let at = judge.situation.place(fix.at.render(values), this: this?.name)
            return FoundFix(
                at: at, account: fix.account, run: judge.situation.commands(of: fix, at: at, values),
                why: fix.why.map { $0.render(values) }.flatMap { $0.isEmpty ? nil : $0 },
                lost: fix.lost.map { "This costs \($0.render(values))." },
                decide: fix.decide.map { $0.render(values) }.flatMap { $0.isEmpty ? nil : $0 })
        }
        let doubt = try doubt ?? self.doubt(about: tried, row, fix, of: subject)
        return FoundCause(
            name: cause.name, certainty: cause.certainty, machine: cause.at?.render(values) ?? this?.name,
            because: cause.because.render(values), fix: doubt == nil ? fix : [], withheld: doubt,
            step: cause.step.flatMap { judge.situation.lab.step(named: $0.string)?.name }, read: cause.read)
    }
}

extension FactValue {
    /// SQL's truth: neither NULL nor zero.
    var isTrue: Bool {
        switch self {
        case .int(let value): value != 0
        case .real(let value): value != 0
        case .bool(let value): value
        case .null, .text: false
        }
    }
}
