/// How a report is written.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    /// For people at a terminal: a class as a matrix of students and steps.
    case pretty
    /// One object, as `RunReport.schema` says.
    case json
    /// One verdict a line.
    case jsonl
}

/// What a report may show, and how.
public struct ReportOptions: Sendable, Hashable {
    /// The columns of the terminal.
    public var width: Int
    public var hasColour: Bool
    /// Whether more than ASCII can be shown.
    public var hasUnicode: Bool
    /// Whether causes, evidence and repairs are told. An exam withholds them.
    public var withCauses: Bool
    /// The lab's steps in the order of the course; where empty, the steps of the report in the order of its verdicts.
    public var steps: [ReportStep]

    public init(width: Int = 80, hasColour: Bool = false, hasUnicode: Bool = true, withCauses: Bool = true, steps: [ReportStep] = []) {
        self.width = width
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
        self.withCauses = withCauses
        self.steps = steps
    }
}

/// A step as the reports need it.
public struct ReportStep: Sendable, Hashable {
    public var name: String
    public var title: String

    public init(name: String, title: String) {
        self.name = name
        self.title = title
    }
}

extension RunReport {
    /// The report in a format, with a line break at the end.
    public func rendered(as format: ReportFormat, options: ReportOptions = ReportOptions()) throws -> String {
        let report = options.withCauses ? self : withoutCauses
        switch format {
        case .pretty, .json: return try report.json()
        case .jsonl: return try report.jsonLines()
        }
    }

    /// The report as an exam shows it: what holds and what does not, and not why.
    var withoutCauses: RunReport {
        var report = self
        for student in report.students.indices {
            for verdict in report.students[student].verdicts.indices {
                report.students[student].verdicts[verdict].causes = []
                report.students[student].verdicts[verdict].evidence = nil
                report.students[student].verdicts[verdict].changed = nil
            }
        }
        return report
    }
}
