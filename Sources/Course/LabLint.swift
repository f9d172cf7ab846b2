import DataFiles
import Foundation

extension Lab {
    /// What the files say of each other that does not fit: names, variables, platforms.
    package func lint() -> [Complaint] {
        let book = ComplaintBook()
        lint(book)
        return book.all
    }

    private func lint(_ book: ComplaintBook) {
        lintPlatforms(book)
        lintTerms(book)
        lintVary(book)
        if let from = why?.from, step(named: from.string) == nil {
            book.note(
                Complaint(
                    from.place, "there is no step '\(from)'", expected: "a step of the lab",
                    nearest: nearestName(to: from.string, among: steps.map(\.name))))
        }
        for step in steps {
            lintNames(of: step, book)
            for tasks in [step.tasks, step.undo] { lintVariants(of: tasks, book) }
            lintVariants(of: step.checks.map(\.when), book)
            lintVariants(in: step.texts, book)
            for situation in exampleSituations { lintTemplates(of: step, in: situation, book) }
        }
        for drill in drills {
            lintNames(of: drill.inject + drill.repair, book)
            for tasks in [drill.inject, drill.repair] { lintVariants(of: tasks, book) }
            lintVariants(in: [drill.title, drill.story] + drill.hints, book)
            for situation in exampleSituations where drill.when.holds(on: situation.platform, environment: situation.environment) {
                lintTemplates([drill.title, drill.story] + drill.hints, drill.inject + drill.repair, in: situation, book)
            }
        }
    }

    /// Every platform in every environment, with addresses of no meaning: enough to know which values exist.
    package var exampleSituations: [Situation] {
        let contacts = Dictionary(uniqueKeysWithValues: machines.map { ($0.name, Contact(address: "192.0.2.1", user: "student")) })
        return platforms.flatMap { platform in
            Environment.allCases.map { environment in
                Situation(lab: self, platform: platform, environment: environment, contacts: contacts)
            }
        }
    }

    /// The first of ``exampleSituations``: enough for a title. A lab that was read has a platform.
    package var exampleValues: Value {
        platforms.first.map { Situation(lab: self, platform: $0, environment: .own, contacts: [:]).values } ?? .map([:])
    }

    private func lintPlatforms(_ book: ComplaintBook) {
        lintPlatforms("", { Set($0.values.flattened.keys) }, expected: "the same values as the other platforms", book)
        lintPlatforms("trait ", { Set($0.traits.keys) }, expected: "the same traits as the other platforms", book)
        let others = Set(Environment.allCases.map(\.rawValue) + platforms.map(\.name) + ["platform", "environment", "changed"])
        for platform in platforms {
            for trait in platform.traits.keys.sorted() where others.contains(trait) {
                book.note(place(of: platform.name), "the trait '\(trait)' has the name of something else", expected: "another name")
            }
        }
    }

    private func lintPlatforms(_ what: String, _ names: (Platform) -> Set<String>, expected: String, _ book: ComplaintBook) {
        let keys = Dictionary(uniqueKeysWithValues: platforms.map { ($0.name, names($0)) })
        let all = keys.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        for (platform, own) in keys.sorted(by: { $0.key < $1.key }) where own != all {
            let lacking = all.subtracting(own).sorted().joined(separator: ", ")
            book.note(place(of: platform), "platform '\(platform)' lacks \(what)\(lacking)", expected: expected)
        }
    }

    private func place(of platform: String) -> Place {
        Place(file: DataFile.shown(folder.appending(path: "platforms/\(platform).yaml")), line: 1, column: 1)
    }

    /// Notes platforms that are left with nothing where others have something. One that is named asks for all to be named: a new one would
    /// silently be without tasks or checks otherwise. Of a trait one value may be named alone, since each platform has to say what it is
    /// like; of two, the others are variants that were forgotten.
    private func lintVariants(of conditions: [Condition], _ book: ComplaintBook) {
        lintVariants(named: conditions.flatMap(\.platforms), of: "platform", among: Set(platforms.map(\.name)), alone: 0, book)
        for trait in Set(conditions.flatMap(\.traits.keys)).sorted() {
            let all = Set(platforms.compactMap { $0.traits[trait] })
            lintVariants(named: conditions.flatMap { $0.traits[trait] ?? [] }, of: trait, among: all, alone: 1, book)
        }
    }

    private func lintVariants(of tasks: [StepTask], _ book: ComplaintBook) {
        lintVariants(of: tasks.map(\.when), book)
        for task in tasks { lintVariants(in: [task.why, task.run, task.prints].compactMap(\.self), where: task.when, book) }
    }

    private func lintVariants(named: [Text], of what: String, among all: Set<String>, alone: Int, _ book: ComplaintBook) {
        let names = Set(named.map(\.string)).intersection(all)
        guard let first = named.first(where: { names.contains($0.string) }), names.count > alone, names != all else { return }
        let left = all.subtracting(names).sorted().joined(separator: ", ")
        book.note(
            first.place, "there is something for \(what) \(names.sorted().joined(separator: ", ")) here, and nothing for \(left)",
            expected: alone == 0 ? "all platforms, or a trait that says what is meant" : "all that there is of it, or only one")
    }

    /// The same of sections in texts: `{{#is.debian12}}`, where `{{^is.debian12}}` is for all others.
    /// - Parameter condition: where the texts are shown at all.
    private func lintVariants(in texts: [Template], where condition: Condition = Condition(), _ book: ComplaintBook) {
        let platforms = platforms.filter { platform in Environment.allCases.contains { condition.holds(on: platform, environment: $0) } }
        for text in texts {
            let sections = text.sections
            func lint(_ prefix: String, of what: String, among all: Set<String>, alone: Int) {
                let own = sections.filter { $0.name.string.hasPrefix(prefix) }
                guard !own.contains(where: \.isInverted) else { return }
                let named = own.map { Text(String($0.name.string.dropFirst(prefix.count)), at: $0.name.place) }
                lintVariants(named: named, of: what, among: all, alone: alone, book)
            }
            lint("is.", of: "platform", among: Set(platforms.map(\.name)), alone: 0)
            for trait in Set(platforms.flatMap(\.traits.keys)).sorted() {
                lint("is.\(trait).", of: trait, among: Set(platforms.compactMap { $0.traits[trait] }), alone: 1)
            }
        }
    }

    private func lintNames(of tasks: [StepTask], _ book: ComplaintBook) {
        let names = machines.map(\.name)
        for task in tasks {
            for case .named(let name) in task.at where !names.contains(name) && !roles.contains(Role(name)) {
                book.note(
                    task.run.source.place, "there is no machine '\(name)'",
                    expected: "all, workstation, a role or one of \(names.joined(separator: ", "))",
                    nearest: nearestName(to: name, among: names + [Target.all, .workstation].map(\.description) + roles.map(\.name)))
            }
            if let account = task.account { lint(account, at: task.run.source.place).map(book.note) }
        }
    }

    /// Notes an account that a platform does not know.
    /// - Parameter place: where it is named.
    package func lint(_ account: Account, at place: Place) -> Complaint? {
        guard let platform = platforms.first(where: { $0[account] == nil }) else { return nil }
        let known = platform.accounts.map(\.account.name)
        return Complaint(
            place, "platform '\(platform.name)' has no account '\(account.name)'", expected: "one of \(known.joined(separator: ", "))",
            nearest: nearestName(to: account.name, among: known))
    }

    private func lintNames(of step: Step, _ book: ComplaintBook) {
        lintNames(of: step.tasks + step.undo, book)
        for check in step.checks {
            guard let until = check.until else { continue }
            guard let end = position(of: until.string) else {
                book.note(
                    until.place, "there is no step '\(until.string)'", expected: "a later step of the lab",
                    nearest: nearestName(to: until.string, among: steps.map(\.name)))
                continue
            }
            if let here = position(of: step.name), end <= here {
                book.note(until.place, "step '\(until.string)' does not come after '\(step.name)'", expected: "a later step")
            }
        }
    }

    private func lintTemplates(of step: Step, in situation: Situation, _ book: ComplaintBook) {
        lintTemplates(step.texts, step.tasks + step.undo, in: situation, book)
    }

    private func lintTemplates(_ texts: [Template], _ tasks: [StepTask], in situation: Situation, _ book: ComplaintBook) {
        let seen = Set(book.all)
        var found: Set<Complaint> = []
        for text in texts { found.formUnion(text.missing(in: situation.values)) }
        for task in tasks where task.when.holds(on: situation.platform, environment: situation.environment) {
            let values = task.at == [.workstation] ? [situation.values] : task.at.machines(of: machines).map(situation.values(for:))
            for values in values {
                for template in [task.why, task.run] + [task.prints].compactMap(\.self) {
                    found.formUnion(template.missing(in: values))
                }
            }
        }
        for complaint in found.subtracting(seen).sorted(by: { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }) {
            book.note(complaint)
        }
    }
}
