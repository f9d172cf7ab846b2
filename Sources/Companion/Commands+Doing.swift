import Checks
import Course
import DataFiles
import Display
import Foundation
import Machines
import Pages
import Subprocess
import Terminal
import Walk

extension CommandTable {
    static let doing: [Command] = [
        Command(
            name: "run", arguments: "[TASK] [MACHINE]", summary: "let lab type a task's commands, after showing them",
            page: """
                Shows the commands, asks, runs them on each machine of the task with their output, and records that.
                Without a number it takes every task of the step, one after the other.

                    run              all tasks of the step
                    run 2            task 2, on all its machines
                    run 2 {{third}}        task 2, on {{third}} alone
                """, completes: .task
        ) { companion, rest in try await companion.alone { try await companion.runTasks(rest) } },
        Command(
            name: "ssh", arguments: "MACHINE [COMMAND]", summary: "open a terminal on a machine",
            page: """
                Opens a terminal on the machine, with OpenSSH and your own settings. `exit` or Ctrl-D brings you back.

                    ssh {{first}}
                    ssh {{first}} hostnamectl
                """, completes: .machine
        ) { companion, rest in try await companion.ssh(rest) },
    ]
}

extension TaskCall {
    /// Where it runs and as whom.
    /// - Parameter places: all machines that it stands for.
    func title(at places: [String]) -> String {
        if isAtWorkstation { return "on your computer" }
        return "on \(places.joined(separator: ", "))" + (account.map { ", as \($0.name)" } ?? "")
    }
}

extension Companion {
    /// Does what changes something on the machines, unless another `lab` is at work there.
    /// - Throws: `MachinesClaim.Held`, which says who.
    func alone<Result: Sendable>(_ body: @MainActor () async throws -> Result) async throws -> Result {
        let claim = try MachinesClaim(student.fleet.inventory, state: Folders().state, doing: "lab")
        defer { withExtendedLifetime(claim) {} }
        return try await body()
    }

    func runTasks(_ rest: String) async throws {
        var calls = student.situation.calls(of: current)
        guard !calls.isEmpty else { return tell("There is nothing to run in this step.") }
        let all = calls
        for word in rest.split(separator: " ").map(String.init) {
            let chosen = calls.filter { String($0.number) == word || $0.place == word }
            guard !chosen.isEmpty else { return tell(noTask(word, of: calls, in: all)) }
            calls = chosen
        }
        // Before the first is typed: a server that was stopped to be emptied is harmed as well.
        let destroying = calls.filter { student.judge.catalog.harm(in: $0.command) != nil }
        if let harm = try await harmPast(current, destroying.map(\.command), at: destroying.map(\.place)) {
            return tell("lab does not type this: \(harm)")
        }
        for number in calls.map(\.number).uniqued {
            let together = calls.filter { $0.number == number }
            guard try await runTask(together) else { return }
        }
        tell("Done. Type 'check' to see what passes now.")
    }

    /// Why no task is left for a word: there is none of that number, or none of those chosen is for that machine.
    private func noTask(_ word: String, of chosen: [TaskCall], in all: [TaskCall]) -> String {
        let number = chosen.first?.number ?? 0
        let isOne = Set(chosen.map(\.number)).count == 1 && Set(all.map(\.number)).count > 1
        guard let machine = lab.machine(named: word)?.name else {
            let near = didYouMean(word, among: lab.machines.map(\.name))
            return "There is no task and no machine '\(Cleaner.line(word, limit: 40))' here.\(near) "
                + "This step has \(Self.tasks(all.map(\.number).uniqued))."
        }
        let own = all.filter { $0.place == machine }.map(\.number).uniqued
        let others = own.isEmpty ? "this step has none for it" : "\(Self.tasks(own)) \(own.count == 1 ? "is" : "are")"
        return isOne ? "Task \(number) is not for \(machine); \(others)." : "No task of this step is for \(machine)."
    }

    private static func tasks(_ numbers: [Int]) -> String {
        numbers.count == 1 ? "task \(numbers[0])" : "tasks \(numbers.map(String.init).joined(separator: ", "))"
    }

    /// Shows a task, asks, and runs it on each of its machines. False when the student said no or a machine failed.
    private func runTask(_ calls: [TaskCall]) async throws -> Bool {
        guard let first = calls.first else { return true }
        say(palette.paint("Task \(first.number)", .heading))
        say(StepText.render(markdown: first.why, for: terminal))
        for (command, group) in Dictionary(grouping: calls, by: \.command).sorted(by: {
            ($0.value.first?.place ?? "") < ($1.value.first?.place ?? "")
        }) {
            say(first.title(at: group.map(\.place)))
            show(commands: command)
        }
        if editor.isInteractive {
            guard Question.yes("Run it?") else {
                say("Not run.")
                return false
            }
        }
        for call in calls {
            guard try await run(call) else { return false }
        }
        return true
    }

    /// What commands of a step would destroy on machines that have gone past it, by a look at them now: nil if nothing of the
    /// kind is seen.
    /// - Parameter places: where the commands are typed; nil if the text says that itself, as in a hint.
    func harmPast(_ step: Step, _ commands: [String], at places: [String]? = nil) async throws -> String? {
        guard let harm = commands.lazy.compactMap({ [catalog = student.judge.catalog] in catalog.harm(in: $0) }).first else { return nil }
        let past = try await machinesPast(step)
        let late = past.intersection(places ?? Array(past)).sorted()
        guard !late.isEmpty else { return nil }
        let verb = late.count == 1 ? "has" : "have"
        return "'\(harm.words)' \(harm.does), and \(late.joined(separator: ", ")) \(verb) gone past step \(step.name): "
            + "what the step wanted empty is in use now."
    }

    /// After a text of a step: where its commands must not be typed any more.
    func warnOfHarm(_ step: Step, _ commands: [String]) async throws {
        if let harm = try await harmPast(step, commands) { tell(palette.paint("Not any more:", .failed) + " \(harm)") }
    }

    /// The machines on which the time of one of the step's checks is over, by a look at them now.
    private func machinesPast(_ step: Step) async throws -> Set<String> {
        let judge = student.judge
        let wanted = step.checks.map(\.name.string).filter { judge.catalog[$0]?.over != nil }
        guard !wanted.isEmpty else { return [] }
        let told = Set(try await look(wanted.map { Asked(step: step.name, check: $0) }).judgements.map(\.subject))
        return Set(wanted.flatMap(judge.subjects(of:)).filter { !told.contains($0) }.compactMap(\.machine))
    }

    private func run(_ call: TaskCall) async throws -> Bool {
        say(palette.paint("— \(call.isAtWorkstation ? "your computer" : call.place)", .quiet))
        let record = call.record(step: current.name)
        try note(.begin(record))
        mayHaveChanged = true
        let live = LiveOutput()
        do {
            let outcome = try await Interrupts.running { [student] in try await student.run(call) { live.take($0) } }
            live.finish()
            try note(call.ran(outcome, step: current.name))
            if outcome.isCut { say("(it printed more than lab keeps)") }
            if !outcome.succeeded {
                say(palette.paint("It ended with status \(outcome.status.map(String.init) ?? "unknown").", .failed))
                let again = call.isAtWorkstation ? "run \(call.number)" : "run \(call.number) \(call.place)"
                tell(
                    "The other commands of the task were not run. Read the last lines above; 'check' and then 'explain' may know more. "
                        + "'\(again)' does it again.")
            }
            return outcome.succeeded
        } catch {
            live.finish()
            throw error is CancellationError ? TaskStopped(place: call.place) : error
        }
    }

    func ssh(_ rest: String) async throws {
        var words = rest.split(separator: " ", maxSplits: 1).map(String.init)
        let names = student.machines.map(\.name)
        guard let word = words.first else { return tell("Which machine? \(names.joined(separator: ", "))") }
        guard let name = names.first(where: { $0 == word }) ?? names.first(where: { $0.lowercased() == word.lowercased() }) else {
            return tell("There is no machine '\(Cleaner.line(word, limit: 40))'. The machines: \(names.joined(separator: ", ")).")
        }
        words[0] = name
        mayHaveChanged = true
        // OpenSSH itself, on this terminal: its escapes, agent and window size work as everywhere.
        let arguments = student.sshArguments + words
        let result = try await Interrupts.leaving {
            try await Subprocess.run(
                .name("ssh"), arguments: Arguments(arguments), input: .currentStandardInput, output: .currentStandardOutput,
                error: .currentStandardError)
        }
        guard case .exited(let code) = result.terminationStatus, code != 0 else { return }
        if code == SSHEnd.ownStatus { return try await tellWhy(name) }
        tell(SSHEnd.told(code, hadCommand: words.count > 1, on: name))
    }

    /// After ssh has ended with a status of its own: what lab sees of the machine, and which task of the step mends it, if one does.
    private func tellWhy(_ name: String) async throws {
        guard let reach = student.judge.catalog.telling(.reach)?.name else { return say("ssh could not open a terminal on \(name).") }
        let judgement = try await look([Asked(step: current.name, check: reach)]).judgements.first { $0.subject.machine == name }
        guard let judgement, case .failed(let diagnosis) = judgement.verdict else {
            return tell("ssh ended with status 255, its own. lab reaches \(name) now; if ssh said nothing above, the connection broke.")
        }
        let repairs = Set(diagnosis.causes.flatMap(\.fix).map(\.run))
        if let task = student.situation.calls(of: current).first(where: { repairs.contains($0.command) }) {
            return tell("lab does not get in either. In this step that is to be expected: task \(task.number) fixes it.")
        }
        say(VerdictText(terminal).explain(judgement, all: false))
    }
}

/// Ctrl-C while a task's commands ran on a machine.
struct TaskStopped: Error, CustomStringConvertible {
    var place: String
    var description: String { "Stopped. What was running on \(place) may still be running there." }
}

/// How `ssh` ended, in words: its status is that of the last command on the machine, but for one that is ssh's own.
enum SSHEnd {
    static let ownStatus: CInt = 255

    static func told(_ status: CInt, hadCommand: Bool, on machine: String) -> String {
        hadCommand
            ? "The command ended with status \(status) on \(machine)."
            : "Back from \(machine). The last command there ended with status \(status); nothing is wrong with ssh."
    }
}
