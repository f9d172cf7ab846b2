import Checks
import Display

/// A report arranged for reading: students by group, steps in the order of the course, and what came of each.
struct ClassView: Sendable {
    /// What came of one step for one student.
    struct Cell: Sendable {
        var verdicts: [VerdictRecord]
        var points: Points

        var outcome: Outcome { Outcome(verdicts) }
    }

    /// One student.
    struct Row: Sendable {
        var student: StudentReport
        /// One for each of the view's steps.
        var cells: [Cell]

        var points: Points { cells.reduce(Points()) { $0 + $1.points } }
        var isDone: Bool { student.step == nil && !student.verdicts.isEmpty }

        /// Where the student is. A step's name is as it was read: not yet cleaned or escaped.
        var place: Place {
            if isDone { return .done }
            guard let step = student.step else { return .notJudged }
            return !unreached.isEmpty && unreached.count == student.machines.count ? .notReached : .at(step)
        }

        /// Machines that were not reached.
        var unreached: [MachineReport] { student.machines.filter { !$0.reached } }
    }

    /// Students of one group; the name is nil for those without.
    struct Group: Sendable {
        var name: String?
        var rows: [Row]
    }

    /// A step with its number in the course, from 1.
    struct NumberedStep: Sendable {
        var number: Int
        var step: ReportStep
    }

    let report: RunReport
    /// The steps that somebody was judged in.
    let steps: [NumberedStep]
    let groups: [Group]
    /// What holds the class back, the most frequent first.
    let causes: [CauseCount]

    var rows: [Row] { groups.flatMap(\.rows) }

    init(_ report: RunReport, _ options: ReportOptions) {
        self.report = report
        var all = options.steps
        var known = Set(all.map(\.name))
        var judged: Set<String> = []
        for verdict in report.students.lazy.flatMap(\.verdicts) {
            judged.insert(verdict.step)
            if known.insert(verdict.step).inserted { all.append(ReportStep(name: verdict.step, title: verdict.step)) }
        }
        let steps = all.enumerated().filter { judged.contains($0.element.name) }.map {
            NumberedStep(number: $0.offset + 1, step: $0.element)
        }
        self.steps = steps
        var groups: [Group] = []
        for student in report.students {
            let verdicts = Dictionary(grouping: student.verdicts, by: \.step)
            let row = Row(
                student: student,
                cells: steps.map { numbered in
                    let own = verdicts[numbered.step.name] ?? []
                    return Cell(verdicts: own, points: Points(own, of: numbered.step))
                })
            if let index = groups.firstIndex(where: { $0.name == student.group }) {
                groups[index].rows.append(row)
            } else {
                groups.append(Group(name: student.group, rows: [row]))
            }
        }
        self.groups = groups
        causes = CauseCount.count(report, isWithheld: !options.withCauses)
    }

    /// The class in one sentence.
    var summary: String {
        let rows = rows
        let done = rows.count { $0.isDone }
        let unseen = rows.count { $0.student.verdicts.isEmpty || ($0.student.machines.contains { !$0.reached }) }
        var parts = ["\(rows.count) student\(rows.count == 1 ? "" : "s")"]
        if done > 0 { parts.append("\(done) done") }
        if unseen > 0 { parts.append("\(unseen) with machines that were not reached") }
        return parts.joined(separator: ", ")
    }

    /// What a reader must know about the run before they trust the rest.
    var cautions: [String] {
        var cautions: [String] = []
        if !report.isComplete {
            cautions.append("This run was stopped before everything was judged. What follows is what was known by then.")
        }
        if let shard = report.shard { cautions.append("This is part \(shard) of the class.") }
        let bundles = report.students.count { $0.collected.kind == .bundle }
        if bundles > 0 {
            cautions.append("\(bundles) of \(report.students.count) handed in recorded facts, which are self-reported: marked with *.")
        }
        return cautions
    }

    /// Warnings with whose they are.
    var warnings: [(student: String, warning: String)] {
        report.students.flatMap { student in student.warnings.map { (student.student, $0) } }
    }
}

/// Where a student is in the course.
enum Place: Hashable {
    case done, notReached, notJudged
    case at(String)

    /// In words; a step's name goes through `clean` first.
    func text(_ clean: (String) -> String) -> String {
        switch self {
        case .done: "done"
        case .notReached: "not reached"
        case .notJudged: "not judged"
        case .at(let step): clean(step)
        }
    }
}

/// What came of a step: its worst verdict, what has to be fixed first going before what could not be seen.
enum Outcome: String, Sendable, CaseIterable {
    case passed, failed, unknown, blocked
    /// Nothing of it was judged.
    case none

    init(_ verdicts: [VerdictRecord]) {
        let words = Set(verdicts.map(\.verdict.rawValue))
        self = [Outcome.failed, .unknown, .blocked, .passed].first { words.contains($0.rawValue) } ?? .none
    }

    var mark: Mark {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .unknown: .unknown
        case .blocked: .waiting
        case .none: .nothing
        }
    }

    /// What it means, in a legend.
    var meaning: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .unknown: "could not be observed"
        case .blocked: "waits for another"
        case .none: "not judged"
        }
    }
}
