import Course
import DataFiles
import Foundation
import Journal
import Machines
import Subprocess
import Synchronization

/// A task on one machine or at the workstation, with its values put in: what `run` does.
package struct TaskCall: Sendable, Hashable {
    /// The task's number in its step, from 1, among the tasks that apply here.
    package var number: Int
    /// A machine, or ``Target/workstation``.
    package var place: String
    package var isAtWorkstation: Bool { place.isWorkstation }
    package var account: Account?
    /// What a person types to become that account; nil if nothing has to be typed.
    package var become: String?
    package var why: String
    package var command: String
    package var prints: String?

    package init(number: Int, place: String, account: Account?, become: String? = nil, why: String, command: String, prints: String? = nil)
    {
        self.number = number
        self.place = place
        self.account = account
        self.become = become
        self.why = why
        self.command = command
        self.prints = prints
    }

    /// As the journal writes it down.
    package func record(step: String) -> TaskRun {
        TaskRun(step: step, task: number, machine: place, account: account?.name, command: command)
    }
}

/// How a task ended.
package struct TaskOutcome: Sendable, Hashable {
    /// Nil when a signal ended it, or nobody knows.
    package var status: Int?
    package var output: [UInt8]
    package var isCut: Bool
    package var succeeded: Bool { status == 0 }
}

/// A task that did not succeed.
package struct TaskFailure: Sendable, Hashable {
    package var call: TaskCall
    /// Nil when a signal ended it, or nobody knows.
    package var status: Int?

    /// The status in a sentence.
    package var statusText: String { status.map(String.init) ?? "unknown" }
}

extension Situation {
    /// The tasks of a step that apply here, each on each of its machines, in the order in which they are done.
    package func calls(of step: Step) -> [TaskCall] { calls(of: step.tasks) }

    /// Those of these tasks that apply here, each on each of its machines, in the order in which they are done.
    package func calls(of tasks: [StepTask]) -> [TaskCall] {
        let applying = tasks.filter { $0.when.holds(on: platform, environment: environment) }
        return applying.enumerated().flatMap { index, task in calls(of: task, number: index + 1) }
    }

    private func calls(of task: StepTask, number: Int) -> [TaskCall] {
        func call(_ place: String, _ values: Value) -> TaskCall {
            TaskCall(
                number: number, place: place, account: task.account, become: task.account.flatMap { platform[$0]?.become },
                why: task.why.render(values),
                command: task.run.render(values).trimmingCharacters(in: .newlines),
                prints: task.prints?.render(values).trimmingCharacters(in: .newlines))
        }
        if task.at == [.workstation] { return [call(Target.workstation.description, values)] }
        return task.at.machines(of: lab.machines).map { call($0.name, values(for: $0)) }
    }
}

extension Student {
    /// Runs a task and waits for its end.
    /// - Parameter live: sees the output as it comes; bytes of the machine, not yet fit for a terminal.
    /// - Throws: `ConnectionError`, `SudoPasswordFileError`, `CancellationError`, or why a program did not start here.
    package func run(_ call: TaskCall, seconds: Int = 600, live: @escaping @Sendable ([UInt8]) -> Void) async throws -> TaskOutcome {
        if call.isAtWorkstation { return try await runHere(call.command, live: live) }
        let collected = OutputCollector()
        let result = try await fleet.run(
            call.command, on: call.place, as: call.account ?? .student, of: situation.platform, seconds: seconds
        ) { _, bytes in
            collected.take(bytes)
            live(bytes)
        }
        return TaskOutcome(status: result.status, output: collected.bytes, isCut: result.isCut)
    }

    private func runHere(_ command: String, live: @escaping @Sendable ([UInt8]) -> Void) async throws -> TaskOutcome {
        let collected = OutputCollector()
        let result = try await Subprocess.run(
            .name("bash"), arguments: ["-c", "exec 2>&1 </dev/null\nset -e\n\(command)"], input: .none, output: .sequence, error: .discarded
        ) { execution in
            for try await buffer in execution.standardOutput {
                let bytes = buffer.withUnsafeBytes { Array($0) }
                collected.take(bytes)
                live(bytes)
            }
        }
        let status: Int? = if case .exited(let code) = result.terminationStatus { Int(code) } else { nil }
        return TaskOutcome(status: status, output: collected.bytes, isCut: false)
    }
}

/// Keeps the output of a task in the order in which it came, both streams together, up to a bound.
final class OutputCollector: Sendable {
    private let kept = Mutex<[UInt8]>([])
    private static let limit = 64 << 10

    func take(_ bytes: [UInt8]) {
        kept.withLock { kept in
            kept += bytes.prefix(max(0, Self.limit - kept.count))
        }
    }

    var bytes: [UInt8] { kept.withLock { $0 } }
}
