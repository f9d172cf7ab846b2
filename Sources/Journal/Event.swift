import Checks
import Foundation

/// Something that happened in a walk.
public enum Event: Sendable, Hashable, Codable {
    /// The walk was started or taken up again.
    case opened(lab: String, platform: String, environment: String)
    /// A step was shown, and is the student's current step.
    case step(String)
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
    /// A drill ended: the student repaired it, or gave up.
    case drilled(String, repaired: Bool, seconds: Int, hints: Int)
    /// The student wrote something down.
    case note(String)
}

/// A task as it was run on one machine.
public struct TaskRun: Sendable, Hashable, Codable {
    public var step: String
    /// The task's number in its step, from 1.
    public var task: Int
    /// A machine, or `workstation`.
    public var machine: String
    /// The account, where it ran on a machine.
    public var account: String?
    public var command: String

    public init(step: String, task: Int, machine: String, account: String?, command: String) {
        self.step = step
        self.task = task
        self.machine = machine
        self.account = account
        self.command = command
    }
}

/// An event with the time at which it happened.
public struct Entry: Sendable, Hashable, Codable {
    public var at: Date
    public var event: Event

    public init(at: Date, event: Event) {
        self.at = at
        self.event = event
    }
}
