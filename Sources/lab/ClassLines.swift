import Checks
import Classroom
import Display
import Foundation
import Synchronization
import Terminal
import Walk

/// What is shown on standard error while a class is judged: a line for each student at work and a count below, redrawn in
/// place; on anything but a terminal a line for each student who is judged.
package final class ClassLines: Sendable {
    private struct Tally {
        var done = 0
        var passed = 0
        var notJudged = 0
        /// The machines of a student that have not answered yet.
        var waiting: [String: [String]] = [:]
    }
    private let lines: ProgressLines
    private let terminal: Terminal
    private let count: Int
    private let isQuiet: Bool
    private let tally = Mutex(Tally())

    /// - Parameter count: how many students there are.
    package init(count: Int, terminal: Terminal = .standardError(), isQuiet: Bool = false) {
        self.count = count
        self.terminal = terminal
        self.isQuiet = isQuiet
        lines = ProgressLines([], terminal: terminal, isQuiet: true)
        lines.setFooter("0 of \(count) students judged")
    }

    /// Takes the news of one student.
    package func take(_ student: String, _ progress: ClassProgress) {
        switch progress {
        case .round(let round): show(student, round)
        case .judged(let counts, let step, let seconds):
            let done = tally.withLock { tally in
                tally.done += 1
                if counts.allPassed { tally.passed += 1 }
                tally.waiting[student] = nil
                return tally.done
            }
            finish(student, Self.told(counts, step: step) + String(format: " (%.1f s)", seconds), done)
        case .gaveUp(let error):
            let done = tally.withLock { tally in
                tally.done += 1
                tally.notJudged += 1
                return tally.done
            }
            finish(student, "not judged, because of an error in lab or its checks: \(error)", done)
        }
    }

    /// Takes the lines away.
    package func finish() { lines.finish() }

    /// What a student's line says while machines have not answered: the wait is for these.
    static func waiting(for machines: [String]) -> String {
        machines.isEmpty ? "judging" : "waiting for \(machines.joined(separator: ", "))"
    }

    static func told(_ counts: VerdictCounts, step: String?) -> String {
        guard let step else { return "all \(counts.passed) passed" }
        var parts = ["at \(step): \(counts.passed) passed"]
        if counts.failed > 0 { parts.append("\(counts.failed) failed") }
        if counts.blocked > 0 { parts.append("\(counts.blocked) waiting") }
        if counts.unknown > 0 { parts.append("\(counts.unknown) could not be observed") }
        return parts.joined(separator: ", ")
    }

    private func finish(_ student: String, _ text: String, _ done: Int) {
        lines.drop(student)
        let passed = tally.withLock { $0.passed }
        lines.setFooter("\(done) of \(count) students judged, \(passed) done with all steps")
        if !terminal.canRedraw, !isQuiet { Screen.remark("[\(done)/\(count)] \(Cleaner.line(student)): \(Cleaner.line(text))") }
    }

    private func show(_ student: String, _ round: RoundProgress) {
        switch round {
        case .machine(let machine, .looking):
            let waiting = tally.withLock { tally in
                tally.waiting[student, default: []].append(machine)
                return tally.waiting[student] ?? []
            }
            lines.set(student, Self.waiting(for: waiting), counting: true)
        case .machine(let machine, .done(let reached, let said, _)):
            let waiting = tally.withLock { tally in
                tally.waiting[student]?.removeAll { $0 == machine }
                return tally.waiting[student] ?? []
            }
            let news = reached ? "" : "; \(machine): \(said ?? "not reached")"
            lines.set(student, Self.waiting(for: waiting) + news, counting: true)
        case .diagnosing: lines.set(student, "looking for causes", counting: true)
        case .settling(let checks, _): lines.set(student, "waiting for \(checks.joined(separator: ", ")) to settle", counting: true)
        }
    }
}
