import Course
import DataFiles

extension Situation {
    /// The commands of a repair: its own, or those of the task that it names, with the values of the machine where they are typed.
    package func commands(of fix: Fix, at place: String, _ values: Value) -> String {
        guard let name = fix.task else { return fix.run.render(values) }
        let own = lab.machine(named: place).map { self.values(for: $0) } ?? values
        return task(name, at: place)?.run.render(own).trimmingNewlines ?? "\(program) show \(name.step)"
    }

    /// Where a repair, or what shows its cause, is typed and as whom, and its commands: as a handbook or a hint says it, without a verdict.
    /// - Parameter machine: the machine that is judged, as the page calls it.
    package func instruction(_ fix: Fix, on machine: String, _ values: Value) -> (place: String, commands: String) {
        let place = place(fix.at.render(values), this: machine)
        return (Explained.place(place, fix.account), commands(of: fix, at: place, values))
    }

    /// A repair's place by the machine's name if one machine is meant.
    /// - Parameter machine: the machine that is judged.
    func place(_ word: String, this machine: String?) -> String {
        if word == "this" { return machine ?? word }
        let machines = Target(word).machines(of: lab.machines)
        return machines.count == 1 ? machines[0].name : word
    }

    /// The task that a repair names: the first that is for the place, or else the first that there is on this platform.
    func task(_ name: Fix.TaskName, at place: String? = nil) -> StepTask? {
        let tasks = lab.step(named: name.step.string)?.tasks ?? []
        let named = name.ids.compactMap { id in
            tasks.first { $0.id == id.string && $0.when.holds(on: platform, environment: environment) }
        }
        return named.first { task in task.at.machines(of: lab.machines).contains { $0.name == place } } ?? named.first
    }

    /// What is wrong with the task that a repair names.
    func complaint(about fix: Fix) -> Complaint? {
        guard let name = fix.task, task(name) == nil else { return nil }
        let known = lab.step(named: name.step.string)?.tasks.compactMap(\.id) ?? []
        return Complaint(
            name.step.place, "step '\(name.step)' has no task '\(name.ids.map(\.string).joined(separator: "' or '"))' for \(platform.name)",
            nearest: name.ids.first.flatMap { nearestName(to: $0.string, among: known) })
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = self[...]
        while text.last?.isNewline ?? false { text.removeLast() }
        return String(text)
    }
}
