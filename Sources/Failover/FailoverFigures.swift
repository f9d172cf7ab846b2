import Foundation

/// What the new primary itself reports after a watch.
package struct FailoverEvidence: Sendable, Hashable {
    /// The machine that was asked.
    package var primary: String
    /// The rows of the watch that are there; nil when they could not be counted.
    package var rows: Set<Int>?
    package var nodes: [RepmgrNode] = []
    package var events: [RepmgrEvent] = []
    /// What could not be found out, and what was said about it.
    package var gaps: [String] = []
    /// How many rows of this watch were deleted again; nil when that did not succeed.
    package var deleted: Int?

    package init(primary: String, rows: Set<Int>? = nil) {
        self.primary = primary
        self.rows = rows
    }

    /// A row of `repmgr.nodes`.
    package struct RepmgrNode: Sendable, Hashable {
        package var name: String
        package var type: String
        package var priority: Int

        package init(name: String, type: String, priority: Int) {
            self.name = name
            self.type = type
            self.priority = priority
        }
    }

    /// A row of `repmgr.events`.
    package struct RepmgrEvent: Sendable, Hashable {
        /// By the workstation's clock.
        package var at: Date
        package var node: String
        package var event: String
        package var successful: Bool
        package var details: String

        package init(at: Date, node: String, event: String, successful: Bool, details: String) {
            self.at = at
            self.node = node
            self.event = event
            self.successful = successful
            self.details = details
        }
    }
}

/// The measured figures of a watch.
package struct FailoverFigures: Sendable, Hashable {
    package var outages: [FailoverTimeline.Outage]
    package var acknowledged: Int
    /// Acknowledged rows that are not on the new primary; nil when they could not be counted.
    package var lost: [Int]?
    /// Rows whose COMMIT was sent and never answered, and how many of them are there. They do not count as lost: nobody
    /// was promised them.
    package var unanswered: Int
    package var unansweredThere: Int?
    package var promotions: [Elected]

    /// A promotion, and why it was this machine.
    package struct Elected: Sendable, Hashable {
        package var promotion: FailoverTimeline.Promotion
        package var reason: Reason
    }

    /// Why this standby and no other.
    package enum Reason: Sendable, Hashable {
        /// repmgr has no event about a promotion: somebody promoted it otherwise.
        case withoutRepmgr
        /// A switchover that somebody asked for.
        case switchover
        /// `repmgr standby promote`, by hand.
        case byHand
        /// No other standby was there to choose.
        case onlyOne
        /// It had received this many bytes more than the best of the others.
        case moreWAL(bytes: UInt64, than: String)
        /// Both had received the same, and its priority is higher.
        case priority(own: Int, other: Int, than: [String])
        /// Neither what was received nor the priority explains it.
        case unexplained
    }
}

extension FailoverTimeline {
    /// The figures, with what the new primary reports if it could be asked.
    package func figures(_ evidence: FailoverEvidence?) -> FailoverFigures {
        let rows = evidence?.rows
        return FailoverFigures(
            outages: outages + (current.map { [$0] } ?? []), acknowledged: acknowledged.count,
            lost: rows.map { rows in acknowledged.filter { !rows.contains($0) } }, unanswered: unanswered.count,
            unansweredThere: rows.map { rows in unanswered.filter(rows.contains).count },
            promotions: promotions.map { .init(promotion: $0, reason: reason($0, evidence)) })
    }

    /// The primary that counts at the end: of several, the one on the newest timeline.
    package var primaryAtTheEnd: String? {
        let primaries = machines.compactMap { name -> (name: String, timeline: Int)? in
            guard let state = sightings[name]?.state, state.role == .primary else { return nil }
            return (name, state.timeline ?? 0)
        }
        return primaries.max { $0.timeline < $1.timeline }?.name
    }

    private func reason(_ promotion: Promotion, _ evidence: FailoverEvidence?) -> FailoverFigures.Reason {
        let nodes = evidence?.nodes ?? []
        let own = (evidence?.events ?? []).filter { $0.node == promotion.machine && $0.successful }.map(\.event)
        if !nodes.isEmpty {
            if own.contains("standby_switchover") { return .switchover }
            if !own.contains("repmgrd_failover_promote") { return own.contains("standby_promote") ? .byHand : .withoutRepmgr }
        }
        guard let received = promotion.received[promotion.machine] else { return .unexplained }
        let others = promotion.received.filter { $0.key != promotion.machine }.sorted { $0.key < $1.key }
        guard let best = others.map(\.value).max() else { return .onlyOne }
        if received > best, let name = others.first(where: { $0.value == best })?.key {
            return .moreWAL(bytes: received.bytes - best.bytes, than: name)
        }
        let equals = others.filter { $0.value == received }.map(\.key)
        let priorities = Dictionary(nodes.map { ($0.name, $0.priority) }) { first, _ in first }
        guard received == best, let mine = priorities[promotion.machine] else { return .unexplained }
        let rivals = equals.compactMap { name in priorities[name].map { (name: name, priority: $0) } }
        guard rivals.count == equals.count, let other = rivals.map(\.priority).max(), mine > other else { return .unexplained }
        return .priority(own: mine, other: other, than: equals)
    }
}
