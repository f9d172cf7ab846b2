import Foundation

extension Sandbox {
    /// How long a machine may take to come up, in seconds.
    static let bootLimit = 90

    /// What each container is doing, by machine; none at all if podman or its namespace is not there.
    func states(of plan: SandboxPlan) async throws -> [String: MachineState] {
        if podman.host == .restricted, !(try await podman.namespace.isAlive(podman.program)) { return [:] }
        let outcome = try await podman.call(
            ["ps", "--all", "--filter", "name=^\(plan.prefix)_", "--format", "{{.Names}} {{.State}}"], doing: "listing the machines")
        return Self.states(outcome.output, plan)
    }

    static func states(_ listing: String, _ plan: SandboxPlan) -> [String: MachineState] {
        var states: [String: MachineState] = [:]
        for line in listing.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, let machine = plan.machines.first(where: { plan.container($0) == words[0] }) else { continue }
            states[machine.name] = ["running", "Up"].contains(words[1]) ? .running : .stopped
        }
        return states
    }

    func makeNetwork() async throws {
        let exists = try await podman.call(["network", "exists", plan.networkName], doing: "looking for the network", mayFail: true)
        if exists.succeeded { return }
        let create = ["network", "create", "--subnet", plan.subnet, plan.networkName]
        do {
            try await podman.call(create, doing: "making the network")
        } catch let SandboxError.podman(_, said) where said.contains("already used on the host") {
            try await removeDeadBridge()
            let again = try await podman.call(create, doing: "making the network", mayFail: true)
            guard again.succeeded else { throw SandboxError.networkTaken(subnet: plan.subnet, said: again.tail) }
        }
    }

    /// Removes the bridge that a crash left behind: one of podman's, with our address, and nothing attached to it.
    private func removeDeadBridge() async throws {
        let gateway = plan.subnet.replacing(".0/24", with: ".1")
        let listing = try await podman.program.run(
            ["ip", "-o", "-4", "addr", "show", "to", gateway], seconds: 10, doing: "looking for a bridge")
        for line in listing.output.split(separator: "\n") {
            guard let name = line.split(separator: " ").dropFirst().first.map(String.init), name.hasPrefix("podman") else { continue }
            let attached = try await podman.program.run(
                ["ip", "-o", "link", "show", "master", name], seconds: 10, doing: "looking at a bridge")
            guard attached.succeeded, attached.output.isEmpty else { continue }
            _ = try await podman.program.run(["ip", "link", "delete", name], seconds: 10, doing: "removing a dead bridge")
        }
    }

    /// Removes the machines and the network of a plan, whatever state they are in.
    func remove(_ plan: SandboxPlan) async throws {
        let alive = podman.host == .ordinary ? true : try await podman.namespace.isAlive(podman.program)
        guard alive else { return }
        try await withThrowingTaskGroup { group in
            for machine in plan.machines {
                let container = plan.container(machine)
                group.addTask {
                    try await podman.call(
                        ["rm", "--force", "--time", "0", "--volumes", container], doing: "removing \(machine.name)", mayFail: true)
                    try await podman.removeCgroups(of: container)
                }
            }
            try await group.waitForAll()
        }
        // With the network goes podman's list of addresses in use, which may still hold those of machines that died.
        try await podman.call(["network", "rm", "-f", plan.networkName], doing: "removing the network", mayFail: true)
        try await removeForgotten()
    }

    /// Brings one machine up from whatever it is.
    func bring(_ machine: SandboxPlan.PlannedMachine, from state: MachineState, image: String?, progress: @Sendable (Progress) -> Void)
        async throws
    {
        switch state {
        case .running: break
        case .stopped:
            progress(.machine(machine.name, "starting"))
            try await start(machine)
        case .absent:
            progress(.machine(machine.name, "cloning"))
            try await create(machine, from: image)
        }
        progress(.machine(machine.name, "booting"))
        try await waitUntilUp(machine)
        try await introduce(machine)
        progress(.machine(machine.name, "up"))
    }

    /// Makes a machine. One that did not come to be is removed, so that the next attempt begins anew.
    private func create(_ machine: SandboxPlan.PlannedMachine, from saved: String?, attempts: Int = 4) async throws {
        do {
            try await podman.boot(
                try creation(of: machine, from: saved), container: plan.container(machine), doing: "starting \(machine.name)")
        } catch let error as SandboxError {
            try await podman.call(
                ["rm", "--force", "--time", "0", plan.container(machine)], doing: "removing \(machine.name)", mayFail: true)
            guard error.isLeftFromBefore || error.isPortInUse, attempts > 1 else { throw error.orPort(of: machine) }
            try await Task.sleep(for: .milliseconds(500))
            return try await create(machine, from: saved, attempts: attempts - 1)
        }
    }

    /// Starts a machine that exists. Whatever happens, it is kept: somebody's work is on it.
    private func start(_ machine: SandboxPlan.PlannedMachine, attempts: Int = 20) async throws {
        do {
            try await podman.boot(
                ["start", plan.container(machine)], container: plan.container(machine), doing: "starting \(machine.name)")
        } catch let error as SandboxError {
            // A port that another program has is not waited for that long.
            let isHopeless = attempts <= (error.isPortInUse ? 16 : 1)
            guard error.isLeftFromBefore || error.isPortInUse, !isHopeless else { throw error.orPort(of: machine) }
            try await Task.sleep(for: .milliseconds(500))
            return try await start(machine, attempts: attempts - 1)
        }
    }

    /// Shuts a machine down as its power button would, and waits until it is off; one that is off already is left alone.
    func halt(_ machine: SandboxPlan.PlannedMachine, mayFail: Bool = false) async throws {
        try await podman.call(["stop", "--time", "20", plan.container(machine)], doing: "stopping \(machine.name)", mayFail: mayFail)
    }

    private func creation(of machine: SandboxPlan.PlannedMachine, from saved: String?) throws -> [String] {
        [
            "run", "--detach", "--name", plan.container(machine), "--systemd=always", "--privileged", "--hostname", "golden",
            "--network", plan.networkName, "--ip", machine.address, "--mac-address", machine.mac, "--no-hosts", "--dns=none",
            "--volume", "\(try image.packages().path):/srv/packages:ro", "--publish", "127.0.0.1:\(machine.port):22",
        ] + podman.hostOptions + [try saved ?? image.name(), "/sbin/clone-init"]
    }

    /// Waits until systemd has finished starting and sshd greets.
    func waitUntilUp(_ machine: SandboxPlan.PlannedMachine) async throws {
        let deadline = ContinuousClock.now + .seconds(Self.bootLimit)
        var said = ""
        var ended = 0
        while ContinuousClock.now < deadline {
            let system = try await exec(machine.name, ["systemctl", "is-system-running"], mayFail: true)
            said = (system.output + system.said).trimmingCharacters(in: .whitespacesAndNewlines)
            if ["running", "degraded"].contains(said) {
                let greeting = try await podman.program.run(
                    ["ssh-keyscan", "-T", "2", "-t", "ed25519", "-p", "\(machine.port)", "127.0.0.1"], seconds: 10,
                    doing: "waiting for sshd")
                if !greeting.output.isEmpty { return }
                said = "sshd does not greet on port \(machine.port)"
            }
            // Its systemd has ended, and nothing starts it again.
            ended = said.contains("container state improper") ? ended + 1 : 0
            if ended > 10 {
                let log = try await podman.call(
                    ["logs", "--tail", "3", plan.container(machine)], doing: "reading what \(machine.name) said", mayFail: true)
                said = [log.output, log.said].joined().split(separator: "\n").suffix(3).joined(separator: " ")
                break
            }
            try await Task.sleep(for: .milliseconds(150))
        }
        if Watches.areExhausted { throw SandboxError.noWatches(machine: machine.name, limit: Watches.limit) }
        throw SandboxError.notBooted(machine: machine.name, seconds: Self.bootLimit, said: said)
    }

    /// Puts the workstation's key on a machine that does not have it.
    private func introduce(_ machine: SandboxPlan.PlannedMachine) async throws {
        let script = """
            umask 077; f=/home/student/.ssh/authorized_keys; read -r key
            grep -qxsF "$key" $f || { printf '%s\\n' "$key" >>$f && chown student:student $f; }
            """
        try await exec(machine.name, ["sh", "-c", script], input: try files.publicKey())
    }
}

extension SandboxError {
    /// podman has not finished with what the machine was before: it gives an address back, and calls a machine off, only when it has
    /// cleaned up after it.
    fileprivate var isLeftFromBefore: Bool {
        guard case .podman(_, let said) = self else { return false }
        return said.contains("already allocated") || said.contains("container state improper")
    }

    /// A machine that was removed a moment ago may still hold its port.
    fileprivate var isPortInUse: Bool {
        guard case .podman(_, let said) = self else { return false }
        return said.contains("address already in use")
    }

    /// The same error, or that another program has the machine's port.
    fileprivate func orPort(of machine: SandboxPlan.PlannedMachine) -> SandboxError {
        guard isPortInUse else { return self }
        return .portTaken(port: machine.port, machine: machine.name)
    }
}
