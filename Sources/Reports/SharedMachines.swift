import Facts

extension RunReport {
    /// The report with a warning on every student whose machine another student has as well, or a copy of it. It changes no
    /// verdict: what a machine says of itself is a claim, and may be a claim about somebody else.
    /// - Parameter marks: what tells machines apart.
    package func warningAboutSharedMachines(by marks: [IdentityMark]) -> RunReport {
        var report = self
        let warnings = SharedMachines(students, by: marks).warnings
        for index in report.students.indices {
            let own = warnings[index] ?? []
            report.students[index].warnings.removeAll { $0.hasPrefix(SharedMachines.mark) }
            report.students[index].warnings += own
        }
        return report
    }
}

/// Machines of different students that cannot be told apart.
struct SharedMachines {
    static let mark = "Shared: "

    private struct Member: Hashable {
        var student: Int
        /// Nil for the cluster as a whole.
        var machine: String?
    }
    private let students: [StudentReport]
    /// Who has something in common, and what.
    private var shared: [(members: [Member], what: [String])] = []

    init(_ students: [StudentReport], by marks: [IdentityMark]) {
        self.students = students
        var positions: [[Member]: Int] = [:]
        let keys = Set(students.flatMap { $0.machines.flatMap { $0.identity?.values.keys.map(\.self) ?? [] } }).subtracting(
            marks.map(\.key))
        // Of a lab that is not here, a key's own words have to do.
        let marks = marks + keys.sorted().map { IdentityMark(key: $0, words: $0.replacing("_", with: " "), whose: .machine) }
        // What all machines of a cluster have is said after what each has.
        for mark in marks.filter({ $0.whose == .machine }) + marks.filter({ $0.whose == .cluster }) {
            var members: [String: [Member]] = [:]
            var order: [String] = []
            for (index, student) in students.enumerated() {
                for machine in student.machines {
                    guard let value = machine.identity?.values[mark.key] else { continue }
                    let member = Member(student: index, machine: mark.whose == .cluster ? nil : machine.machine)
                    if members[value] == nil { order.append(value) }
                    if members[value]?.last != member { members[value, default: []].append(member) }
                }
            }
            for value in order {
                guard let all = members[value], Set(all.map(\.student)).count > 1 else { continue }
                if let position = positions[all] {
                    shared[position].what.append(mark.words)
                } else {
                    positions[all] = shared.count
                    shared.append((all, [mark.words]))
                }
            }
        }
    }

    /// By the students' places in the report. A warning names few others, however many there are.
    var warnings: [Int: [String]] {
        var warnings: [Int: [String]] = [:]
        for (members, what) in shared {
            for (student, own) in Dictionary(grouping: members, by: \.student) {
                let others = members.lazy.filter { $0.student != student }
                let count = members.count - own.count
                let few = others.prefix(2).map { "\(students[$0.student].student)'s \($0.machine ?? "cluster")" }
                let machines = own.map { $0.machine ?? "the cluster" }.joined(separator: ", ")
                let more = count > few.count ? " and \(count - few.count) more" : ""
                warnings[student, default: []].append(
                    "\(Self.mark)\(machines) \(own.count == 1 ? "has" : "have") the \(what.joined(separator: " and ")) "
                        + "of \(few.joined(separator: ", "))\(more): one machine, or copies of one."
                )
            }
        }
        return warnings
    }
}
