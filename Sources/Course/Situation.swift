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
    package var lab: Lab
    package var platform: Platform
    package var environment: Environment
    package var contacts: [String: Contact]
    /// The workstation's command that reaches every machine by name, such as `ssh -F FILE`.
    package var ssh: String
    /// The command that starts this program.
    package var program: String

    package init(
        lab: Lab, platform: Platform, environment: Environment, contacts: [String: Contact], ssh: String = "ssh",
        program: String = "lab"
    ) {
        self.lab = lab
        for index in lab.steps.indices {
            self.lab.steps[index].checks.removeAll { !$0.when.holds(platform: platform.name, environment: environment) }
            for number in self.lab.steps[index].checks.indices {
                let holds = self.lab.steps[index].checks[number].alreadyWhen.holds(platform: platform.name, environment: environment)
                if !holds { self.lab.steps[index].checks[number].already = false }
            }
        }
        self.platform = platform
        self.environment = environment
        self.contacts = contacts
        self.ssh = ssh
        self.program = program
    }

    /// What every template may say: variables, platform, machines by name, roles that one machine has, and all of a role.
    package var values: Value {
        var values: [String: Value] = lab.variables.mapValues(Value.text)
        for role in lab.roles {
            let machines = lab.machines.filter { $0.role == role }
            if machines.count == 1, let machine = machines.first { values[role.name] = describe(machine) }
            values[role.name + "s"] = .list(machines.map(describe))
        }
        for machine in lab.machines { values[machine.name] = describe(machine) }
        values["machines"] = .list(lab.machines.map(describe))
        values["ssh"] = .text(ssh)
        values["lab"] = .text(program)
        values["environment"] = .text(environment.rawValue)
        values["platform"] = ["name": .text(platform.name), "title": .text(platform.title)]
        return platform.values.merging(values)
    }

    /// ``values`` and those of one machine, under `machine`.
    package func values(for machine: Machine) -> Value {
        values.merging(["machine": describe(machine)])
    }

    /// The values of one machine: name, role, host name, address, user, the way to it, and its figures.
    package func describe(_ machine: Machine) -> Value {
        var values = machine.figures.mapValues(Value.text)
        values["name"] = .text(machine.name)
        values["role"] = .text(machine.role.name)
        values["hostname"] = .text(machine.hostname)
        values["address"] = .text(contacts[machine.name]?.address ?? "")
        let contact = contacts[machine.name]
        values["user"] = .text(contact?.user ?? "")
        values["way"] = .text(contact?.way ?? "")
        values["login"] = .text(contact?.login ?? "")
        // The host keys of practice machines are read from their consoles.
        values["forget_key"] = .text(environment == .sandbox ? "\(program) sandbox trust" : contact?.forgetKey ?? "")
        return .map(values)
    }

    /// The drill with this number in the list, or of this name, if it applies here.
    package func drill(called word: String) -> Drill? {
        drills.first { Int(word) == lab.number(of: $0) || $0.name == word }
    }

    /// The drills that apply here.
    package var drills: [Drill] { lab.drills.filter { $0.when.holds(platform: platform.name, environment: environment) } }

    /// What checks may compare with, by dotted name: the lab's variables and the platform's values.
    package var expected: [String: String] {
        platform.values.flattened.merging(lab.variables) { $1 }
    }
}
