import Checks
import Course
import DataFiles
import Foundation

extension Workbench {
    /// A new drill whose fault a cause of a check names.
    /// - Throws: ``Misfit`` or `Complaints`.
    package func drill(named name: String, check checkName: String, cause causeName: String) throws -> Start {
        try NewName.check(name, kind: "drill")
        let url = file("drills/\(name).yaml")
        if lab.drill(named: name) != nil { throw Misfit.taken(name, kind: "drill", place: DataFile.shown(url)) }
        let catalog = try CheckCatalog.load(shelf.checks, libraries: lab.uses)
        guard let check = catalog[checkName] else {
            throw Misfit.unknown(checkName, kind: "check", among: catalog.checks.map(\.name))
        }
        guard let cause = check.causes.first(where: { $0.name == causeName }) else {
            throw Misfit.unknown(causeName, kind: "cause of \(checkName)", among: check.causes.map(\.name))
        }
        guard let machine = check.at.machines(of: lab.machines).first ?? lab.machines.first else {
            throw Misfit.impossible("The lab \(lab.name) has no machine.")
        }
        let quoted = repair(of: cause, on: machine)
        let text = DrillText(
            name: name, area: check.library, check: check.name, cause: cause.name,
            judged: check.at == [.cluster] ? nil : machine.name, machine: machine.name, repair: quoted
        ).file
        let left = quoted == nil ? "and what takes it out again, " : ""
        return try Start(
            [Start.File(url, text)],
            next: "Next: write what puts the fault in, \(left)and what a student sees. 'lab drill\(option) --prove \(name)' tries it on "
                + "practice machines.")
    }

    /// The repair of a cause as a drill's tasks: nil if it depends on what is found, or if a person decides.
    func repair(of cause: Cause, on machine: Machine) -> [DrillText.Task]? {
        let tasks = cause.fix.compactMap { quote($0, on: machine) }
        return tasks.isEmpty || tasks.count < cause.fix.count ? nil : tasks
    }

    private func quote(_ fix: Fix, on machine: Machine) -> DrillText.Task? {
        let word = fix.at.source.string
        let place = word == "this" ? machine.name : word
        let machines = Target(place).machines(of: lab.machines)
        guard fix.decide == nil, place.isWorkstation || !machines.isEmpty else { return nil }
        let why = fix.why?.source.string
        if let named = fix.task {
            let tasks = lab.step(named: named.step.string)?.tasks.filter { named.ids.map(\.string).contains($0.id) } ?? []
            guard let task = tasks.first, tasks.count == 1, task.when == Condition() else { return nil }
            return DrillText.Task(at: place, account: fix.account?.name, why: task.why.source.string, run: task.run.source.string)
        }
        // What a repair says of this machine, a drill says of the machine that it is typed on.
        let run = fix.run.source.string.replacing("{{this.", with: "{{machine.")
        let own = why?.replacing("{{this.", with: "{{machine.") ?? "The repair that lab prints."
        guard isKnown(run, on: machines), isKnown(own, on: machines), word == "this" || !fix.run.source.string.contains("{{this") else {
            return nil
        }
        return DrillText.Task(at: place, account: fix.account?.name, why: own, run: run)
    }

    /// Whether a text of a task says nothing that only a cause knows.
    private func isKnown(_ text: String, on machines: [Machine]) -> Bool {
        guard let template = try? Template(Text(text, at: Place(file: "", line: 1, column: 1))) else { return false }
        return lab.exampleSituations.allSatisfy { situation in
            let values = machines.isEmpty ? [situation.values] : machines.map(situation.values(for:))
            return values.allSatisfy { template.missing(in: $0).isEmpty }
        }
    }
}
