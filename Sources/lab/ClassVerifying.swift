import ArgumentParser
import Classroom
import Course
import Display
import Foundation
import Gradebook
import Machines
import Reports
import Synchronization
import Terminal
import Walk

/// `lab verify --class`: rounds of checks over a class, and what is told of them.
struct ClassVerifying {
    let members: Class
    let plan: ClassPlan
    let students: [ClassStudent]
    let options: VerifyCommand
    private let part: Shard?
    private let memory: URL
    /// Whether the gradebook, where there is one, has taken everybody so far.
    private let keeping = Keeping()

    private final class Keeping: Sendable { let everybody = Mutex(true) }

    /// Reads the class and takes those students of it that are meant.
    init(_ options: VerifyCommand, file: String, folders: Folders = Folders()) throws {
        self.options = options
        let wanted = options.members
        (members, plan) = try options.options.course.readClass(file, platform: wanted.platform)
        members.remarks.forEach(Screen.remark)
        part = try wanted.part
        memory = LastRun.file(of: members.name, lab: members.lab, in: folders.state)
        var students = try members.students(named: wanted.students, inGroups: wanted.groups)
        if let part { students.removeAll { !part.contains($0.name) } }
        if wanted.failedLastTime {
            let last = LastRun(reading: memory)
            if last.isEmpty { Screen.remark("Nobody of this class was judged before: all are judged now.") }
            students.removeAll { !last.isOpen($0.name) }
        }
        self.students = students
        if let step = options.step { try options.check(step, in: plan.lab) }
    }

    func run() async throws {
        guard !students.isEmpty else {
            Screen.remark(part != nil ? "No student of the class belongs to part \(part.map(String.init(describing:)) ?? "")." : "No student of the class is meant by this.")
            try write(report([:], from: Date(), isComplete: true))
            return
        }
        Interrupts.listenToTermination()
        let jumps = JumpHosts()
        let report: RunReport
        do {
            report = options.members.watch ? try await watch(jumps) : try await round(jumps)
        } catch {
            // The connections through which others go would live on without us.
            await jumps.close()
            throw error
        }
        await jumps.close()
        if !options.members.watch { try write(report) }
        try report.end(isKept: keeping.everybody.withLock { $0 })
    }

    /// One round. After Ctrl-C it is what was known until then.
    private func round(_ jumps: JumpHosts) async throws -> RunReport {
        let started = Date()
        let gradebook = try options.store.gradebook()
        var recorder: RunRecorder?
        if let gradebook {
            recorder = try await RunRecorder(gradebook, lab: members.lab, started: started, shard: part?.description, steps: plan.lab.reportSteps)
        }
        let lines = ClassLines(count: students.count, isQuiet: options.quiet)
        let known = Mutex<[String: StudentReport]>([:])
        let gaveUp = Mutex(false)
        let taker = recorder
        let round = ClassRound(plan: plan, upTo: options.step, seconds: options.looks.seconds, jobs: options.members.jobs, jumps: jumps)
        let students = students
        let places = Dictionary(students.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        var isComplete = true
        do {
            try await Interrupts.running(patience: .seconds(3), forgetting: false) {
                try await round.run(students) { student, progress in
                    if case .gaveUp = progress { gaveUp.withLock { $0 = true } }
                    lines.take(student, progress)
                } found: { finding in
                    let report = StudentReport(
                        student: finding.student, group: finding.group, collected: Collected(kind: .live, at: finding.collected), looks: finding.looks,
                        identities: finding.identities, judgements: finding.judgements)
                    known.withLock { $0[finding.student] = report }
                    taker?.take(report, at: places[finding.student] ?? 0)
                }
            }
        } catch is CancellationError {
            isComplete = false
        } catch {
            isComplete = false
            Screen.remark(Cleaner.text("\(error)"))
        }
        lines.finish()
        let reports = known.withLock { $0 }
        if !isComplete {
            Screen.remark("Stopped. \(reports.count) of \(students.count) students were judged; the report has these.")
        }
        remember(reports)
        let report = report(reports, from: started, isComplete: isComplete && !gaveUp.withLock { $0 })
        if let gradebook, let recorder {
            let took = await options.store.tell(try await recorder.finish(report), gradebook)
            if !took { keeping.everybody.withLock { $0 = false } }
        }
        return report
    }

    private func report(_ known: [String: StudentReport], from started: Date, isComplete: Bool) -> RunReport {
        RunReport(
            lab: members.lab, started: started, finished: Date(), isComplete: isComplete, shard: part?.description,
            students: students.compactMap { known[$0.name] }
        ).warningAboutSharedMachines
    }

    private func remember(_ reports: [String: StudentReport]) {
        var last = LastRun(reading: memory)
        for (name, report) in reports { last.note(name, allPassed: report.step == nil) }
        // What cannot be kept is missed the next time, and no reason to fail now.
        try? last.write(memory)
    }

    private func write(_ report: RunReport) throws {
        try options.writing.write(report, steps: plan.lab.reportSteps)
    }

    /// Rounds until Ctrl-C: the first is told whole, then what has changed. With `--output`, the file always has the last round.
    private func watch(_ jumps: JumpHosts) async throws -> RunReport {
        var last: RunReport?
        while true {
            let start = ContinuousClock.now
            let report = try await round(jumps)
            if !report.isComplete, let last { return last }
            if last == nil || options.writing.output != nil { try write(report) }
            if !report.isComplete { return report }
            if let last { tell(last, report) }
            last = report
            do {
                let pause = start + .seconds(options.members.every) - .now
                try await Interrupts.running(forgetting: false) { try await Task.sleep(for: max(.zero, pause)) }
            } catch {
                return report
            }
        }
    }

    private func tell(_ before: RunReport, _ now: RunReport) {
        let clock = now.finished.formatted(date: .omitted, time: .standard)
        let old = Dictionary(before.students.map { ($0.student, $0) }) { first, _ in first }
        let changes = now.students.compactMap { student in old[student.student].flatMap { StudentChange(from: $0, to: student) } }
        let told = changes.map { "\(clock)  \(Cleaner.line($0.line(withCauses: !options.writing.noCauses), limit: 300))" }
        // With the report in a file, standard output is free for this; with a report on it, a change is no part of that.
        for line in told { options.writing.format == .pretty || options.writing.output != nil ? Screen.say(line) : Screen.remark(line) }
        if told.isEmpty, !options.quiet { Screen.remark("\(clock)  no change") }
    }
}
