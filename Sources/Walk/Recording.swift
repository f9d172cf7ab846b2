import Facts

extension Student {
    /// Everything that can be observed on the machines now.
    /// - Throws: `CancellationError`.
    public func record(seconds: Int) async throws -> RecordedFacts {
        let machines = try await fleet.look(at: judge.catalog.facts.tables, on: machines, seconds: seconds)
        return RecordedFacts(
            lab: lab.name, platform: situation.platform.name, environment: situation.environment.rawValue,
            addresses: situation.contacts.mapValues(\.address), machines: machines)
    }
}
