import Foundation

/// Everything that was seen of a failover, in order, and what follows from it. A value without a database: samples go in,
/// figures come out.
package struct FailoverTimeline: Sendable {
    /// How long no write may be acknowledged before that counts as an outage, if no attempt failed, in seconds.
    package static let slow = 1.0
    /// How long two servers must both take writes before that is worth a word, in seconds.
    static let splitSeconds = 2.0
    /// What a standby had received is reported for a promotion only when it was seen this shortly before, in seconds.
    static let freshness = 5.0

    package let start: Date
    /// The machines, in the order of the lanes.
    package let machines: [String]
    /// The time of the last sample.
    package private(set) var now = 0.0
    /// The rows whose COMMIT was acknowledged.
    package private(set) var acknowledged: [Int] = []
    /// The rows that were sent and whose outcome is not known.
    package private(set) var unanswered: [Int] = []
    /// The outages that are over.
    package private(set) var outages: [Outage] = []
    /// The outage that goes on.
    package private(set) var current: Outage?
    package private(set) var promotions: [Promotion] = []
    /// Since when two servers took writes at the same time, and which.
    package private(set) var split: (machines: [String], at: Double)?
    /// What each machine was last seen to be.
    package private(set) var sightings: [String: MachineSighting] = [:]
    /// Which machine acknowledged last, and when.
    package private(set) var lastWrite: (machine: String, at: Double)?
    /// The last row that was acknowledged.
    package var lastRow: Int? { acknowledged.last }
    package private(set) var lanes: FailoverLanes
    private var lastStandby: [String: (state: ServerState, at: Double)] = [:]
    private var bothSince: Double?

    /// A time without writes.
    package struct Outage: Sendable, Hashable {
        /// The last acknowledged write before it.
        package var start: Double
        /// The first acknowledged write after it; nil while it goes on.
        package var end: Double?
        /// What was said when the first write failed; nil when none failed and none was acknowledged.
        package var said: String?
        /// How many rows had been acknowledged before.
        package var acknowledgedBefore: Int
        /// Who acknowledged last before it; nil when nobody ever had.
        package var before: String?
        /// Who acknowledged first after it.
        package var after: String?

        /// How long no write was possible, in seconds.
        package var seconds: Double? { end.map { $0 - start } }
    }

    /// A standby became a primary.
    package struct Promotion: Sendable, Hashable {
        package var machine: String
        package var at: Double
        package var timelineBefore: Int?
        package var timeline: Int?
        /// How far it and the other standbys had received the WAL when they were last seen as standbys.
        package var received: [String: WALLocation]
    }

    /// A change of state, for those who cannot see the lanes.
    package enum Change: Sendable, Hashable {
        case machine(String, MachineSighting)
        case writesFail(said: String?)
        case writesSucceed(by: String, afterSeconds: Double?)
    }

    /// - Parameters:
    ///   - start: when the watch began.
    ///   - machines: in the order in which they are shown.
    package init(start: Date, machines: [String]) {
        self.start = start
        self.machines = machines
        lanes = FailoverLanes(machines: machines)
    }

    /// The wall clock at a time of the watch.
    package func date(_ time: Double) -> Date { start.addingTimeInterval(time) }

    /// Adds what was seen next.
    /// - Returns: what is different from before.
    @discardableResult
    package mutating func add(_ sample: FailoverSample) -> [Change] {
        now = max(now, sample.time)
        var changes = machines.flatMap { see($0, sample.machines[$0] ?? .unseen) }
        noteSplit()
        switch sample.write {
        case .acknowledged(let row, let machine): changes += acknowledge(row, machine)
        case .refused(_, let said): changes += fail(said)
        case .unanswered(let row, let said):
            unanswered.append(row)
            changes += fail(said)
        case nil: if current == nil, now - (lastWrite?.at ?? 0) > Self.slow { changes += fail(nil) }
        }
        lanes.add(sample)
        return changes
    }

    /// Whether service has been back for this many seconds after an outage.
    package func isBack(for seconds: Double) -> Bool {
        current == nil && (outages.last?.end).map { now - $0 >= seconds } ?? false
    }

    private mutating func acknowledge(_ row: Int, _ machine: String) -> [Change] {
        defer {
            acknowledged.append(row)
            lastWrite = (machine, now)
        }
        guard var outage = current ?? slowOutage else {
            return lastWrite?.machine == machine ? [] : [.writesSucceed(by: machine, afterSeconds: nil)]
        }
        outage.end = now
        outage.after = machine
        outages.append(outage)
        current = nil
        return [.writesSucceed(by: machine, afterSeconds: outage.seconds)]
    }

    private mutating func fail(_ said: String?) -> [Change] {
        if current != nil {
            if current?.said == nil { current?.said = said }
            return []
        }
        current = newOutage(said)
        return [.writesFail(said: said)]
    }

    private func newOutage(_ said: String?) -> Outage {
        Outage(start: lastWrite?.at ?? 0, said: said, acknowledgedBefore: acknowledged.count, before: lastWrite?.machine)
    }

    /// The outage that this moment ends, if nothing was reported about it while it went on.
    private var slowOutage: Outage? { now - (lastWrite?.at ?? 0) > Self.slow ? newOutage(nil) : nil }

    private mutating func see(_ machine: String, _ sighting: MachineSighting) -> [Change] {
        let before = sightings[machine] ?? .unseen
        sightings[machine] = sighting
        if let state = sighting.state {
            if state.role == .primary, let standby = lastStandby[machine] { promote(machine, state, standby.state) }
            lastStandby[machine] = state.role == .standby ? (state, now) : nil
        }
        return Self.isSame(before, sighting) ? [] : [.machine(machine, sighting)]
    }

    private mutating func promote(_ machine: String, _ state: ServerState, _ before: ServerState) {
        let received = lastStandby.compactMapValues { standby -> WALLocation? in
            guard now - standby.at <= Self.freshness else { return nil }
            return [standby.state.received, standby.state.replayed].compactMap { $0 }.max()
        }
        promotions.append(
            Promotion(machine: machine, at: now, timelineBefore: before.timeline, timeline: state.timeline, received: received))
    }

    private mutating func noteSplit() {
        let primaries = machines.filter { sightings[$0]?.state?.role == .primary }
        guard primaries.count > 1 else { return bothSince = nil }
        let since = bothSince ?? now
        bothSince = since
        if split == nil, now - since >= Self.splitSeconds { split = (primaries, since) }
    }

    /// Rows and locations change all the time, and what a silent server says changes as it comes up.
    private static func isSame(_ one: MachineSighting, _ other: MachineSighting) -> Bool {
        switch (one, other) {
        case (.unseen, .unseen), (.silent, .silent): true
        case (.answers(let one), .answers(let other)): one.role == other.role && one.timeline == other.timeline
        default: false
        }
    }
}
