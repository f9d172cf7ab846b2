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
        for step in steps {
            lintNames(of: step, book)
            for situation in exampleSituations { lintTemplates(of: step, in: situation, book) }
        }
        for drill in drills {
            lintNames(of: drill.inject + drill.repair, book)
            for situation in exampleSituations where drill.when.holds(platform: situation.platform.name, environment: situation.environment)
            {
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
        let keys = Dictionary(uniqueKeysWithValues: platforms.map { ($0.name, Set($0.values.flattened.keys)) })
        let all = keys.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        for (platform, own) in keys.sorted(by: { $0.key < $1.key }) where own != all {
            let place = Place(file: DataFile.shown(folder.appending(path: "platforms/\(platform).yaml")), line: 1, column: 1)
            book.note(
                place, "platform '\(platform)' lacks \(all.subtracting(own).sorted().joined(separator: ", "))",
                expected: "the same values as the other platforms")
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
            for platform in task.when.platforms where self.platform(named: platform) == nil {
                book.note(
                    task.run.source.place, "there is no platform '\(platform)'",
                    expected: "one of \(platforms.map(\.name).joined(separator: ", "))",
                    nearest: nearestName(to: platform, among: platforms.map(\.name)))
            }
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
        for task in tasks where task.when.holds(platform: situation.platform.name, environment: situation.environment) {
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
