import Facts
import Machines

extension Student {
    /// Everything that can be observed on the machines now.
    /// - Throws: `CancellationError`.
    package func record(
        seconds: Int, progress: @escaping @Sendable (String, LookProgress) -> Void = { _, _ in }
    ) async throws -> RecordedFacts {
        let machines = try await fleet.look(at: judge.catalog.facts.seen, on: machines, seconds: seconds, progress: progress)
        return RecordedFacts(
            lab: lab.name, platform: situation.platform.name, environment: situation.environment.rawValue,
            addresses: situation.contacts.mapValues(\.address), machines: machines)
    }
}
