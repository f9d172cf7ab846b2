/// What a course means a machine to be, such as a standby: one of the roles that the lab declares. What a machine is *now* is
/// a fact, not a role.
package struct Role: Sendable, Hashable {
    package let name: String

    package init(_ name: String) { self.name = name }
}

/// Where the machines of a student come from.
package enum Environment: String, Sendable, Hashable, CaseIterable, Codable {
    case virtualbox, cloud, sandbox, own
}

/// One server of a lab as the course plans it: its name and what it is to become.
package struct Machine: Sendable, Hashable {
    /// The course's name for it, such as `pg_witness`.
    package var name: String
    package var role: Role
    /// The system host name it is to carry. Host names have no underscores, so it may differ from `name`.
    package var hostname: String
    /// Further figures of the lab, such as `node_id`.
    package var figures: [String: String]

    package init(name: String, role: Role, hostname: String, figures: [String: String] = [:]) {
        self.name = name
        self.role = role
        self.hostname = hostname
        self.figures = figures
    }
}

/// Which machines a task, a check or a repair is about.
package enum Target: Sendable, Hashable, CustomStringConvertible {
    case all
    /// The cluster as a whole: one verdict.
    case cluster
    /// The computer that `lab` itself runs on.
    case workstation
    /// The machine of this name, or all machines of the role of this name: no machine of a lab has the name of a role.
    case named(String)

    package init(_ word: String) {
        switch word {
        case "all": self = .all
        case "cluster": self = .cluster
        case "workstation": self = .workstation
        default: self = .named(word)
        }
    }

    package var description: String {
        switch self {
        case .all: "all"
        case .cluster: "cluster"
        case .workstation: "workstation"
        case .named(let name): name
        }
    }

    /// The machines meant, in the order of the lab; none for the cluster and the workstation.
    package func machines(of lab: [Machine]) -> [Machine] {
        switch self {
        case .all: lab
        case .cluster, .workstation: []
        case .named(let name): lab.filter { $0.name == name || $0.role.name == name }
        }
    }
}

extension String {
    /// Whether it names, as a place, the computer that `lab` itself runs on.
    package var isWorkstation: Bool { self == Target.workstation.description }
}

extension [Target] {
    /// The machines meant by any of these, in the order of the lab, each once.
    package func machines(of lab: [Machine]) -> [Machine] {
        let names = Set(flatMap { $0.machines(of: lab) }.map(\.name))
        return lab.filter { names.contains($0.name) }
    }
}
