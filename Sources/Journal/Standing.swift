import Course
import Foundation

/// Where a student is in a lab, according to their journal.
package struct Standing: Sendable, Hashable {
    /// The step last shown.
    package var current: String?
    /// Steps whose checks have all passed once on the machines as they are.
    package var passed: Set<String> = []
    /// How many hints were shown, by step.
    package var hints: [String: Int] = [:]
    /// How often each step was checked.
    package var checks: [String: Int] = [:]
    /// A task that was begun and whose end was never written down.
    package var interrupted: TaskRun?
    /// The drill whose fault is in the machines.
    package var drill: OpenDrill?
    /// Drills that were repaired, and the best time of each, in seconds.
    package var repaired: [String: Int] = [:]

    /// How drills went, by name.
    package var reviews: [String: DrillReview] = [:]

    /// A drill that was begun and has not ended.
    package struct OpenDrill: Sendable, Hashable {
        package var name: String
        /// The student was not shown the symptoms.
        package var isBlind: Bool
        package var began: Date
        /// How many hints were shown.
        package var hints: Int { account.hints }
        /// What was done in it so far.
        package var account: DrillAccount

        init(name: String, isBlind: Bool, began: Date) {
            (self.name, self.isBlind, self.began) = (name, isBlind, began)
            account = DrillAccount(name: name, began: began)
        }
    }

    package init() {}

    /// The steps that have passed, by a journal; none if there is no such file, nil if it cannot be read.
    package static func passed(by file: URL) -> Set<String>? {
        guard FileManager.default.fileExists(atPath: file.path) else { return [] }
        guard let journal = try? JournalReader(file) else { return nil }
        return Standing(journal.lines.filter { $0.kind == .passed || $0.kind == .again }.compactMap { try? journal.entry($0) }).passed
    }

    package init(_ entries: some Sequence<Entry>) {
        for entry in entries { note(entry.event, at: entry.at) }
    }

    /// Takes the next event into account.
    package mutating func note(_ event: Event, at date: Date = Date()) {
        drill?.account.note(event, at: date)
        switch event {
        case .opened, .facts, .solution, .diagnosis, .looked, .note: break
        case .step(let step): current = step
        case .drill(let name, let isBlind): drill = OpenDrill(name: name, isBlind: isBlind, began: date)
        case .drilled(let name, let isRepaired, let seconds, _):
            // A fault that could not be put in says nothing of whoever wanted it.
            if let account = drill?.account, isRepaired || seconds > 0 { reviews[name] = DrillReview(account, after: reviews[name]) }
            drill = nil
            if isRepaired { repaired[name] = min(repaired[name] ?? seconds, seconds) }
        case .hint(let name, _) where name == drill?.name: break
        case .check(let step, _): checks[step, default: 0] += 1
        case .passed(let step): passed.insert(step)
        case .again(_, let undone): passed.subtract(undone)
        case .hint(let step, let number): hints[step] = max(hints[step] ?? 0, number)
        case .begin(let run): interrupted = run
        case .run: interrupted = nil
        }
    }

    /// The step to go on with: the one last shown, or the lab's first.
    package func step(in lab: Lab) -> Step? {
        current.flatMap(lab.step(named:)) ?? lab.steps.first
    }
}
