import Foundation
import Synchronization

/// Practice machines as they were at some point, kept as one image a machine.
extension Sandbox {
    /// A point that was saved.
    package struct SavedPoint: Sendable, Hashable {
        /// What the user calls it, such as a step's name.
        package var name: String
        /// What it was made from; a point with another one is out of date.
        package var fingerprint: String

        package init(name: String, fingerprint: String) {
            self.name = name
            self.fingerprint = fingerprint
        }
    }

    /// The services that a restored machine does not start by itself at boot are started in this order.
    private static let serviceLabel = "lab.services"
    /// And these are to start at boot again. In a saved image they do not: machines boot in no order, and a daemon that is up
    /// before the primary would take it for dead.
    private static let enabledLabel = "lab.enabled"
    private var repository: String { "localhost/\(plan.prefix)-saved" }
    private func image(of machine: SandboxPlan.PlannedMachine, _ point: SavedPoint) -> String {
        "\(repository):\(machine.name)--\(point.name)--\(point.fingerprint)"
    }

    /// The points that were saved of all machines.
    package func saved() async throws -> [SavedPoint] {
        try await files.prepare(podman.program)
        let work = try await podman.prepare()
        defer { withExtendedLifetime(work) {} }
        let listing = try await podman.call(
            ["images", "--filter", "reference=\(repository)", "--format", "{{.Tag}}"], doing: "listing the saved images", mayFail: true)
        return Self.points(listing.output, plan)
    }

    static func points(_ listing: String, _ plan: SandboxPlan) -> [SavedPoint] {
        var machines: [SavedPoint: Set<String>] = [:]
        for line in listing.split(separator: "\n") {
            let parts = line.split(separator: "--").map(String.init)
            guard parts.count == 3 else { continue }
            machines[SavedPoint(name: parts[1], fingerprint: parts[2]), default: []].insert(parts[0])
        }
        let all = Set(plan.machines.map(\.name))
        return machines.filter { $0.value == all }.map(\.key).sorted { ($0.name, $0.fingerprint) < ($1.name, $1.fingerprint) }
    }

    /// Saves the machines as they are, and brings them up again. They are shut down for it, so that all are saved in one
    /// state. An older point of the same name is removed.
    /// - Parameters:
    ///   - services: those to be running again after a restore if they run now, in the order in which they are started.
    /// - Throws: `SandboxError`.
    package func save(_ point: SavedPoint, services: [String], progress: @escaping @Sendable (Progress) -> Void) async throws {
        try await files.prepare(podman.program)
        let lock = try SandboxLock(files.lock)
        defer { withExtendedLifetime(lock) {} }
        let work = try await podman.prepare()
        defer { withExtendedLifetime(work) {} }
        progress(.step("Saving the machines"))
        let halted = Mutex<[Halted]>([])
        do {
            try await keep(point, services: services, halting: { one in halted.withLock { $0.append(one) } }, progress: progress)
        } catch {
            let halted = halted.withLock { $0 }
            // Also after Ctrl-C: a cluster without its daemons would be taken for the student's mistake.
            await Task { await wakeAfterFailure(halted, services: services, progress: progress) }.value
            throw error
        }
        try await bringBack(point, services: services, progress: progress)
        for old in try await saved() where old.name == point.name && old != point { try await forget(old) }
    }

    /// A service as it was before its machine was shut down.
    private struct Halted: Sendable {
        var machine: String
        var service: String
        var isRunning: Bool
        var isEnabled: Bool
    }

    private func keep(
        _ point: SavedPoint, services: [String], halting: @escaping @Sendable (Halted) -> Void,
        progress: @escaping @Sendable (Progress) -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            for machine in plan.machines {
                group.addTask {
                    var running: [String] = []
                    var enabled: [String] = []
                    for service in services {
                        let state = try await exec(machine.name, ["systemctl", "is-active", service], mayFail: true)
                        if state.output.hasPrefix("active") || state.output.hasPrefix("activating") { running.append(service) }
                        let atBoot = try await exec(machine.name, ["systemctl", "is-enabled", service], mayFail: true)
                        if atBoot.output.trimmingCharacters(in: .whitespacesAndNewlines) == "enabled" { enabled.append(service) }
                    }
                    for service in services {
                        halting(
                            Halted(
                                machine: machine.name, service: service, isRunning: running.contains(service),
                                isEnabled: enabled.contains(service)))
                    }
                    for service in enabled { try await exec(machine.name, ["systemctl", "disable", "--quiet", service]) }
                    progress(.machine(machine.name, "shutting down"))
                    try await halt(machine)
                    progress(.machine(machine.name, "saving"))
                    try await podman.call(
                        [
                            "commit", "--quiet", "--change", "LABEL \(Self.serviceLabel)=\(running.joined(separator: ","))",
                            "--change", "LABEL \(Self.enabledLabel)=\(enabled.joined(separator: ","))",
                            plan.container(machine), image(of: machine, point),
                        ], seconds: 300, doing: "saving \(machine.name)")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Machines that were not saved are as they were before, if they can be reached.
    private func wakeAfterFailure(_ halted: [Halted], services: [String], progress: @escaping @Sendable (Progress) -> Void) async {
        progress(.step("That did not succeed. Starting the machines again"))
        do {
            // A machine on its way down cannot be started, and one that seems up may be on its way down.
            let onTheirWay = Set(halted.map(\.machine))
            try await withThrowingTaskGroup { group in
                for machine in plan.machines where onTheirWay.contains(machine.name) {
                    group.addTask { try await halt(machine, mayFail: true) }
                }
                try await group.waitForAll()
            }
            try await raise(progress: progress)
        } catch {
            progress(.trouble("Not all machines are up again, but nothing on them is lost (\(error)). Try: lab sandbox up"))
        }
        for service in services {
            for one in halted where one.service == service {
                if one.isEnabled { _ = try? await exec(one.machine, ["systemctl", "enable", "--quiet", service], mayFail: true) }
                if one.isRunning { _ = try? await exec(one.machine, ["systemctl", "start", service], mayFail: true) }
            }
        }
    }

    /// Puts the machines back to a saved point. What is on them now is lost.
    /// - Throws: `SandboxError`.
    package func restore(_ point: SavedPoint, services: [String], progress: @escaping @Sendable (Progress) -> Void) async throws {
        try await files.prepare(podman.program)
        let lock = try SandboxLock(files.lock)
        defer { withExtendedLifetime(lock) {} }
        let work = try await podman.prepare()
        defer { withExtendedLifetime(work) {} }
        try await bringBack(point, services: services, progress: progress)
    }

    private func bringBack(_ point: SavedPoint, services: [String], progress: @escaping @Sendable (Progress) -> Void) async throws {
        progress(.step("Putting the machines back"))
        try await remove(plan)
        let images = Dictionary(uniqueKeysWithValues: plan.machines.map { ($0.name, image(of: $0, point)) })
        try await raise(from: images, progress: progress)
        try await doAfterRestore(services: services)
        // In the order of the plan, so that the first primary is up before those who look for it.
        for service in services {
            for machine in plan.machines {
                guard try await label(Self.serviceLabel, of: machine, point).contains(service) else { continue }
                progress(.machine(machine.name, "starting \(service)"))
                try await exec(machine.name, ["systemctl", "restart", service])
            }
        }
        for machine in plan.machines {
            for service in try await label(Self.enabledLabel, of: machine, point) {
                try await exec(machine.name, ["systemctl", "enable", "--quiet", service])
            }
        }
    }

    /// Runs what the lab has to do on restored machines, while their services are down.
    private func doAfterRestore(services: [String]) async throws {
        let script = description.afterRestore
        try await withThrowingTaskGroup { group in
            for machine in plan.machines {
                group.addTask {
                    // Whatever came up with the machine, the last one to be started first.
                    for service in services.reversed() { try await exec(machine.name, ["systemctl", "stop", service], mayFail: true) }
                    if let script { try await exec(machine.name, ["sh", "-c", script]) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func label(_ name: String, of machine: SandboxPlan.PlannedMachine, _ point: SavedPoint) async throws -> [String] {
        let label = try await podman.call(
            ["image", "inspect", "--format", "{{index .Labels \"\(name)\"}}", image(of: machine, point)], doing: "looking at a saved image")
        return label.output.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",").map(String.init)
    }

    /// Removes a saved point. Machines that were made from it go on; their images go with them.
    /// - Throws: `SandboxError`.
    package func forget(_ point: SavedPoint) async throws {
        for machine in plan.machines {
            let image = image(of: machine, point)
            let removed = try await podman.call(["rmi", "--no-prune", image], doing: "removing a saved image", mayFail: true)
            if removed.succeeded { continue }
            try await podman.call(["untag", image], doing: "removing a saved image")
        }
    }

    /// Removes the images of forgotten points that no machine is made from any more.
    func removeForgotten() async throws {
        try await podman.call(
            ["image", "prune", "--force", "--filter", "label=\(Self.serviceLabel)"], doing: "removing forgotten images", mayFail: true)
    }

    /// What the sandbox's machines are made from: changes with the image of fresh clones, and with the addresses.
    package func fingerprint() throws -> String { "\(try image.tag()) \(plan.subnet)" }
}
