import Checks
import Course
import DataFiles
import Facts
import Foundation

/// Something that a course may have run, once a student starts what it belongs to.
package struct CourseCommand: Sendable, Hashable {
    /// What it is for.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case task, undo, fault, repair, fix, evidence, look, client, become, program

        /// With a number before it.
        func counted(_ count: Int) -> String {
            let (one, many) =
                switch self {
                case .task: ("task", "tasks")
                case .undo: ("undo task", "undo tasks")
                case .fault: ("fault of a drill", "faults of drills")
                case .repair: ("repair of a drill", "repairs of drills")
                case .fix: ("repair of a cause", "repairs of causes")
                case .evidence: ("command that shows a cause", "commands that show causes")
                case .look: ("look", "looks")
                case .client: ("client for queries", "clients for queries")
                case .become: ("way to become it", "ways to become it")
                case .program: ("program", "programs")
                }
            return "\(count) \(count == 1 ? one : many)"
        }
    }

    package var kind: Kind
    /// What it belongs to, such as `step names of lab first`.
    package var owner: String
    /// `workstation`, `practice machines`, or the machines, as the file says it.
    package var at: String
    /// Who runs it; nil at the workstation.
    package var account: String?
    /// As it is run: once for each way in which the lab's own values are put in. What only a machine or a look knows stays as `{{…}}`.
    package var texts: [String]
    package var source: Place

    package var isAtWorkstation: Bool { at == Target.workstation.description }

    /// Where it is run and as whom, in words.
    package var place: String { isAtWorkstation ? "on this computer" : "at \(at)" + (account.map { " as \($0)" } ?? "") }

    /// What makes it the same command for whoever has allowed it: not where in a file it is.
    var meaning: Meaning { Meaning(kind: kind, at: at, account: account, texts: texts) }

    struct Meaning: Hashable {
        var kind: Kind
        var at: String
        var account: String?
        var texts: [String]
    }
}

/// Finds all commands of a lab.
struct CommandCollector {
    let lab: Lab
    let catalog: CheckCatalog
    private let situations: [Situation]

    init(_ lab: Lab, _ catalog: CheckCatalog) {
        self.lab = lab
        self.catalog = catalog
        // What only a student's machines have is named and not made up.
        func contacts(in environment: Environment) -> [String: Contact] {
            let all = lab.machines.map { machine in
                let address = lab.addresses[environment]?[machine.name] ?? "ADDRESS-OF-\(machine.name)"
                return (machine.name, Contact(address: address, user: "STUDENT"))
            }
            return Dictionary(all) { first, _ in first }
        }
        situations = lab.platforms.flatMap { platform in
            Environment.allCases.map { Situation(lab: lab, platform: platform, environment: $0, contacts: contacts(in: $0)) }
        }
    }

    var commands: [CourseCommand] {
        let steps = lab.steps.flatMap { step in
            of(step.tasks, .task, "step \(step.name) of \(lab.name)") + of(step.undo, .undo, "step \(step.name) of \(lab.name)")
        }
        let drills = lab.drills.flatMap { drill in
            of(drill.inject, .fault, "drill \(drill.name) of \(lab.name)") + of(drill.repair, .repair, "drill \(drill.name) of \(lab.name)")
        }
        return steps + drills + catalog.checks.flatMap(of) + catalog.facts.seen.map(of) + lab.platforms.flatMap(of)
    }

    /// What a platform's file says of its accounts, and of the program that is asked queries.
    private func of(_ platform: Platform) -> [CourseCommand] {
        func command(_ kind: CourseCommand.Kind, _ account: Account, _ text: String) -> CourseCommand {
            CourseCommand(
                kind: kind, owner: "platform \(platform.name) of \(lab.name)", at: Target.all.description, account: account.name,
                texts: [text],
                source: Place(file: DataFile.shown(lab.folder.appending(path: "platforms/\(platform.name).yaml")), line: 1, column: 1))
        }
        let own = platform.accounts.filter { account in !PlatformAccount.builtIn.contains { $0.account == account.account } }
        let ways = own.compactMap { account in account.become.map { command(.become, account.account, $0) } }
        return ways + (platform.queries.map { [command(.client, $0.account, $0.program)] } ?? [])
    }

    private func of(_ tasks: [StepTask], _ kind: CourseCommand.Kind, _ owner: String) -> [CourseCommand] {
        tasks.map { task in
            let places = situations.filter { task.when.holds(on: $0.platform, environment: $0.environment) }
            return CourseCommand(
                kind: kind, owner: owner, at: task.at.map(\.description).joined(separator: ", "), account: task.account?.name,
                texts: texts(task.run, in: places), source: task.run.source.place)
        }
    }

    private func of(_ check: Check) -> [CourseCommand] {
        check.causes.flatMap { cause in
            cause.fix.compactMap { of($0, .fix, "cause \(cause.name)") }
                + [cause.see.flatMap { of($0, .evidence, "cause \(cause.name)") }].compactMap(\.self)
        }
    }

    /// A repair with commands of its own; those of a task are that task's.
    private func of(_ fix: Fix, _ kind: CourseCommand.Kind, _ owner: String) -> CourseCommand? {
        guard fix.task == nil else { return nil }
        return CourseCommand(
            kind: kind, owner: owner, at: fix.at.source.string, account: fix.account?.name, texts: texts(fix.run, in: situations),
            source: fix.run.source.place)
    }

    private func of(_ table: FactTable) -> CourseCommand {
        let functions = table.functions.map { (name: $0.name, texts: texts($0.body, in: situations)) }
        let called = functions.flatMap { function in function.texts.map { "\(function.name)() {\n\($0)\n}" } }
        return CourseCommand(
            kind: .look, owner: "table \(table.name)", at: table.isAtWorkstation ? Target.workstation.description : "all",
            account: table.isAtWorkstation ? nil : table.account.name,
            texts: texts(table.probe.template, in: situations).map { (called + [$0]).joined(separator: "\n") },
            source: table.probe.template.source.place)
    }

    private func texts(_ template: Template, in situations: [Situation]) -> [String] {
        var found: [String] = []
        for situation in situations {
            var text = template.render(situation.values)[...]
            while text.last?.isNewline ?? false { text.removeLast() }
            if !found.contains(String(text)) { found.append(String(text)) }
        }
        return found.isEmpty ? [template.source.string] : found
    }
}
