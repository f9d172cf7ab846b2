import Checks
import Course
import Facts
import Foundation

/// What one run of `lab verify` found, as the reports tell it. The JSON is DESIGN 5, its schema is ``schema``.
public struct RunReport: Sendable, Hashable, Codable {
    /// The version of the format.
    public var format = 1
    public var lab: String
    public var started: Date
    public var finished: Date
    public var students: [StudentReport]
    public var counts: VerdictCounts

    public init(lab: String, started: Date, finished: Date, students: [StudentReport], counts: VerdictCounts) {
        self.lab = lab
        self.started = started
        self.finished = finished
        self.students = students
        self.counts = counts
    }

    /// The report as JSON, with stable order of keys and a line break at the end.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

/// One student's machines and verdicts.
public struct StudentReport: Sendable, Hashable, Codable {
    public var student: String
    /// The first step, in the order of the course, with a verdict that is not `passed`; nil when all is done.
    public var step: String?
    public var machines: [MachineReport]
    public var verdicts: [VerdictRecord]

    private enum CodingKeys: String, CodingKey { case student, step, machines, verdicts }

    /// - Parameters:
    ///   - judgements: in the order of the course.
    ///   - changes: what has changed since the failed ones passed.
    public init(student: String, looks: [MachineFacts], judgements: [Judgement], changes: [Judgement.Subject: VerdictRecord.ChangeRecord] = [:]) {
        self.student = student
        step = judgements.first { $0.verdict != .passed }?.step
        machines = looks.map(MachineReport.init)
        verdicts = judgements.map { VerdictRecord($0, changed: changes[$0.subject]) }
    }

    /// Keys without a value are written as `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(student, forKey: .student)
        try container.encode(step, forKey: .step)
        try container.encode(machines, forKey: .machines)
        try container.encode(verdicts, forKey: .verdicts)
    }
}

/// Whether a machine was reached, and how long it took.
public struct MachineReport: Sendable, Hashable, Codable {
    public var machine: String
    public var reached: Bool
    public var seconds: Double
    /// Why it was not reached.
    public var said: String?

    private enum CodingKeys: String, CodingKey { case machine, reached, seconds, said }

    public init(_ facts: MachineFacts) {
        machine = facts.machine
        reached = facts.reached
        seconds = (facts.seconds * 1000).rounded() / 1000
        said = facts.said
    }

    /// Keys without a value are written as `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(machine, forKey: .machine)
        try container.encode(reached, forKey: .reached)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(said, forKey: .said)
    }
}
