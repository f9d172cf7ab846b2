import Foundation
import Testing

@testable import Failover

/// The arithmetic, without a database.
@Suite struct FailoverTimelineTests {
    /// A cluster in words: what happens when, and what is seen of it every quarter of a second.
    struct Story {
        var timeline = FailoverTimeline(start: Date(timeIntervalSince1970: 1_000_000), machines: ["pg1", "pg2", "pg3"])
        var time = 0.0
        var row = 0
        var changes: [FailoverTimeline.Change] = []
        var machines: [String: MachineSighting] = [
            "pg1": .answers(ServerState(role: .primary, timeline: 1)), "pg2": standby("0/3000100"), "pg3": standby("0/3000100"),
        ]

        static func standby(_ received: String, timeline: Int = 1) -> MachineSighting {
            .answers(ServerState(role: .standby, timeline: timeline, received: WALLocation(received), replayed: WALLocation(received)))
        }
        static func primary(_ timeline: Int) -> MachineSighting { .answers(ServerState(role: .primary, timeline: timeline)) }

        mutating func step(_ write: WriteOutcome?) {
            changes += timeline.add(FailoverSample(time: time, write: write, machines: machines))
            time += 0.25
        }
        mutating func write(_ count: Int, by machine: String) {
            for _ in 0..<count {
                row += 1
                step(.acknowledged(row: row, by: machine))
            }
        }
        mutating func refuse(_ count: Int) {
            for _ in 0..<count {
                row += 1
                step(.refused(row: row, said: "Connection refused"))
            }
        }
        mutating func wait(_ seconds: Double) { for _ in 0..<Int(seconds * 4) { step(nil) } }
    }

    static func evidence(_ rows: some Sequence<Int>, events: [(String, String)] = []) -> FailoverEvidence {
        var evidence = FailoverEvidence(primary: "pg2", rows: Set(rows))
        evidence.nodes = [
            .init(name: "pg1", type: "primary", priority: 100), .init(name: "pg2", type: "primary", priority: 80),
            .init(name: "pg3", type: "standby", priority: 60),
        ]
        evidence.events = events.map { .init(at: Date(), node: $0.0, event: $0.1, successful: true, details: "") }
        return evidence
    }
    static let elected = [("pg2", "standby_promote"), ("pg2", "repmgrd_failover_promote")]

    /// pg1 dies after 8 rows (at 1.75 s); pg2 takes over, and acknowledges at 5.25 s.
    static func failover(pg2: String = "0/3000100", pg3: String = "0/3000100") -> Story {
        var story = Story()
        story.machines["pg2"] = Story.standby(pg2)
        story.machines["pg3"] = Story.standby(pg3)
        story.write(8, by: "pg1")
        story.machines["pg1"] = .silent(said: "Connection refused")
        story.refuse(13)
        story.machines["pg2"] = Story.primary(2)
        story.write(4, by: "pg2")
        return story
    }

    @Test func noOutage() {
        var story = Story()
        story.write(40, by: "pg1")
        let figures = story.timeline.figures(Self.evidence(1...40))
        #expect(figures.outages.isEmpty)
        #expect(figures.acknowledged == 40)
        #expect(figures.lost == [])
        #expect(figures.promotions.isEmpty)
        #expect(!story.timeline.isBack(for: 1))
    }

    @Test func oneFailover() throws {
        let story = Self.failover()
        let figures = story.timeline.figures(Self.evidence(Array(1...8) + Array(22...25), events: Self.elected))
        let outage = try #require(figures.outages.first)
        #expect(figures.outages.count == 1)
        #expect(outage.start == 1.75)
        #expect(outage.end == 5.25)
        #expect(outage.seconds == 3.5)
        #expect(outage.acknowledgedBefore == 8)
        #expect(outage.before == "pg1")
        #expect(outage.after == "pg2")
        #expect(outage.said == "Connection refused")
        #expect(figures.acknowledged == 12)
        #expect(figures.lost == [])
        let elected = try #require(figures.promotions.first)
        #expect(elected.promotion.machine == "pg2")
        #expect(elected.promotion.timelineBefore == 1)
        #expect(elected.promotion.timeline == 2)
        #expect(elected.reason == .priority(own: 80, other: 60, than: ["pg3"]))
        #expect(story.timeline.primaryAtTheEnd == "pg2")
        #expect(story.changes.contains(.writesFail(said: "Connection refused")))
        #expect(story.changes.contains(.writesSucceed(by: "pg2", afterSeconds: 3.5)))
    }

    @Test func backForAWhile() {
        var story = Self.failover()
        #expect(!story.timeline.isBack(for: 10))
        story.write(40, by: "pg2")
        #expect(story.timeline.isBack(for: 10))
    }

    @Test func lostRowsAreThoseThatWereAcknowledged() {
        let figures = Self.failover().timeline.figures(Self.evidence(Array(1...6) + Array(22...25)))
        #expect(figures.lost == [7, 8])
    }

    @Test(arguments: [true, false])
    func anUnansweredCommitIsNoLoss(isThere: Bool) {
        var story = Story()
        story.write(4, by: "pg1")
        story.row += 1
        story.step(.unanswered(row: 5, said: "server closed the connection"))
        story.refuse(3)
        story.write(2, by: "pg2")
        let figures = story.timeline.figures(Self.evidence([1, 2, 3, 4, 9, 10] + (isThere ? [5] : [])))
        #expect(figures.lost == [])
        #expect(figures.unanswered == 1)
        #expect(figures.unansweredThere == (isThere ? 1 : 0))
        #expect(figures.acknowledged == 6)
        #expect(figures.outages.first?.start == 0.75)
    }

    @Test func neverComesBack() throws {
        var story = Story()
        story.write(8, by: "pg1")
        story.machines["pg1"] = .silent(said: "")
        story.refuse(20)
        let figures = story.timeline.figures(nil)
        let outage = try #require(figures.outages.first)
        #expect(outage.end == nil)
        #expect(outage.seconds == nil)
        #expect(outage.start == 1.75)
        #expect(figures.lost == nil)
        #expect(story.timeline.primaryAtTheEnd == nil)
        #expect(!story.timeline.isBack(for: 0))
    }

    @Test func severalOutages() {
        var story = Self.failover()
        story.refuse(4)
        story.write(8, by: "pg2")
        #expect(story.timeline.outages.map(\.seconds) == [3.5, 1.25])
        #expect(story.timeline.outages.map(\.acknowledgedBefore) == [8, 12])
    }

    @Test func aHangIsAnOutageToo() {
        var story = Story()
        story.write(4, by: "pg1")
        story.wait(3)
        #expect(story.timeline.current?.start == 0.75)
        #expect(story.timeline.current?.said == nil)
        story.write(1, by: "pg1")
        #expect(story.timeline.outages.map(\.seconds) == [3.25])
    }

    @Test func neverAnyWrite() {
        var story = Story()
        story.refuse(12)
        #expect(story.timeline.current?.before == nil)
        #expect(story.timeline.current?.start == 0)
    }

    @Test func moreWALGoesBeforePriority() {
        var story = Story()
        story.machines["pg2"] = Story.standby("0/3000100")
        story.machines["pg3"] = Story.standby("0/3000180")
        story.write(4, by: "pg1")
        story.machines["pg1"] = .silent(said: "")
        story.refuse(4)
        story.machines["pg3"] = Story.primary(2)
        story.write(1, by: "pg3")
        let events = [("pg3", "repmgrd_failover_promote")]
        #expect(story.timeline.figures(Self.evidence([], events: events)).promotions.first?.reason == .moreWAL(bytes: 0x80, than: "pg2"))
    }

    @Test(arguments: [
        ([], FailoverFigures.Reason.withoutRepmgr), ([("pg2", "standby_promote")], .byHand),
        ([("pg2", "standby_switchover"), ("pg2", "standby_promote")], .switchover),
    ])
    func whoPromotedItIsInTheEvents(events: [(String, String)], reason: FailoverFigures.Reason) {
        #expect(Self.failover().timeline.figures(Self.evidence([], events: events)).promotions.first?.reason == reason)
    }

    @Test func lessWALThanAnotherIsNotExplained() {
        let figures = Self.failover(pg2: "0/3000100", pg3: "0/3000200").timeline.figures(Self.evidence([], events: Self.elected))
        #expect(figures.promotions.first?.reason == .unexplained)
    }

    @Test func twoPrimariesAreNoticed() {
        var story = Self.failover()
        story.machines["pg1"] = Story.primary(1)
        story.write(4, by: "pg1")
        #expect(story.timeline.split == nil, "a moment of overlap is no split brain")
        story.write(8, by: "pg1")
        #expect(story.timeline.split?.machines == ["pg1", "pg2"])
        #expect(story.timeline.primaryAtTheEnd == "pg2", "the newest timeline counts")
    }

    @Test func lanesHaveACellForEachHalfSecond() {
        let lanes = Self.failover().timeline.lanes
        let none = Array(repeating: FailoverLanes.Write.none, count: 6)
        #expect(lanes.writes == Array(repeating: .acknowledged, count: 4) + none + Array(repeating: .acknowledged, count: 3))
        #expect(lanes.machines["pg1"] == Array(repeating: .primary, count: 4) + Array(repeating: .silent, count: 9))
        #expect(lanes.machines["pg2"] == Array(repeating: .standby, count: 10) + Array(repeating: .primary, count: 3))
    }
}
