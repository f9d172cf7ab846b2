import Checks
import Course
import Facts
import Walk

/// What a student is about to hand in, and what would be missing in it: a machine that was slow just now costs points.
package struct HandIn: Sendable {
    package let bundle: FactBundle
    /// Machines that were not reached or did not answer to the end, and what was said of it.
    package let missing: [(machine: String, said: String)]
    /// How many checks cannot be judged without these, of how many.
    package let open: Int
    package let checks: Int
    private let masked: Int

    /// - Throws: a `Complaint` of the checks.
    package init(_ bundle: FactBundle, of student: Student, masked: Int) throws {
        self.bundle = bundle
        self.masked = masked
        missing = bundle.facts.machines.compactMap { facts in
            facts.reached && facts.said == nil ? nil : (facts.machine, facts.said ?? "it was not reached")
        }
        let names = Set(missing.map(\.machine))
        let reach = student.judge.catalog.telling(.reach)?.name
        let store = try student.judge.emptyStore()
        for facts in bundle.facts.machines { try store.load(facts) }
        let judgements = try student.judge.judge(student.lab.asked(upTo: nil), store: store)
        checks = judgements.count
        open =
            names.isEmpty
            ? 0
            : judgements.count { judgement in
                switch judgement.verdict {
                case .passed: false
                case .failed: judgement.subject.check == reach
                case .blocked(let root): root.check == reach || root.machine.map(names.contains) ?? true
                case .unknown(let facts): facts.contains { names.contains($0.machine) }
                }
            }
    }

    /// Whether all machines answered, and to the end.
    package var isWhole: Bool { missing.isEmpty }

    /// What goes into the file, in a line.
    package var summary: String {
        let machines = bundle.facts.machines
        let kinds = machines.flatMap(\.tables.values).count { if case .rows(let rows) = $0 { !rows.isEmpty } else { false } }
        let secrets = masked == 0 ? "no secrets" : "\(masked) \(masked == 1 ? "secret" : "secrets") masked"
        return "\(machines.count) \(machines.count == 1 ? "machine" : "machines"), \(kinds) kinds of rows, \(secrets); --rows shows all."
    }

    /// What would be missing, in sentences; empty if nothing would.
    package var lacks: [String] {
        missing.map { "\($0.machine) did not answer: \($0.said)." }
            + (isWhole ? [] : ["Without this, \(open) of \(checks) checks cannot be judged, and count as not passed."])
    }
}
