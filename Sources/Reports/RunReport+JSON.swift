import Checks
import Foundation

extension RunReport {
    /// The report as JSON, with stable order of keys and a line break at the end.
    public func json() throws -> String {
        let encoder = Self.encoder
        encoder.outputFormatting.insert(.prettyPrinted)
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    /// One verdict a line, each with whose it is.
    func jsonLines() throws -> String {
        let encoder = Self.encoder
        var lines = ""
        for student in students {
            for verdict in student.verdicts {
                let line = VerdictLine(lab: lab, isComplete: isComplete, student: student, verdict: verdict)
                lines += String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
            }
        }
        return lines
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

/// A line of `jsonl`: the keys of the verdict, and beside them whose it is.
private struct VerdictLine: Encodable {
    var lab: String
    var isComplete: Bool
    var student: StudentReport
    var verdict: VerdictRecord

    private enum CodingKeys: String, CodingKey {
        case lab, student, group, collected
        case isComplete = "complete"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lab, forKey: .lab)
        try container.encode(isComplete, forKey: .isComplete)
        try container.encode(student.student, forKey: .student)
        try container.encode(student.group, forKey: .group)
        try container.encode(student.collected, forKey: .collected)
        try verdict.encode(to: encoder)
    }
}
