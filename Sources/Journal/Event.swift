import Checks
import Foundation

/// Something that happened in a walk.
package enum Event: Sendable, Hashable, Codable {
    /// The walk was started or taken up again.
    case opened(lab: String, platform: String, environment: String, setting: WalkSetting? = nil)
    /// A step was shown, and is the student's current step.
    case step(String)
    /// What the machines reported; the checks that follow were judged from it.
    case facts(SeenFacts)
    /// A step's checks were judged.
    case check(step: String, verdicts: [VerdictRecord])
    /// All checks of a step passed.
    case passed(step: String)
    /// A hint was shown, counted from 1.
    case hint(step: String, number: Int)
    /// The solution was shown.
    case solution(step: String)
    /// A task is about to run on the student's behalf.
    case begin(TaskRun)
    /// A task ran, and how it ended.
    case run(TaskRun, status: Int, output: String)
    /// A drill's fault was put in.
    case drill(String, blind: Bool)
    /// In a drill the student said what is broken: a machine (nil for the cluster) and a cause, or no cause if they do not know yet. A drill
    /// may have several faults.
    case diagnosis(drill: String, machine: String?, cause: String?, right: Bool, faults: Int)
    /// In a drill something was looked at, by a command as it was typed.
    case looked(drill: String, at: String)
    /// A drill ended: the student repaired it, or gave up.
    case drilled(String, repaired: Bool, seconds: Int, hints: Int)
    /// The practice machines were put back to the start of a step, and what had passed from there on no longer has.
    case again(step: String, undone: [String])
    /// The student wrote something down.
    case note(String)
}

extension Event {
    /// What an entry of a journal is about.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case opened, step, facts, check, passed, hint, solution, begin, run, drill, diagnosis, looked, drilled, again, note
        /// It cannot be read, or a newer lab wrote it.
        case other
    }

    /// What it is about.
    package var kind: Event.Kind {
        switch self {
        case .opened: .opened
        case .step: .step
        case .facts: .facts
        case .check: .check
        case .passed: .passed
        case .hint: .hint
        case .solution: .solution
        case .begin: .begin
        case .run: .run
        case .drill: .drill
        case .diagnosis: .diagnosis
        case .looked: .looked
        case .drilled: .drilled
        case .again: .again
        case .note: .note
        }
    }
}

/// What the texts of a walk may quote, so that it can be shown and judged again without its machines.
package struct WalkSetting: Sendable, Hashable, Codable {
    /// The addresses that the machines use among themselves, by name.
    package var addresses: [String: String]
    /// Who logs in, by the name of the machine.
    package var users: [String: String]
    /// The lab's variables.
    package var variables: [String: String]
    /// The name that the student's own values were drawn from, if any were.
    package var variant: String?
    /// How the workstation's commands reach the machines, such as `ssh -F FILE`.
    package var ssh: String?
    /// The command that starts lab.
    package var program: String?

    package init(
        addresses: [String: String], users: [String: String], variables: [String: String], variant: String? = nil, ssh: String? = nil,
        program: String? = nil
    ) {
        self.variant = variant
        self.ssh = ssh
        self.program = program
        self.addresses = addresses
        self.users = users
        self.variables = variables
    }
}

/// A task as it was run on one machine.
package struct TaskRun: Sendable, Hashable, Codable {
    package var step: String
    /// The task's number in its step, from 1.
    package var task: Int
    /// A machine, or `workstation`.
    package var machine: String
    /// The account, if it ran on a machine.
    package var account: String?
    package var command: String

    package init(step: String, task: Int, machine: String, account: String?, command: String) {
        self.step = step
        self.task = task
        self.machine = machine
        self.account = account
        self.command = command
    }
}

/// An event with the time at which it happened.
package struct Entry: Sendable, Hashable, Codable {
    package var at: Date
    package var event: Event

    package init(at: Date, event: Event) {
        self.at = at
        self.event = event
    }
}
