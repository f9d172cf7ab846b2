import ArgumentParser
import Classroom
import Course
import Display
import Foundation
import Gradebook
import Reports
import Synchronization
import Terminal

/// `lab verify --class`: rounds of checks over a class, and what is said of them.
struct ClassVerifying {
    let run: ClassRun
    let options: VerifyCommand
    /// The step up to which is judged; nil: the last one.
    private let last: String?
    /// Whether the gradebook, if there is one, has taken everybody so far.
    private let keeping = Keeping()

    private final class Keeping: Sendable { let everybody = Mutex(true) }

    /// Reads the class and takes those students of it that are meant.
    init(_ options: VerifyCommand, file: String) throws {
        self.options = options
        let choice = try options.members.choice()
        let course = options.options.course
        let (members, plan) = try course.shelf().readClass(URL(filePath: file), platform: options.members.platform, lab: course.labName)
        members.remarks.forEach(Screen.remark)
        run = try ClassRun(members, plan, choosing: choice, state: Folders().state)
        if choice.failedLastTime, run.isFirst { Screen.remark("Nobody in this class has been judged before: all are judged now.") }
        last = try options.step.map(plan.lab.requiredStep)?.name
    }

    func verify() async throws {
        guard !run.students.isEmpty else {
            Screen.remark(run.part.map { "No student of the class belongs to part \($0)." } ?? "No student of the class matches this.")
            try write(run.report([:], from: Date()))
            return
        }
        Interrupts.listenToTermination()
        let machines = run.students.reduce(0) { $0 + $1.inventory.machines.count }
        let connections = ClassConnections(jobs: options.members.jobs, keeping: options.members.watch ? machines : 0)
        let report: RunReport
        do {
            report = options.members.watch ? try await watch(connections) : try await round(connections)
        } catch {
            // The connections through which others go would live on without us.
            await connections.close()
            throw error
        }
        await connections.close()
        if !options.members.watch { try write(report) }
        try report.end(isKept: keeping.everybody.withLock { $0 }, as: options.writing.format)
    }

    /// One round. After Ctrl-C it is what was known until then.
    private func round(_ connections: ClassConnections) async throws -> RunReport {
        let started = Date()
        let gradebook = try options.store.gradebook()
        var recorder: RunRecorder?
        if let gradebook {
            recorder = try await RunRecorder(
                gradebook, lab: run.members.lab, className: run.members.name, started: started, shard: run.part?.description,
                steps: run.plan.lab.reportSteps)
        }
        let lines = ClassLines(count: run.students.count, isQuiet: options.quiet)
        let found = Mutex<[String: StudentReport]>([:])
        let places = Dictionary(run.students.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        var wasStopped = false
        do {
            let round = ClassRound(
                plan: run.plan, upTo: last, seconds: options.looks.seconds, jobs: options.members.jobs, connections: connections)
            try await Interrupts.running(patience: .seconds(3), forgetting: false) { [recorder] in
                try await round.run(run.students, progress: lines.take) { report in
                    found.withLock { $0[report.student] = report }
                    recorder?.take(report, at: places[report.student] ?? 0)
                }
            }
        } catch is CancellationError {
            wasStopped = true
        } catch {
            wasStopped = true
            Screen.remark(Cleaner.text("\(error)"))
        }
        lines.finish()
        let reports = found.withLock { $0 }
        if wasStopped { Screen.remark("Stopped. \(reports.count) of \(run.students.count) students were judged; the report has these.") }
        run.remember(reports)
        let report = run.report(reports, from: started)
        if let gradebook, let recorder {
            let took = await options.store.tell(try await recorder.finish(report), gradebook)
            if !took { keeping.everybody.withLock { $0 = false } }
        }
        return report
    }

    private func write(_ report: RunReport) throws { try options.writing.write(report, steps: run.plan.lab.reportSteps) }

    /// Rounds until Ctrl-C: the first is shown whole, then what has changed. With `--output`, the file always has the last round.
    private func watch(_ connections: ClassConnections) async throws -> RunReport {
        var last: RunReport?
        while true {
            let start = ContinuousClock.now
            let report = try await round(connections)
            if !report.isComplete, let last { return last }
            if last == nil || options.writing.output != nil { try write(report) }
            if !report.isComplete { return report }
            if let last { show(report.changes(since: last), at: report.finished) }
            last = report
            do {
                let pause = start + .seconds(options.members.every) - .now
                try await Interrupts.running(forgetting: false) { try await Task.sleep(for: max(.zero, pause)) }
            } catch {
                return report
            }
        }
    }

    private func show(_ changes: [StudentChange], at date: Date) {
        let clock = date.formatted(date: .omitted, time: .standard)
        // With the report in a file, standard output is free for this; with a report on it, a change is not a part of that.
        let say = options.writing.format == .pretty || options.writing.output != nil ? Screen.say : Screen.remark
        for change in changes { say("\(clock)  \(Cleaner.line(change.line(withCauses: !options.writing.noCauses), limit: 300))") }
        if changes.isEmpty, !options.quiet { Screen.remark("\(clock)  no change") }
    }
}
