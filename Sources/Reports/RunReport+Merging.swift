import Checks
import Facts
import Foundation

/// Reports that do not belong together.
package enum MergeError: Error, Sendable, Hashable, CustomStringConvertible {
    case nothing
    case labs(String, String)
    case twice(student: String)
    /// Parts of differently cut classes, such as 2/5 and 3/8.
    case cuts(String, String)

    package var description: String {
        switch self {
        case .nothing: "There is no report to merge."
        case .labs(let one, let other): "These reports are for different labs: '\(one)' and '\(other)'."
        case .twice(let student): "The student '\(student)' is in two of the reports."
        case .cuts(let one, let other): "Part \(one) and part \(other) were not cut the same way."
        }
    }
}

extension RunReport {
    /// One report of the parts of a class.
    /// - Parameter marks: what tells machines apart, if the lab is here to say it.
    /// - Returns: the report, and the parts that are missing, such as `3/5`. With parts missing it is not complete.
    /// - Throws: `MergeError`.
    package static func merging(
        _ reports: [RunReport], marks: [IdentityMark] = []
    ) throws(MergeError) -> (report: RunReport, missing: [String]) {
        guard let first = reports.first else { throw .nothing }
        var names: Set<String> = []
        for report in reports {
            guard report.lab == first.lab else { throw .labs(first.lab, report.lab) }
            for student in report.students where !names.insert(student.student).inserted { throw .twice(student: student.student) }
        }
        let parts = reports.compactMap(\.shard)
        let count = parts.first.flatMap(Self.count)
        if let other = parts.first(where: { Self.count($0) != count }) { throw .cuts(parts[0], other) }
        let missing = (1...max(1, min(count ?? 1, 10_000))).map { "\($0)/\(count ?? 1)" }.filter { count != nil && !parts.contains($0) }
        let report = RunReport(
            lab: first.lab, className: Set(reports.map(\.className)).count == 1 ? first.className : nil,
            started: reports.map(\.started).min() ?? first.started,
            finished: reports.map(\.finished).max() ?? first.finished,
            isComplete: missing.isEmpty && reports.allSatisfy(\.isComplete), students: reports.flatMap(\.students))
        // Two students in different parts may have one machine.
        return (report.warningAboutSharedMachines(by: marks), missing)
    }

    private static func count(_ shard: String) -> Int? { shard.split(separator: "/").last.flatMap { Int($0) } }
}
