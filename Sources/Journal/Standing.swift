import Course

/// Where a student stands in a lab, as their journal tells.
public struct Standing: Sendable, Hashable {
    /// The step last shown.
    public var current: String?
    /// Steps whose checks have all passed once.
    public var passed: Set<String> = []
    /// How many hints were shown, by step.
    public var hints: [String: Int] = [:]
    /// How often each step was checked.
    public var checks: [String: Int] = [:]
    /// A task that was begun and whose end was never written down.
    public var interrupted: TaskRun?

    public init() {}

    public init(_ entries: some Sequence<Entry>) {
        for entry in entries { note(entry.event) }
    }

    /// Takes the next event into account.
    public mutating func note(_ event: Event) {
        switch event {
        case .opened, .solution, .note: break
        case .step(let step): current = step
        case .check(let step, _): checks[step, default: 0] += 1
        case .passed(let step): passed.insert(step)
        case .hint(let step, let number): hints[step] = max(hints[step] ?? 0, number)
        case .begin(let run): interrupted = run
        case .run: interrupted = nil
        }
    }

    /// The step to go on with: the one last shown, or the lab's first.
    public func step(in lab: Lab) -> Step? {
        current.flatMap(lab.step(named:)) ?? lab.steps.first
    }
}
