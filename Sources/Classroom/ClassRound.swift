import Checks
import Course
import Facts
import Foundation
import Machines
import Walk

/// What a round over a class found of one student. The facts themselves are gone: thousands of students must not need
/// thousands of times the memory.
package struct StudentFinding: Sendable {
    package var student: String
    package var group: String?
    package var judgements: [Judgement]
    /// What each machine told, without its tables.
    package var looks: [MachineFacts]
    /// Who the machines are, by their names.
    package var identities: [String: MachineIdentity]
    /// When the look began.
    package var collected: Date

    package var counts: VerdictCounts { VerdictCounts(judgements) }
}

/// How far a student is, for whoever waits.
package enum ClassProgress: Sendable {
    case round(RoundProgress)
    case judged(VerdictCounts, step: String?, seconds: Double)
    /// An error of ours: the checks, or the computer's memory. No verdict.
    case gaveUp(any Error)
}

/// One round of checks over many students: in one process, all machines at once up to a number, and each student judged in a
/// store of their own, from their own machines' facts alone.
package struct ClassRound: Sendable {
    private let plan: ClassPlan
    private let step: String?
    private let seconds: Int
    private let jobs: Int
    private let jumps: JumpHosts

    /// - Parameters:
    ///   - step: the last step to judge; nil for the whole course.
    ///   - seconds: the time limit of each machine in each look.
    ///   - jobs: how many machines are looked at at once.
    package init(plan: ClassPlan, upTo step: String?, seconds: Int, jobs: Int, jumps: JumpHosts) {
        self.plan = plan
        self.step = step
        self.seconds = seconds
        self.jobs = max(1, jobs)
        self.jumps = jumps
    }

    /// Judges the students. What is found of one is given as soon as it is known, and not in their order.
    /// - Throws: `CancellationError`; everything else is a student's own.
    package func run(
        _ students: [ClassStudent], progress: @escaping @Sendable (_ student: String, ClassProgress) -> Void,
        found: @escaping @Sendable (StudentFinding) -> Void
    ) async throws {
        let turns = Turns(jobs)
        let stores = plan.stores
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = students.makeIterator()
            // More students at once than machines at once would only hold memory.
            for student in (0..<jobs).compactMap({ _ in waiting.next() }) {
                group.addTask { try await judge(student, turns, stores, progress, found) }
            }
            while try await group.next() != nil {
                if let student = waiting.next() { group.addTask { try await judge(student, turns, stores, progress, found) } }
            }
        }
    }

    private func judge(
        _ student: ClassStudent, _ turns: Turns, _ stores: StorePool, _ progress: @escaping @Sendable (String, ClassProgress) -> Void,
        _ found: @Sendable (StudentFinding) -> Void
    ) async throws {
        do {
            let start = ContinuousClock.now
            let finding = try await look(at: student, turns, stores) { progress(student.name, .round($0)) }
            found(finding)
            let first = finding.judgements.first { $0.verdict != .passed }?.step
            progress(student.name, .judged(finding.counts, step: first, seconds: (ContinuousClock.now - start) / .seconds(1)))
        } catch let error as CancellationError {
            throw error
        } catch {
            progress(student.name, .gaveUp(error))
        }
    }

    private func look(
        at member: ClassStudent, _ turns: Turns, _ stores: StorePool, _ progress: @escaping @Sendable (RoundProgress) -> Void
    ) async throws -> StudentFinding {
        guard let judge = plan.judge(for: member.inventory) else { throw Student.Misfit.platform(member.inventory.platform, known: []) }
        let lab = judge.situation.lab
        let wanted = lab.checksInForce(at: step ?? lab.steps.last?.name ?? "").map { ($0.step.name, $0.check.name.string) }
        let fleet = Fleet(inventory: try await jumps.through(member.inventory), situation: judge.situation, turns: turns)
        let student = Student(name: member.name, situation: judge.situation, fleet: fleet, judge: judge)
        let collected = Date()
        do {
            let (judgements, looks) = try await student.look(
                wanted, seconds: seconds, settle: true, pause: .seconds(3), besides: plan.checks.facts.identifyingTables, progress: progress
            ) { try stores.judge(wanted, by: judge, facts: $0 + $1) }
            await fleet.close()
            return StudentFinding(
                student: member.name, group: member.group, judgements: judgements, looks: looks.map(\.withoutTables),
                identities: Dictionary(looks.filter(\.reached).map { ($0.machine, plan.checks.facts.identity(of: $0)) }) { first, _ in first },
                collected: collected)
        } catch {
            await fleet.close()
            throw error
        }
    }
}

extension MachineFacts {
    /// Whether and when it was reached, and nothing of what it told.
    var withoutTables: MachineFacts {
        var facts = self
        facts.tables = [:]
        return facts
    }
}
