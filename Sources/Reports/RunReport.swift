import Checks
import Foundation

/// What one run of `lab verify` found, as the reports show it. The JSON is in docs/reports.md, its schema is ``schema``.
package struct RunReport: Sendable, Hashable, Codable {
    /// The version of the format. Keys that were added since 1 may be missing in files.
    package static let format = 1

    package var lab: String
    /// The name of the class, if a class was judged.
    package var className: String?
    package var started: Date
    package var finished: Date
    /// Whether everything that was asked for was judged: false after Ctrl-C or a crash.
    package var isComplete: Bool
    /// Which part of a class this is, such as `2/5`; nil for all of it.
    package var shard: String?
    package var students: [StudentReport]
    package var counts: VerdictCounts

    package init(
        lab: String, className: String? = nil, started: Date, finished: Date, isComplete: Bool = true, shard: String? = nil,
        students: [StudentReport], counts: VerdictCounts
    ) {
        self.lab = lab
        self.className = className
        self.started = started
        self.finished = finished
        self.isComplete = isComplete
        self.shard = shard
        self.students = students
        self.counts = counts
    }

    /// A report whose counts are those of the students' verdicts.
    package init(
        lab: String, className: String? = nil, started: Date, finished: Date, isComplete: Bool = true, shard: String? = nil,
        students: [StudentReport]
    ) {
        self.init(
            lab: lab, className: className, started: started, finished: finished, isComplete: isComplete, shard: shard, students: students,
            counts: VerdictCounts(words: students.lazy.flatMap(\.verdicts).map(\.verdict)))
    }

    private enum CodingKeys: String, CodingKey {
        case format, lab, started, finished, shard, students, counts
        case className = "class"
        case isComplete = "complete"
    }

    /// Reads also what was written before `class`, `complete`, `shard`, `group`, `collected` and `warnings` existed.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let format = try container.decode(Int.self, forKey: .format)
        guard format == Self.format else { throw ReportFileError.Fault.format(format) }
        lab = try container.decode(String.self, forKey: .lab)
        className = try container.decodeIfPresent(String.self, forKey: .className)
        started = try container.decode(Date.self, forKey: .started)
        finished = try container.decode(Date.self, forKey: .finished)
        isComplete = try container.decodeIfPresent(Bool.self, forKey: .isComplete) ?? true
        shard = try container.decodeIfPresent(String.self, forKey: .shard)
        counts = try container.decode(VerdictCounts.self, forKey: .counts)
        students = try container.decode([StudentReport].self, forKey: .students)
        for index in students.indices where students[index].collected == .unsaid {
            students[index].collected = Collected(kind: .live, at: started)
        }
    }

    /// Keys without a value are written as `null`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(lab, forKey: .lab)
        try container.encode(className, forKey: .className)
        try container.encode(started, forKey: .started)
        try container.encode(finished, forKey: .finished)
        try container.encode(isComplete, forKey: .isComplete)
        try container.encode(shard, forKey: .shard)
        try container.encode(students, forKey: .students)
        try container.encode(counts, forKey: .counts)
    }
}

extension RunReport {
    /// What the report is about: the class, if it is one, and the lab.
    var subject: String { className.map { "\($0), \(lab)" } ?? lab }

    /// The exit status of a command that writes this report. A run that was stopped, or in which nothing could be judged of
    /// somebody, has not passed.
    package var exitStatus: Int32 {
        let status = counts.exitStatus
        return status == 0 && (!isComplete || students.contains { $0.verdicts.isEmpty }) ? 3 : status
    }
}
