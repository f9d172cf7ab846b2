import Synchronization

/// Where writer and readers put what they see; each note becomes a sample, in the order of time.
final class FailoverBoard: Sendable {
    /// A sighting that is older than this, in seconds, is no longer true.
    static let stale = 1.6

    private let state: Mutex<[String: (sighting: MachineSighting, at: Double)]>
    private let start = ContinuousClock.now
    private let yield: @Sendable (FailoverSample) -> Void

    init(machines: [String], yield: @escaping @Sendable (FailoverSample) -> Void) {
        state = Mutex(Dictionary(machines.map { ($0, (.unseen, 0)) }) { first, _ in first })
        self.yield = yield
    }

    func wrote(_ outcome: WriteOutcome) { note { _, _ in outcome } }

    func saw(_ machine: String, _ sighting: MachineSighting) {
        note { state, now in
            state[machine] = (sighting, now)
            return nil
        }
    }

    func tick() { note { _, _ in nil } }

    private func note(_ change: (inout [String: (sighting: MachineSighting, at: Double)], Double) -> WriteOutcome?) {
        state.withLock { state in
            let now = (ContinuousClock.now - start) / .seconds(1)
            let outcome = change(&state, now)
            let sightings = state.mapValues { entry -> MachineSighting in
                now - entry.at > Self.stale ? .silent(said: "it has not answered for \(Int(now - entry.at)) s") : entry.sighting
            }
            // Under the lock, so that no sample overtakes another.
            yield(FailoverSample(time: now, write: outcome, machines: sightings))
        }
    }
}
