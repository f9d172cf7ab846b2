import Facts

extension RunReport {
    /// The report with a warning on every student whose machine another student has as well, or a copy of it. It changes no
    /// verdict: what a machine says of itself is a claim, and may be a claim about somebody else.
    package var warningAboutSharedMachines: RunReport {
        var report = self
        let warnings = SharedMachines(students).warnings
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

    init(_ students: [StudentReport]) {
        self.students = students
        let kinds: [(String, KeyPath<MachineIdentity, String?>, ofCluster: Bool)] = [
            ("host key", \.hostKey, false), ("machine-id", \.machineID, false), ("postgres' key", \.postgresKey, false),
            ("system identifier", \.systemIdentifier, true),
        ]
        var positions: [[Member]: Int] = [:]
        for (name, path, ofCluster) in kinds {
            var members: [String: [Member]] = [:]
            var order: [String] = []
            for (index, student) in students.enumerated() {
                for machine in student.machines {
                    guard let value = machine.identity?[keyPath: path] else { continue }
                    let member = Member(student: index, machine: ofCluster ? nil : machine.machine)
                    if members[value] == nil { order.append(value) }
                    if members[value]?.last != member { members[value, default: []].append(member) }
                }
            }
            for value in order {
                guard let all = members[value], Set(all.map(\.student)).count > 1 else { continue }
                if let position = positions[all] {
                    shared[position].what.append(name)
                } else {
                    positions[all] = shared.count
                    shared.append((all, [name]))
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
                    "\(Self.mark)\(machines) \(own.count == 1 ? "has" : "have") the \(what.joined(separator: " and ")) of \(few.joined(separator: ", "))\(more): one machine, or copies of one.")
            }
        }
        return warnings
    }
}
