import Checks
import Course
import Display
import Facts
import Foundation

/// One student's machines and verdicts.
package struct StudentReport: Sendable, Hashable, Codable {
    package var student: String
    package var group: String?
    /// The first step, in the order of the course, with a verdict that is not `passed`; nil when all is done.
    package var step: String?
    /// Where the facts come from, and from when.
    package var collected: Collected
    /// What an instructor should look at, such as a machine that another student has as well.
    package var warnings: [String]
    package var machines: [MachineReport]
    package var verdicts: [VerdictRecord]
    /// What the logs of all machines tell, if somebody looked at them for this report. It is in no file.
    package var chronicle: ToldChronicle?

    private enum CodingKeys: String, CodingKey { case student, group, step, collected, warnings, machines, verdicts }

    /// - Parameters:
    ///   - judgements: in the order of the course.
    ///   - changes: what has changed since the failed ones passed.
    package init(
        student: String, group: String? = nil, collected: Collected = Collected(kind: .live, at: Date()), warnings: [String] = [],
        looks: [MachineFacts], identities: [String: MachineIdentity] = [:], judgements: [Judgement],
        changes: [Judgement.Subject: VerdictRecord.ChangeRecord] = [:]
    ) {
        self.student = student
        self.group = group
        self.collected = collected
        self.warnings = warnings
        step = judgements.first { $0.verdict != .passed }?.step
        machines = looks.map { MachineReport($0, identity: identities[$0.machine]) }
        verdicts = judgements.map { judgement in
            var record = VerdictRecord(judgement, changed: changes[judgement.subject])
            for index in record.reasons.indices { record.reasons[index].reason = Cleaner.line(record.reasons[index].reason) }
            return record
        }
    }

    package var counts: VerdictCounts { VerdictCounts(words: verdicts.lazy.map(\.verdict)) }

    /// A student as a gradebook has kept it.
    package init(
        student: String, group: String?, step: String?, collected: Collected, warnings: [String], machines: [MachineReport],
        verdicts: [VerdictRecord]
    ) {
        self.student = student
        self.group = group
        self.step = step
        self.collected = collected
        self.warnings = warnings
        self.machines = machines
        self.verdicts = verdicts
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        student = try container.decode(String.self, forKey: .student)
        group = try container.decodeIfPresent(String.self, forKey: .group)
        step = try container.decodeIfPresent(String.self, forKey: .step)
        collected = try container.decodeIfPresent(Collected.self, forKey: .collected) ?? .unsaid
        warnings = try container.decodeIfPresent([String].self, forKey: .warnings) ?? []
        machines = try container.decode([MachineReport].self, forKey: .machines)
        verdicts = try container.decode([VerdictRecord].self, forKey: .verdicts)
    }

    /// Keys without a value are written as `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(student, forKey: .student)
        try container.encode(group, forKey: .group)
        try container.encode(step, forKey: .step)
        try container.encode(collected, forKey: .collected)
        try container.encode(warnings, forKey: .warnings)
        try container.encode(machines, forKey: .machines)
        try container.encode(verdicts, forKey: .verdicts)
    }
}

/// Where a student's facts come from.
package struct Collected: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Seen on the machines.
        case live
        /// Read from a file that the student handed in, and so only as true as the student.
        case bundle
    }

    package var kind: Kind
    /// When the machines were looked at.
    package var at: Date

    /// What a file that does not say it is read as, until `RunReport` puts the start of the run there.
    static let unsaid = Collected(kind: .live, at: .distantPast)

    package init(kind: Kind, at: Date) {
        self.kind = kind
        self.at = at
    }
}

/// Whether a machine was reached, and how long it took.
package struct MachineReport: Sendable, Hashable, Codable {
    package var machine: String
    package var reached: Bool
    package var seconds: Double
    /// Why it was not reached.
    package var said: String?
    /// Who it is, as far as it was observed: what shows that two students have one machine.
    package var identity: MachineIdentity?

    private enum CodingKeys: String, CodingKey { case machine, reached, seconds, said, identity }

    package init(machine: String, reached: Bool, seconds: Double, said: String?, identity: MachineIdentity? = nil) {
        self.identity = identity
        self.machine = machine
        self.reached = reached
        self.seconds = Self.sensible(seconds)
        self.said = said
    }

    package init(_ facts: MachineFacts, identity: MachineIdentity? = nil) {
        self.identity = identity
        machine = facts.machine
        reached = facts.reached
        seconds = Self.sensible((facts.seconds * 1000).rounded() / 1000)
        // A machine's words, as of a disconnect message.
        said = facts.said.map { Cleaner.line($0) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        machine = try container.decode(String.self, forKey: .machine)
        reached = try container.decode(Bool.self, forKey: .reached)
        seconds = Self.sensible(try container.decode(Double.self, forKey: .seconds))
        said = try container.decodeIfPresent(String.self, forKey: .said)
        identity = try container.decodeIfPresent(MachineIdentity.self, forKey: .identity)
    }

    /// JSON has neither infinity nor NaN, and one student's number must not take everybody's report away: what is not
    /// a duration is dropped.
    private static func sensible(_ seconds: Double) -> Double { (0...1e9).contains(seconds) ? seconds : 0 }

    /// Keys without a value are written as `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(machine, forKey: .machine)
        try container.encode(reached, forKey: .reached)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(said, forKey: .said)
        try container.encode(identity, forKey: .identity)
    }
}
