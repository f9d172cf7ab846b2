import Course
import DataFiles
import Facts
import Pages
import Sandbox
import Workstation

/// `lab list --format json`.
struct LabsDocument: TableDocument {
    struct Lab: Encodable {
        var name: String
        var title: String
        var steps: [Step]
    }
    struct Step: Encodable {
        var number: Int
        var name: String
        var title: String
        var minutes: Int
        var checks: [String]
    }
    var labs: [Lab]

    init(_ labs: [Course.Lab]) {
        self.labs = labs.map { lab in
            let values = lab.exampleValues
            let steps = lab.steps.enumerated().map { index, step in
                Step(
                    number: index + 1, name: step.name, title: step.title.render(values), minutes: step.minutes,
                    checks: step.checks.map(\.name.string))
            }
            return Lab(name: lab.name, title: lab.title, steps: steps)
        }
    }
}

/// `lab drill --format json`: without names, since a name gives the fault away.
struct DrillsDocument: TableDocument {
    struct Drill: Encodable {
        var number: Int
        var title: String
        var area: String
        var difficulty: String
        var minutes: Int
    }
    var lab: String
    var drills: [Drill]

    init(_ drills: [Course.Drill], of lab: Lab) {
        self.lab = lab.name
        let values = lab.exampleValues
        self.drills = drills.map {
            Drill(
                number: lab.number(of: $0), title: $0.title.render(values), area: $0.area, difficulty: $0.difficulty.rawValue,
                minutes: $0.minutes)
        }
    }
}

/// `lab doctor --format json`.
struct FindingsDocument: TableDocument {
    struct Finding: Encodable {
        /// The heading that it stands under.
        var part: String
        var state: String
        var what: String
        @OrNull var advice: String?
    }
    var findings: [Finding]
    var ready: Bool

    init(_ parts: [(title: String, findings: [Workstation.Finding])]) {
        findings = parts.flatMap { title, findings in
            findings.map { Finding(part: title, state: $0.state.word, what: $0.what, advice: OrNull(wrappedValue: $0.advice)) }
        }
        ready = !findings.contains { $0.state == Workstation.Finding.State.missing.word }
    }
}

extension Workstation.Finding.State {
    fileprivate var word: String {
        switch self {
        case .ready: "ready"
        case .remark: "remark"
        case .missing: "missing"
        }
    }
}

/// `lab sandbox status --format json`.
struct SandboxDocument: TableDocument {
    struct Machine: Encodable {
        var machine: String
        var state: String
        var address: String
        var port: Int
    }
    var machines: [Machine]

    init(_ status: [(machine: SandboxPlan.PlannedMachine, state: Sandbox.MachineState)]) {
        machines = status.map {
            Machine(machine: $0.machine.name, state: $0.state.rawValue, address: $0.machine.address, port: $0.machine.port)
        }
    }
}

/// `lab lint --format json`.
struct ComplaintsDocument: TableDocument {
    struct Complaint: Encodable {
        var file: String
        var line: Int
        var column: Int
        var what: String
        @OrNull var expected: String?
        @OrNull var nearest: String?
        var warning: Bool
    }
    var complaints: [Complaint]

    init(_ complaints: [DataFiles.Complaint]) {
        self.complaints = complaints.map {
            Complaint(
                file: $0.place.file, line: $0.place.line, column: $0.place.column, what: $0.what,
                expected: OrNull(wrappedValue: $0.expected), nearest: OrNull(wrappedValue: $0.nearest), warning: $0.isWarning)
        }
    }
}

/// `lab facts --format json`: the tables.
struct FactTablesDocument: TableDocument {
    struct Table: Encodable {
        var table: String
        var about: String
        var columns: [Column]
    }
    struct Column: Encodable {
        var column: String
        var type: String
    }
    var tables: [Table]

    init(_ tables: [FactTable]) {
        self.tables = tables.map { table in
            Table(
                table: table.name, about: table.about,
                columns: [Column(column: "machine", type: "text")] + table.columns.map { Column(column: $0.name, type: $0.type.rawValue) })
        }
    }
}

/// `lab facts TABLE --format json` and `lab sql --format json`: rows, and what could not be observed.
struct AnswerDocument: TableDocument {
    struct Unknown: Encodable {
        var machine: String
        var fact: String
        var reason: String
    }
    var columns: [String]
    var rows: [[OrNull<JSONValue>]]
    /// Whether there were more rows.
    var cut: Bool
    var unknown: [Unknown]

    init(_ answer: FactsPrompt.Answer) {
        columns = answer.rows.columns
        rows = answer.rows.rows.map { $0.map { OrNull(wrappedValue: JSONValue($0)) } }
        cut = answer.rows.isCut
        unknown = answer.unknown.map { Unknown(machine: $0.machine, fact: $0.fact, reason: $0.reason) }
    }

    /// A value of a fact that is there.
    enum JSONValue: Encodable {
        case text(String), int(Int64), real(Double), bool(Bool)

        init?(_ value: FactValue) {
            switch value {
            case .null: return nil
            case .text(let text): self = .text(text)
            case .int(let value): self = .int(value)
            case .real(let value):
                // JSON has neither infinity nor NaN.
                guard value.isFinite else { return nil }
                self = .real(value)
            case .bool(let value): self = .bool(value)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .int(let value): try container.encode(value)
            case .real(let value): try container.encode(value)
            case .bool(let value): try container.encode(value)
            }
        }
    }
}
