import Foundation

/// Practice machines that `lab` makes itself, with podman: containers, each a whole machine with systemd and sshd.
///
/// Every method finds out what is there and goes on from that, so a run that was cut off is repaired by the next one.
package struct Sandbox: Sendable {
    package let plan: SandboxPlan
    package let description: SandboxDescription
    let files: SandboxFiles
    let podman: Podman
    let image: SandboxImage

    /// The machines of the last `up` of the sandbox whose files are in a folder.
    package static func plan(in state: URL) -> SandboxPlan? { SandboxFiles(state: state).storedPlan() }

    /// - Parameters:
    ///   - plan: the machines; nil means those of the last `up` here, or those described.
    ///   - description: what they are made from.
    ///   - state: the folder for the sandbox's own files.
    ///   - cache: where downloaded packages are kept.
    package init(plan: SandboxPlan? = nil, description: SandboxDescription, state: URL, cache: URL) {
        files = SandboxFiles(state: state)
        let plan = plan ?? files.storedPlan() ?? .standard(description)
        self.plan = plan
        self.description = description
        podman = Podman(state: state, host: .probe())
        image = SandboxImage(description: description, cache: cache, platform: plan.platform)
    }

    /// The inventory that leads to these machines.
    package var inventory: URL { files.inventory }

    /// What is going on, for whoever waits.
    package enum Progress: Sendable, Hashable {
        case step(String)
        case machine(String, String)
        /// What went wrong on the way and is not an error of the whole.
        case trouble(String)
    }

    /// What a machine is doing.
    package enum MachineState: String, Sendable, Hashable { case running, stopped, absent }

    /// Makes what is missing and starts what is stopped: image, network, machines, key, inventory. Does nothing when all is up.
    /// - Throws: `SandboxError`, such as `.others`.
    package func up(progress: @escaping @Sendable (Progress) -> Void = { _ in }) async throws {
        try await files.prepare(podman.program)
        let lock = try SandboxLock(files.lock)
        defer { withExtendedLifetime(lock) {} }
        let work = try await podman.prepare()
        defer { withExtendedLifetime(work) {} }
        if let before = files.storedPlan(), before != plan, !(try await states(of: before)).isEmpty {
            throw SandboxError.otherPlan(subnet: before.subnet, ports: before.machines.map(\.port))
        }
        _ = try await ownStates()
        try await raise(progress: progress)
    }

    /// What `up` does, for a caller who holds the lock.
    /// - Parameter images: what to make a machine from if that is not the image of fresh clones.
    func raise(from images: [String: String] = [:], progress: @escaping @Sendable (Progress) -> Void) async throws {
        guard description.platforms.contains(plan.platform) else {
            throw SandboxPlan.Misfit.platform(plan.platform, known: description.platforms)
        }
        try files.store(plan)
        try await image.provide(podman, log: files.log) {
            progress(.step("Making the image of the practice machines, once (about a minute)"))
        }
        try await makeNetwork()
        let states = try await states(of: plan)
        try await withThrowingTaskGroup { group in
            for machine in plan.machines {
                let state = states[machine.name] ?? .absent
                group.addTask { try await bring(machine, from: state, image: images[machine.name], progress: progress) }
            }
            try await group.waitForAll()
        }
        try await learnHostKeys()
        try files.writeInventory(plan)
    }

    /// Removes the machines and their network, and what was saved of them if that is wanted. The image stays, so that the next `up`
    /// takes seconds.
    package func down(withSaved: Bool = false) async throws {
        try await files.prepare(podman.program)
        let lock = try SandboxLock(files.lock)
        defer { withExtendedLifetime(lock) {} }
        try await remove(plan)
        if withSaved { for point in try await saved() { try await forget(point) } }
        try await podman.leave()
    }

    /// Back to fresh clones.
    package func reset(progress: @escaping @Sendable (Progress) -> Void = { _ in }) async throws {
        try await files.prepare(podman.program)
        // Before anything is removed: another `lab` may be bringing these machines up.
        let lock = try SandboxLock(files.lock)
        defer { withExtendedLifetime(lock) {} }
        let work = try await podman.prepare()
        defer { withExtendedLifetime(work) {} }
        progress(.step("Removing the machines"))
        if let before = files.storedPlan(), before != plan { try await remove(before) }
        try await remove(plan)
        try await raise(progress: progress)
    }

    /// What each machine is doing, in the order of the plan.
    /// - Throws: `SandboxError`, such as `.others`.
    package func status() async throws -> [(machine: SandboxPlan.PlannedMachine, state: MachineState)] {
        try await files.prepare(podman.program)
        let states = try await ownStates()
        return plan.machines.map { ($0, states[$0.name] ?? .absent) }
    }

    /// What the machines of the plan are doing, if they are ours: who made them has the plan among the files, and the key that opens them.
    private func ownStates() async throws -> [String: MachineState] {
        let states = try await states(of: plan)
        let areOurs = files.storedPlan()?.prefix == plan.prefix
        guard states.isEmpty || areOurs else { throw SandboxError.others(prefix: plan.prefix, files: files.state.path) }
        return states
    }

    /// Reads the machines' host keys through their consoles and writes them into the sandbox's known hosts.
    ///
    /// This is what comparing the fingerprint on the console does: no key is believed because a network said so.
    /// A machine that is off keeps the keys that were known of it.
    package func learnHostKeys() async throws {
        let keys = try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for (index, machine) in plan.machines.enumerated() {
                group.addTask {
                    let outcome = try await exec(machine.name, ["sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub"], mayFail: true)
                    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
                    return (index, lines.filter { $0.contains(" ") })
                }
            }
            return try await group.reduce(into: [Int: [String]]()) { $0[$1.0] = $1.1 }
        }
        let known = files.knownKeys(plan)
        try files.writeKnownHosts(
            plan.machines.enumerated().map { index, machine in
                let lines = keys[index] ?? []
                return (machine, lines.isEmpty ? known[machine.name] ?? [] : lines)
            })
    }

    /// Cuts a machine's power, or gives it back. The system in it gets no warning.
    package func power(_ name: String, on: Bool) async throws {
        let machine = try planned(name)
        if on {
            try await podman.boot(["start", plan.container(machine)], container: plan.container(machine), doing: "starting \(name)")
            try await waitUntilUp(machine)
        } else if try await states(of: plan)[name] == .running {
            try await podman.call(["kill", "--signal", "KILL", plan.container(machine)], doing: "stopping \(name)")
        }
    }

    /// Freezes a machine, or lets it go on. It keeps its memory and notices nothing but the time.
    package func freeze(_ name: String, _ still: Bool) async throws {
        let container = plan.container(try planned(name))
        guard podman.host == .restricted else {
            try await podman.call([still ? "pause" : "unpause", container], doing: still ? "pausing \(name)" : "waking \(name)")
            return
        }
        let file = "/sys/fs/cgroup/\(container)/cgroup.freeze"
        let outcome = try await podman.program.run(
            podman.namespace.entering + ["sh", "-c", "echo \(still ? 1 : 0) >\(file)"], seconds: 10, doing: "pausing \(name)")
        guard outcome.succeeded else { throw SandboxError.notAllowed(doing: "writing to \(file)", said: outcome.tail) }
    }

    /// Runs a command as root on a machine's console.
    /// - Returns: whether it succeeded, and what it printed.
    package func console(_ name: String, _ words: [String], input: String = "") async throws -> (
        succeeded: Bool, output: String, said: String
    ) {
        let outcome = try await exec(name, words, input: input, mayFail: true)
        return (outcome.succeeded, outcome.output, outcome.said)
    }

    /// The OpenSSH command line that reaches a machine.
    package func ssh(_ name: String) throws -> [String] {
        let machine = try planned(name)
        return [
            "ssh", "-i", files.identity.path, "-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=\(files.knownHosts.path)",
            "-p", "\(machine.port)", "student@127.0.0.1",
        ]
    }

    func planned(_ name: String) throws -> SandboxPlan.PlannedMachine {
        guard let machine = plan.machine(name) else {
            throw SandboxError.noMachine(name, known: plan.machines.map(\.name))
        }
        return machine
    }

    @discardableResult
    func exec(_ name: String, _ words: [String], input: String = "", mayFail: Bool = false) async throws -> Program.Outcome {
        let container = plan.container(try planned(name))
        return try await podman.call(
            ["exec", "-i", container] + words, input: input, seconds: 300, doing: "running a command on \(name)", mayFail: mayFail)
    }
}
