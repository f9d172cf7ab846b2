import DataFiles

/// Where a machine of a student is, and who logs in there: the part of the inventory that texts may quote.
package struct Contact: Sendable, Hashable {
    /// The address that the machines use among themselves.
    package var address: String
    /// The login user of the course.
    package var user: String
    /// Where the workstation reaches it, for people: `127.0.0.1 port 2201`.
    package var way: String
    /// The arguments of `ssh` that lead there, such as `-p 2201 student@127.0.0.1`.
    package var login: String
    /// The command with which the workstation forgets the host key that it knows for this machine.
    package var forgetKey: String

    /// - Parameters:
    ///   - way, login, forgetKey: nil if it is reached at its address, as `ssh` would by itself.
    package init(address: String, user: String, way: String? = nil, login: String? = nil, forgetKey: String? = nil) {
        self.address = address
        self.user = user
        self.way = way ?? address
        self.login = login ?? "\(user)@\(address)"
        self.forgetKey = forgetKey ?? "ssh-keygen -R \(address)"
    }
}

/// A lab as one student meets it: the platform and environment of their machines, and where these are.
package struct Situation: Sendable {
    /// With those checks in its steps that apply here.
    package let lab: Lab
    package let platform: Platform
    package let environment: Environment
    package let contacts: [String: Contact]
    /// The workstation's command that reaches every machine by name, such as `ssh -F FILE`.
    package let ssh: String
    /// The command that starts this program.
    package let program: String
    /// What every template may say: variables, platform, machines by name, roles that one machine has, and all of a role.
    package let values: Value
    /// ``describe(_:)`` of each machine of the lab.
    private let descriptions: [String: Value]

    package init(
        lab: Lab, platform: Platform, environment: Environment, contacts: [String: Contact], ssh: String = "ssh",
        program: String = "lab"
    ) {
        var lab = lab
        lab.variables.merge(platform.variables) { $1 }
        for index in lab.steps.indices {
            lab.steps[index].checks.removeAll { !$0.when.holds(on: platform, environment: environment) }
            for number in lab.steps[index].checks.indices {
                let holds = lab.steps[index].checks[number].alreadyWhen.holds(on: platform, environment: environment)
                if !holds { lab.steps[index].checks[number].already = false }
            }
        }
        self.lab = lab
        self.platform = platform
        self.environment = environment
        self.contacts = contacts
        self.ssh = ssh
        self.program = program
        let described = lab.machines.map { machine in
            let key = environment == .sandbox ? "\(program) sandbox trust" : contacts[machine.name]?.forgetKey
            return (machine, Self.describe(machine, contacts[machine.name], forgetKey: key))
        }
        descriptions = Dictionary(described.map { ($0.0.name, $0.1) }) { first, _ in first }
        var values: [String: Value] = lab.variables.mapValues(Value.text)
        for role in lab.roles {
            let own = described.filter { $0.0.role == role }.map(\.1)
            if own.count == 1 { values[role.name] = own[0] }
            values[role.name + "s"] = .list(own)
        }
        values.merge(descriptions) { $1 }
        values["machines"] = .list(described.map(\.1))
        values["ssh"] = .text(ssh)
        values["lab"] = .text(program)
        values["environment"] = .text(environment.rawValue)
        values["platform"] = ["name": .text(platform.name), "title": .text(platform.title)]
        values["is"] = .map(Self.sections(lab, platform, environment))
        self.values = platform.values.merging(values)
    }

    /// For sections: `{{#is.cloud}}…{{/is.cloud}}` is there in the cloud alone, `{{#is.family.debian}}` on platforms with that trait, and
    /// `{{#is.changed.port}}` where that variable is not as the lab says.
    private static func sections(_ lab: Lab, _ platform: Platform, _ environment: Environment) -> [String: Value] {
        func words(_ all: some Sequence<String>, here: [String]) -> [String: Value] {
            Dictionary(all.map { ($0, here.contains($0) ? [[:]] : []) }) { first, _ in first }
        }
        var sections = words(
            Environment.allCases.map(\.rawValue) + lab.platforms.map(\.name), here: [environment.rawValue, platform.name])
        let changed = lab.variables.filter { name, value in platform.usual[name].map { $0 != value } ?? false }
        sections["changed"] = .map(words(lab.variables.keys, here: changed.map(\.key)))
        for trait in Set(lab.platforms.flatMap(\.traits.keys)) {
            let here = [platform.traits[trait]].compactMap(\.self)
            sections[trait] = .map(words(lab.platforms.compactMap { $0.traits[trait] }, here: here))
        }
        return sections
    }

    /// The same lab and platform, with the machines of another student.
    package func with(_ contacts: [String: Contact]) -> Situation {
        Situation(lab: lab, platform: platform, environment: environment, contacts: contacts, ssh: ssh, program: program)
    }

    /// ``values`` and those of one machine, under `machine`.
    package func values(for machine: Machine) -> Value {
        values.merging(["machine": describe(machine)])
    }

    /// The values of one machine: name, role, host name, address, user, the way to it, and its figures.
    package func describe(_ machine: Machine) -> Value { descriptions[machine.name] ?? Self.describe(machine, nil, forgetKey: nil) }

    /// - Parameter forgetKey: the host keys of practice machines are read from their consoles.
    private static func describe(_ machine: Machine, _ contact: Contact?, forgetKey: String?) -> Value {
        var values = machine.figures.mapValues(Value.text)
        values["name"] = .text(machine.name)
        values["role"] = .text(machine.role.name)
        values["hostname"] = .text(machine.hostname)
        values["address"] = .text(contact?.address ?? "")
        values["user"] = .text(contact?.user ?? "")
        values["way"] = .text(contact?.way ?? "")
        values["login"] = .text(contact?.login ?? "")
        values["forget_key"] = .text(forgetKey ?? "")
        return .map(values)
    }

    /// The drill with this number in the list, or of this name, if it applies here.
    package func drill(called word: String) -> Drill? {
        drills.first { Int(word) == lab.number(of: $0) || $0.name == word }
    }

    /// The drills that apply here.
    package var drills: [Drill] { lab.drills.filter { $0.when.holds(on: platform, environment: environment) } }

    /// What checks may compare with, by dotted name: the lab's variables and the platform's values.
    package var expected: [String: String] {
        platform.values.flattened.merging(lab.variables) { $1 }
    }
}
