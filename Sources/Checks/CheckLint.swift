import Course
import DataFiles
import Facts

extension CheckCatalog {
    /// Everything in the checks that does not fit the fact tables or the lab: names, queries, values, cycles.
    /// - Throws: `DatabaseError` if SQLite itself fails.
    package func lint(_ lab: Lab) throws -> [Complaint] {
        var complaints = facts.lint(lab) + lintAccounts(lab) + wording(lab)
        for check in checks { complaints += lintNames(check, lab) }
        complaints += gaps(in: lab) + prematureNeeds(in: lab)
        if let why = lab.why?.check, let check = self[why.string], check.chronicle == nil || check.at != [.cluster] {
            complaints.append(
                Complaint(why.place, "'\(why)' has no chronicle of the cluster", expected: "a check with 'at: cluster' and 'chronicle:'"))
        }
        for (teller, told) in Dictionary(grouping: checks.filter { $0.tells != nil }, by: \.tells) where told.count > 1 {
            complaints.append(
                Complaint(told[1].place, "\(told[0].name) already tells '\(teller?.rawValue ?? "")'", expected: "one check that tells it"))
        }
        for drill in lab.drills { complaints += lintNames(drill) }
        var seen = Set(complaints)
        let names = FactNames(of: facts, roles: lab.singleRoles)
        for situation in lab.exampleSituations where situation.environment == .own {
            let store = try FactStore(catalog: facts, situation: situation)
            for row in lab.map {
                do {
                    _ = try store.tried(FactQuery(row.sql.string, from: row.sql, over: names))
                } catch {
                    if seen.insert(error).inserted { complaints.append(error) }
                }
            }
            for check in checks {
                for complaint in try lintQueries(PreparedCheck(check, over: names), store, situation) where seen.insert(complaint).inserted
                {
                    complaints.append(complaint)
                }
            }
        }
        return complaints
    }

    /// Accounts that look or repair, and that a platform of the lab does not have.
    private func lintAccounts(_ lab: Lab) -> [Complaint] {
        let looking = facts.seen.compactMap { lab.lint($0.account, at: $0.place) }
        let repairs = checks.flatMap { $0.causes.flatMap { $0.fix + [$0.see].compactMap(\.self) } }
        let mending = repairs.compactMap { fix in fix.account.flatMap { lab.lint($0, at: fix.at.source.place) } }
        return looking + mending
    }

    /// What keeps the checks of a lab from being judged at all: steps and checks that name one that is not there, and checks
    /// that wait for each other.
    func gaps(in lab: Lab) -> [Complaint] {
        let named =
            lab.steps.flatMap { $0.checks.map(\.name) } + checks.flatMap { $0.needs.map(\.check) } + [lab.why?.check].compactMap(\.self)
        return named.filter { self[$0.string] == nil && !unread.contains($0.string) }.map(noCheck) + cycles()
    }

    /// Checks of a step that wait for one which only a later step brings about: nobody could pass that step.
    private func prematureNeeds(in lab: Lab) -> [Complaint] {
        var first: [String: Int] = [:]
        for (index, step) in lab.steps.enumerated() {
            for check in step.checks where first[check.name.string] == nil { first[check.name.string] = check.already ? 0 : index }
        }
        return lab.steps.enumerated().flatMap { index, step in
            step.checks.flatMap { check in
                closure(of: [check.name.string]).compactMap { need in
                    guard let later = first[need.name], later > index else { return nil }
                    return Complaint(
                        check.name.place,
                        "'\(check.name)' needs '\(need.name)', which comes with the later step '\(lab.steps[later].name)'",
                        expected: "needs that hold by the end of step '\(step.name)'")
                }
            }
        }
    }

    private func noCheck(_ name: Text) -> Complaint {
        Complaint(
            name.place, "there is no check '\(name)'", expected: "a check of checks/*.yaml",
            nearest: nearestName(to: name.string, among: checks.map(\.name)))
    }

    private func lintNames(_ check: Check, _ lab: Lab) -> [Complaint] {
        var complaints: [Complaint] = []
        for case .named(let name) in check.at where lab.machine(named: name) == nil && !lab.roles.contains(Role(name)) {
            complaints.append(
                Complaint(
                    check.place, "there is no machine '\(name)'", expected: "all, cluster, a role or a machine of the lab",
                    nearest: nearestName(to: name, among: lab.machines.map(\.name) + ["all", "cluster"])))
        }
        for cause in check.causes {
            if check.at == [.cluster], cause.at == nil {
                complaints.append(
                    Complaint(cause.place, "a cause of a check on the cluster names no machine", expected: "at: the machine to fix"))
            }
        }
        for cause in check.causes {
            guard let at = cause.at?.source, lab.roles.contains(Role(at.string)), lab.machine(named: at.string) == nil else { continue }
            complaints.append(
                Complaint(at.place, "the cause '\(cause.name)' names a role", expected: "a machine, such as \"{{\(at).name}}\""))
        }
        for cause in check.causes where cause.onlyLooks(knowing: libraries.flatMap(\.looks)) {
            complaints.append(
                Complaint(
                    cause.place, "the repair of '\(cause.name)' only looks",
                    expected: "a command that fixes it, or decide: with what a person has to decide"))
        }
        for (name, uses) in Dictionary(grouping: check.causes, by: \.name) where uses.count > 1 {
            complaints.append(Complaint(uses[1].place, "the cause '\(name)' is in this check twice", expected: "each name once"))
        }
        return complaints
    }

    private func lintNames(_ drill: Drill) -> [Complaint] {
        let causes = Set(checks.flatMap { $0.causes.map(\.name) })
        var complaints: [Complaint] = []
        for expected in drill.expect {
            guard let check = self[expected.check.string] else {
                complaints.append(noCheck(expected.check))
                continue
            }
            let own = check.causes.map(\.name)
            if !own.contains(expected.cause.string) {
                complaints.append(
                    Complaint(
                        expected.cause.place, "\(check.name) has no cause '\(expected.cause)'", expected: "one of its causes",
                        nearest: nearestName(to: expected.cause.string, among: own)))
            }
        }
        for cause in drill.also where !causes.contains(cause.string) {
            complaints.append(Complaint(cause.place, "there is no cause '\(cause)'", nearest: nearestName(to: cause.string, among: causes)))
        }
        return complaints
    }

    /// What a check depends on that its library does not need: it would be missing for a lab that uses that library alone.
    private func lintLibrary(_ prepared: PreparedCheck) -> [Complaint] {
        guard let library = libraries.first(where: { $0.name == prepared.check.library }) else { return [] }
        let shelf = LibraryShelf(libraries: libraries)
        let needed = shelf.closure(of: [Text(library.name, at: library.place)])
        let known = Set(needed.flatMap { $0.knows.map(\.string) } + needed.map(\.name))
        var complaints: [Complaint] = []
        for table in prepared.judged.union(prepared.explained).union(prepared.told).sorted() {
            let file = facts[table]?.place.file
            guard let other = libraries.first(where: { DataFile.shown($0.facts) == file }), !known.contains(other.name) else { continue }
            complaints.append(
                Complaint(
                    prepared.check.place, "'\(prepared.check.name)' reads '\(table)' of the library '\(other.name)'",
                    expected: "a table of this library, or of those that it needs or knows"))
        }
        for need in prepared.check.needs {
            guard let other = self[need.check.string]?.library, !known.contains(other) else { continue }
            complaints.append(
                Complaint(
                    need.check.place, "'\(need.check)' is of the library '\(other)', which '\(library.name)' does not need",
                    expected: "a check of a library that it needs"))
        }
        return complaints
    }

    private func lintQueries(_ prepared: PreparedCheck, _ store: FactStore, _ situation: Situation) throws -> [Complaint] {
        let check = prepared.check
        var columns: [[String]] = []
        do throws(Complaint) {
            for query in prepared.queries { _ = try store.tried(query) }
            for (query, asked) in zip(prepared.chronicle?.queries ?? [], check.chronicle?.queries ?? []) {
                let found = try store.tried(query)
                if found != asked.columns {
                    throw Complaint(
                        asked.sql.place, "this query of a chronicle gives \(found.joined(separator: ", "))",
                        expected: asked.columns.joined(separator: ", "))
                }
            }
            columns = try prepared.causes.map { (cause) throws(Complaint) in try store.tried(cause.when) }
        } catch {
            return [error]
        }
        var complaints = lintLibrary(prepared)
        for table in prepared.judged where facts[table]?.diagnosing == true {
            complaints.append(
                Complaint(
                    check.pass.place, "'pass' reads '\(table)', which is looked at only after a failure",
                    expected: "tables without 'when: diagnosing'"))
        }
        let quotable = Judge.Quotable(situation)
        let machines = check.at == [.cluster] ? [nil] : check.at.machines(of: situation.lab.machines).map(Optional.some)
        for machine in machines.prefix(1) {
            let values = quotable.values(this: machine)
            complaints +=
                ([check.title, check.why] + [check.repairs?.otherwise, check.chronicle?.title, check.chronicle?.note].compactMap(\.self))
                .flatMap { $0.missing(in: values) }
            for (cause, columns) in zip(prepared.causes.map(\.cause), columns) {
                complaints += cause.about?.missing(in: situation.values) ?? []
                complaints += cause.see.map { $0.run.missing(in: values) } ?? []
                let row = Dictionary(columns.map { ($0, Value.text("")) }) { first, _ in first }
                let texts =
                    [cause.because] + [cause.at].compactMap(\.self)
                    + cause.fix.flatMap { [$0.at, $0.run] + [$0.why, $0.lost, $0.decide].compactMap(\.self) }
                complaints += cause.fix.compactMap { situation.complaint(about: $0) }
                complaints += cause.fix.compactMap { lintHarm($0, situation, values.merging(row)) }
                complaints += texts.flatMap { $0.missing(in: values.merging(row)) }
            }
        }
        return complaints
    }

    /// A repair that destroys says what it costs and when it is safe.
    private func lintHarm(_ fix: Fix, _ situation: Situation, _ values: Value) -> Complaint? {
        let harm = harm(in: situation.commands(of: fix, at: fix.at.render(values), values))
        if let harm, fix.safe == nil {
            return Complaint(fix.run.source.place, "'\(harm.words)' \(harm.does)", expected: "the keys 'lost' and 'safe' on this repair")
        }
        return nil
    }

    /// One complaint for each circle of checks that need each other.
    private func cycles() -> [Complaint] {
        var done: Set<String> = []
        var complaints: [Complaint] = []
        func visit(_ check: Check, path: [String]) {
            if let start = path.firstIndex(of: check.name) {
                let ring = (path[start...] + [check.name]).joined(separator: " needs ")
                complaints.append(Complaint(check.place, "these checks wait for each other: \(ring)", expected: "no circle of needs"))
                return
            }
            guard !done.contains(check.name) else { return }
            for need in check.needs { if let other = self[need.check.string] { visit(other, path: path + [check.name]) } }
            done.insert(check.name)
        }
        for check in checks { visit(check, path: []) }
        return complaints
    }
}
