import Facts
import Machines

extension Student {
    /// Everything that can be observed on the machines now, without secrets.
    /// - Returns: and how many secrets were taken out, by machine and table.
    /// - Throws: `CancellationError`.
    package func record(
        seconds: Int, progress: @escaping @Sendable (String, LookProgress) -> Void = { _, _ in }
    ) async throws -> (facts: RecordedFacts, masked: [(machine: String, table: String, count: Int)]) {
        let (machines, taken) = try await fleet.look(at: judge.catalog.facts.seen, on: machines, seconds: seconds, progress: progress)
            .masked
        let facts = RecordedFacts(
            lab: lab.name, platform: situation.platform.name, environment: situation.environment.rawValue,
            addresses: situation.contacts.mapValues(\.address), machines: machines)
        return (facts, taken)
    }
}
