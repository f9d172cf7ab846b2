import Foundation
import Synchronization
import Testing

@testable import Failover

/// Real servers, real deaths.
@Suite(
    .timeLimit(.minutes(3)),
    .enabled(if: PracticeServers.programs != nil, "PostgreSQL's server is not installed here (initdb): apt-get install postgresql-15"))
struct FailoverWatchTests {
    /// Watches until writes are back for two seconds, or some seconds are over, and does something after three.
    private func watch(
        _ watch: FailoverWatch, seconds: Double = 40, doing: @escaping @Sendable () async throws -> Void
    ) async throws -> FailoverTimeline {
        try await watch.prepare()
        var timeline = FailoverTimeline(start: Date(), machines: ["pg1", "pg2", "pg3"])
        let event = Task {
            try await Task.sleep(for: .seconds(3))
            try await doing()
        }
        for await sample in watch.samples() {
            timeline.add(sample)
            if timeline.isBack(for: 2) || timeline.now > seconds { break }
        }
        try await event.value
        return timeline
    }

    @Test(arguments: ["kill -9", "SIGSTOP"])
    func aDeadPrimaryAndAPromotion(how: String) async throws {
        let servers = try PracticeServers()
        let watch = FailoverWatch(servers.endpoints, account: servers.account)
        let box = SendableBox(servers)
        let death = Mutex(Date.distantPast)
        let timeline = try await self.watch(watch) {
            death.withLock { $0 = Date() }
            try box.value.signal("pg1", how == "SIGSTOP" ? SIGSTOP : SIGKILL)
            try await Task.sleep(for: .seconds(5))
            try box.value.promote("pg2")
        }
        let evidence = try await watch.conclude(on: try #require(timeline.primaryAtTheEnd), since: timeline.now, repmgr: nil)
        let figures = timeline.figures(evidence)
        if how == "SIGSTOP" { try servers.signal("pg1", SIGCONT) }

        let outage = try #require(figures.outages.first)
        let seconds = try #require(outage.seconds)
        #expect(figures.outages.count == 1)
        #expect(outage.before == "pg1")
        #expect(outage.after == "pg2")
        #expect(timeline.primaryAtTheEnd == "pg2")
        // The promotion is asked for 5 s after the death, and PostgreSQL takes its time. libpq may be waiting for a host
        // that says nothing when it is over. On a busy computer everything may come some seconds later.
        let promoted = try #require(figures.promotions.first).promotion.at
        let most = how == "SIGSTOP" ? 9.0 : 6.0
        #expect(seconds > 4)
        #expect((outage.end ?? 0) - promoted < most)
        let died = death.withLock { $0 }.timeIntervalSince(timeline.date(0))
        #expect(outage.start > died - 1)
        #expect(outage.start < died + 3)
        #expect(outage.acknowledgedBefore >= 4)
        #expect(Double(outage.acknowledgedBefore) <= 4 * died + 2)
        // Replication is asynchronous: the row of the moment of a kill may be acknowledged and not yet sent.
        #expect(try #require(figures.lost).count <= (how == "SIGSTOP" ? 0 : 1))
        #expect(figures.promotions.map(\.promotion.machine) == ["pg2"])
        #expect(figures.promotions.first?.promotion.timeline == 2)
        #expect(figures.promotions.first?.promotion.received.count == 2)
        #expect(evidence.deleted == evidence.rows?.count)
        #expect(evidence.gaps.isEmpty)
        let lane = timeline.lanes.machines["pg1"] ?? []
        #expect(lane.contains(.primary))
        #expect(lane.last == .silent)
    }

    @Test func rowsThatDidNotReachTheStandbyAreLost() async throws {
        let servers = try PracticeServers()
        let watch = FailoverWatch(servers.endpoints, account: servers.account)
        let box = SendableBox(servers)
        let timeline = try await self.watch(watch) {
            // Without a walreceiver nothing arrives; pg1 goes on to acknowledge.
            for name in ["pg2", "pg3"] {
                try box.value.psql(name, "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'")
                try box.value.psql(name, "SELECT pg_reload_conf()")
            }
            try await Task.sleep(for: .seconds(2))
            try box.value.signal("pg1", SIGKILL)
            try await Task.sleep(for: .seconds(2))
            try box.value.promote("pg2")
        }
        let evidence = try await watch.conclude(on: "pg2", since: timeline.now, repmgr: nil)
        let figures = timeline.figures(evidence)
        let lost = try #require(figures.lost)
        #expect(lost.count >= 3)
        #expect(lost.count <= 30)
        #expect(lost == Array((lost.first ?? 0)...(lost.last ?? 0)), "the last ones before the crash")
        // One more may have been on its way when the watch ended.
        let surplus = (evidence.rows?.count ?? 0) - (figures.acknowledged - lost.count + (figures.unansweredThere ?? 0))
        #expect(surplus == 0 || surplus == 1)
    }

    @Test func cancellationEndsEverythingSoon() async throws {
        let servers = try PracticeServers()
        let watch = FailoverWatch(servers.endpoints, account: servers.account)
        try await watch.prepare()
        let task = Task { for await _ in watch.samples() {} }
        try await Task.sleep(for: .seconds(1))
        // Everything hangs: the worst moment to stop.
        for name in ["pg1", "pg2", "pg3"] { try servers.signal(name, SIGSTOP) }
        try await Task.sleep(for: .seconds(3))
        let start = ContinuousClock.now
        task.cancel()
        await task.value
        await watch.stop()
        #expect(ContinuousClock.now - start < .seconds(3))
        for name in ["pg1", "pg2", "pg3"] { try servers.signal(name, SIGCONT) }
    }
}

/// `@unchecked Sendable`: the test waits for the task that uses it, so no two threads use it at once.
private final class SendableBox<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
