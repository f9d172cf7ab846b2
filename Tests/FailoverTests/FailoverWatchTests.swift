import Foundation
import Synchronization
import Testing

@testable import Failover

/// Real servers, real deaths.
@Suite(
    .timeLimit(.minutes(3)),
    .enabled(if: PracticeServers.programs != nil, "PostgreSQL's server is not installed here (initdb): apt-get install postgresql-15"))
struct FailoverWatchTests {
    /// What was seen so far, for what a test does meanwhile.
    private final class Stage: Sendable {
        private let timeline: Mutex<FailoverTimeline>
        private let done = Atomic(false)

        init() { timeline = Mutex(FailoverTimeline(start: Date(), machines: ["pg1", "pg2", "pg3"])) }

        var now: FailoverTimeline { timeline.withLock { $0 } }
        func add(_ sample: FailoverSample) { _ = timeline.withLock { $0.add(sample) } }

        /// Whether the test has done what it wanted, and nothing is left but to see writes come back.
        var isDone: Bool { done.load(ordering: .acquiring) }
        func finish() { done.store(true, ordering: .releasing) }

        /// Waits until what was seen so far is like that.
        func wait(until isSo: (FailoverTimeline) -> Bool) async throws {
            while !isSo(now) { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    /// Watches until writes are back for two seconds. Does something meanwhile, once a dozen rows were acknowledged.
    private func watch(
        _ watch: FailoverWatch, doing: @escaping @Sendable (Stage) async throws -> Void
    ) async throws -> FailoverTimeline {
        try await watch.prepare()
        let stage = Stage()
        let event = Task {
            try await stage.wait { $0.acknowledged.count >= 12 }
            try await doing(stage)
            stage.finish()
        }
        for await sample in watch.samples() {
            stage.add(sample)
            // A busy computer may have been without writes for a moment before, too.
            if stage.isDone && stage.now.isBack(for: 2) || stage.now.now > 120 { break }
        }
        if !stage.isDone { event.cancel() }
        try await event.value
        return stage.now
    }

    @Test(arguments: ["kill -9", "SIGSTOP"])
    func aDeadPrimaryAndAPromotion(how: String) async throws {
        let servers = try PracticeServers()
        let watch = FailoverWatch(servers.endpoints, account: servers.account)
        let box = SendableBox(servers)
        let death = Mutex(Date.distantPast)
        let promotion = Mutex(Date.distantFuture)
        let timeline = try await self.watch(watch) { stage in
            death.withLock { $0 = Date() }
            try box.value.signal("pg1", how == "SIGSTOP" ? SIGSTOP : SIGKILL)
            try await stage.wait { $0.lanes.machines["pg1"]?.last == .silent }
            promotion.withLock { $0 = Date() }
            try box.value.promote("pg2")
        }
        let evidence = try await watch.conclude(on: try #require(timeline.primaryAtTheEnd), since: timeline.now, repmgr: nil)
        let figures = timeline.figures(evidence)
        if how == "SIGSTOP" { try servers.signal("pg1", SIGCONT) }

        let outage = try #require(figures.outages.first { $0.before == "pg1" && $0.after == "pg2" })
        #expect(timeline.primaryAtTheEnd == "pg2")
        // It begins with the last write before the death, or with the first that failed, and ends once the new primary takes writes.
        // How long after is for the computer to say: it may be busy, and the first row may be written before the new role is seen.
        let died = death.withLock { $0 }.timeIntervalSince(timeline.date(0))
        let promoted = promotion.withLock { $0 }.timeIntervalSince(timeline.date(0))
        #expect(outage.start > died - 1)
        #expect(outage.start < promoted)
        #expect(try #require(outage.end) > promoted)
        #expect(try #require(figures.promotions.first).promotion.at > promoted)
        #expect(outage.acknowledgedBefore >= 12)
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
        let timeline = try await self.watch(watch) { stage in
            // Without a walreceiver nothing arrives; pg1 goes on to acknowledge.
            for name in ["pg2", "pg3"] {
                try box.value.psql(name, "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'")
                try box.value.psql(name, "SELECT pg_reload_conf()")
            }
            let before = stage.now.acknowledged.count
            try await stage.wait { $0.acknowledged.count >= before + 8 }
            try box.value.signal("pg1", SIGKILL)
            try await stage.wait { $0.lanes.machines["pg1"]?.last == .silent }
            try box.value.promote("pg2")
        }
        let evidence = try await watch.conclude(on: "pg2", since: timeline.now, repmgr: nil)
        let figures = timeline.figures(evidence)
        let lost = try #require(figures.lost)
        #expect(lost.count >= 3)
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
