import Database
import Foundation
import Reports

/// A PostgreSQL database that keeps runs and their verdicts.
///
/// A run is written into the state folder and into the database as it comes. Only when the database has all of it, its file in
/// the state folder goes. Without a connection, or when it breaks, the file stays and is sent the next time.
package actor Gradebook {
    package nonisolated let address: StoreAddress
    private let folder: URL
    private var connection: DatabaseConnection?
    private var log: RunLog?
    /// Why the database does not get what comes; nil while it does.
    private var failure: GradebookError?
    private var waiting: [PlacedStudent] = []
    private var sender: Task<Void, Never>?
    /// How many students' results go in one transaction: few round trips, and little that has to be sent again.
    private static let batch = 25

    /// What became of a run.
    package enum Delivery: Sendable, Hashable {
        /// The database has it, but for the students whom it refused: they are in a file of their own.
        case sent(run: String, without: [Refused])
        /// It is kept in a file, and why.
        case kept(file: String, GradebookError)
    }

    /// A student whose results the database does not take, and what it says.
    package struct Refused: Sendable, Hashable {
        package var student: String
        package var said: String
    }

    /// The students of the current run that were refused.
    private var refusedNow: [Refused] = []

    /// - Parameters:
    ///   - state: lab's state folder.
    package init(_ address: StoreAddress, state: URL) {
        self.address = address
        folder = state.appending(path: "gradebook")
    }

    // MARK: Writing a run

    /// Begins a run: from here on the database knows it, marked incomplete. Runs that were kept are sent first.
    /// - Returns: the run's name, and how many kept runs were sent.
    /// - Throws: `GradebookError.cannotKeep`. That the database cannot be reached is not an error; ``finish(at:isComplete:)`` says it.
    @discardableResult
    package func begin(
        lab: String, className: String? = nil, started: Date, shard: String? = nil, steps: [ReportStep]
    ) async throws -> (run: String, sent: Int) {
        let header = RunHeader(
            store: address.connectionString, run: UUID(), lab: lab, className: className, started: started, shard: shard, steps: steps)
        let log = try RunLog(beginning: header, in: folder)
        self.log = log
        failure = nil
        refusedNow = []
        var sent = 0
        do {
            sent = try await sendKept()
            let connection = try await open()
            try await RunSending(connection).begin(header)
        } catch {
            note(error)
        }
        return (header.run.uuidString.lowercased(), sent)
    }

    /// Takes a student's result. It is on disk when this returns, and on its way to the database.
    /// - Parameter position: the student's place in the report.
    /// - Throws: `GradebookError.cannotKeep`.
    package func record(_ student: StudentReport, at position: Int) throws {
        guard let log else { return }
        let placed = PlacedStudent(position: position, report: student)
        try log.add(placed)
        guard failure == nil else { return }
        waiting.append(placed)
        if sender == nil { sender = Task { await self.send(log.header) } }
    }

    /// Ends the run, once everything that was recorded has been sent. Cancellation does not stop it: a run that was stopped
    /// ends as well.
    /// - Parameter isComplete: whether everything that was asked for was judged.
    package func finish(at finished: Date, isComplete: Bool) async throws -> Delivery {
        guard let log else { return .kept(file: folder.path, .noRun(nil)) }
        let end = RunEnd(finished: finished, isComplete: isComplete)
        try log.finish(end)
        // A task of its own, which the caller's cancellation does not reach.
        await Task {
            await sender?.value
            guard failure == nil else { return }
            do {
                // A run that lacks somebody is not complete.
                let end = RunEnd(finished: end.finished, isComplete: end.isComplete && refusedNow.isEmpty)
                try await RunSending(open()).finish(log.header, end)
            } catch {
                note(error)
            }
        }.value
        self.log = nil
        if let failure { return .kept(file: log.url.path, failure) }
        if refusedNow.isEmpty {
            log.remove()
        } else {
            setAside(log, "it lacks \(refusedNow.map(\.student).joined(separator: ", ")): \(refusedNow[0].said)")
        }
        return .sent(run: log.header.run.uuidString.lowercased(), without: refusedNow)
    }

    /// Stores a whole report as a run.
    /// - Throws: `GradebookError.cannotKeep`.
    package func store(_ report: RunReport, steps: [ReportStep]) async throws -> Delivery {
        try await begin(
            lab: report.lab, className: report.className, started: report.started, shard: report.shard,
            steps: report.steps(knowing: steps))
        for (position, student) in report.students.enumerated() { try record(student, at: position) }
        return try await finish(at: report.finished, isComplete: report.isComplete)
    }

    /// Files of runs that the database refuses, all or in part, and what it says. They are not sent again.
    package private(set) var refused: [(file: String, said: String)] = []

    /// Sends the runs that were kept.
    /// - Returns: how many.
    /// - Throws: `GradebookError`, `DatabaseError` or `CancellationError`; what was not sent is kept further.
    @discardableResult
    package func sendKept() async throws -> Int {
        var sent = 0
        for kept in RunLog.leftBehind(in: folder, for: address.connectionString) {
            do {
                let without = try await deliver(kept.header, kept.students, kept.end)
                if without.isEmpty {
                    kept.remove()
                } else {
                    setAside(kept, "it lacks \(without.map(\.student).joined(separator: ", ")): \(without[0].said)")
                }
            } catch let error as DatabaseError where error.isAboutData {
                // Data that the database will never take must not hold up the other runs.
                setAside(kept, error.said)
                continue
            }
            sent += 1
        }
        return sent
    }

    private func send(_ header: RunHeader) async {
        while failure == nil, !waiting.isEmpty {
            let part = Array(waiting.prefix(Self.batch))
            waiting.removeFirst(part.count)
            do {
                let refused = try await deliver(header, part, nil)
                // Somebody who comes twice is as the later result went.
                refusedNow.removeAll { refused in part.contains { $0.report.student == refused.student } }
                refusedNow += refused
            } catch {
                note(error)
            }
        }
        sender = nil
    }

    /// Sends students together, and each by itself if the database refuses them together: one must not keep the others out.
    /// - Returns: those that it refuses.
    private func deliver(_ header: RunHeader, _ students: [PlacedStudent], _ end: RunEnd?) async throws -> [Refused] {
        let sending = RunSending(try await open())
        do {
            try await sending.send(header, students, end)
            return []
        } catch let error as DatabaseError where error.isAboutData && !students.isEmpty {
            try await sending.begin(header)
        }
        var refused: [Refused] = []
        for student in students {
            do {
                try await sending.send(header, [student], nil)
            } catch let error as DatabaseError where error.isAboutData {
                refused.append(Refused(student: student.report.student, said: error.said))
            }
        }
        if let end { try await sending.finish(header, RunEnd(finished: end.finished, isComplete: end.isComplete && refused.isEmpty)) }
        return refused
    }

    /// Keeps a file for a person to look at, and never sends it again.
    private func setAside(_ log: RunLog, _ said: String) { refused.append((log.setAside().path, said)) }

    private func note(_ error: any Error) {
        connection = nil
        waiting = []
        failure =
            switch error {
            case let error as GradebookError: error
            case let error as DatabaseError: .database(error)
            default: .database(.lost(said: "\(error)"))
            }
    }

    /// The connection, with a schema that is up to date.
    func open() async throws -> DatabaseConnection {
        if let connection { return connection }
        let connection = try await DatabaseConnection.open(address: address.connectionString, application: "lab", seconds: 10)
        try await GradebookSchema.prepare(connection)
        self.connection = connection
        return connection
    }
}

extension RunReport {
    /// The steps of this report: those that are known, and those that only its verdicts name.
    func steps(knowing known: [ReportStep]) -> [ReportStep] {
        var steps = known
        var names = Set(known.map(\.name))
        for verdict in students.lazy.flatMap(\.verdicts) where names.insert(verdict.step).inserted {
            steps.append(ReportStep(name: verdict.step, title: verdict.step))
        }
        return steps
    }
}
