import Checks
import Course
import Facts
import Foundation
import Machines
import Reports
import Walk

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
        found: @escaping @Sendable (StudentReport) -> Void
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
        _ found: @Sendable (StudentReport) -> Void
    ) async throws {
        do {
            let start = ContinuousClock.now
            let report = try await look(at: student, turns, stores) { progress(student.name, .round($0)) }
            found(report)
            progress(student.name, .judged(report.counts, step: report.step, seconds: (ContinuousClock.now - start) / .seconds(1)))
        } catch let error as CancellationError {
            throw error
        } catch {
            progress(student.name, .gaveUp(error))
        }
    }

    private func look(
        at member: ClassStudent, _ turns: Turns, _ stores: StorePool, _ progress: @escaping @Sendable (RoundProgress) -> Void
    ) async throws -> StudentReport {
        guard let judge = plan.judge(for: member.inventory) else { throw Student.Misfit.platform(member.inventory.platform, known: []) }
        let lab = judge.situation.lab
        let wanted = lab.asked(upTo: step)
        let fleet = Fleet(inventory: try await jumps.through(member.inventory), turns: turns, workstation: .ofAnother)
        let student = Student(name: member.name, fleet: fleet, judge: judge)
        let collected = Date()
        do {
            let (judgements, looks) = try await student.look(
                wanted, seconds: seconds, settle: true, pause: .seconds(3), besides: plan.checks.facts.identifyingTables, progress: progress
            ) { try stores.judge(wanted, by: judge, facts: $0 + $1) }
            await fleet.close()
            return StudentReport(
                student: member.name, group: member.group, collected: Collected(kind: .live, at: collected), looks: looks,
                identities: plan.identities(of: looks), judgements: judgements)
        } catch {
            await fleet.close()
            throw error
        }
    }
}
