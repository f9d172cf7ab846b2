import Checks
import Display
import Foundation

extension RunReport {
    /// The report as JSON, with stable order of keys and a line break at the end.
    package func json() throws -> String {
        let encoder = Self.encoder
        encoder.outputFormatting.insert(.prettyPrinted)
        return Self.escaped(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
    }

    /// One verdict a line, each with whose it is.
    func jsonLines() throws -> String {
        let encoder = Self.encoder
        var lines = ""
        for student in students {
            for verdict in student.verdicts {
                let line = VerdictLine(lab: lab, className: className, isComplete: isComplete, student: student, verdict: verdict)
                lines += Self.escaped(String(decoding: try encoder.encode(line), as: UTF8.self)) + "\n"
            }
        }
        return lines
    }

    /// JSON in which also those characters are escaped that control a terminal or turn text around, but that JSON itself lets
    /// through. They are only in strings, so it means the same.
    private static func escaped(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { $0.value >= 0x7F && !ControlFilter.isHarmless($0) }) else { return json }
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if scalar.value < 0x7F || ControlFilter.isHarmless(scalar) {
                result.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    result.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
                }
            }
        }
        return String(result)
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
    var className: String?
    var isComplete: Bool
    var student: StudentReport
    var verdict: VerdictRecord

    private enum CodingKeys: String, CodingKey {
        case lab, student, group, collected
        case className = "class"
        case isComplete = "complete"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lab, forKey: .lab)
        try container.encode(className, forKey: .className)
        try container.encode(isComplete, forKey: .isComplete)
        try container.encode(student.student, forKey: .student)
        try container.encode(student.group, forKey: .group)
        try container.encode(student.collected, forKey: .collected)
        try verdict.encode(to: encoder)
    }
}
