import Checks
import Foundation
import Testing

@testable import Journal

/// How a drill went, by what the journal says of it.
@Suite struct DrillAccountTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func naming(_ cause: String?, right: Bool, faults: Int = 1) -> Event {
        .diagnosis(drill: "d", machine: "pg2", cause: cause, right: right, faults: faults)
    }

    private static let mended = Event.drilled("d", repaired: true, seconds: 100, hints: 0)
    private static let given = Event.drilled("d", repaired: false, seconds: 100, hints: 0)

    /// Events ten seconds apart, from the drill's beginning on.
    private func review(_ events: [Event], on days: Int = 0, in standing: inout Standing) -> DrillReview? {
        let begin = Self.start.addingTimeInterval(Double(days) * 86400)
        standing.note(.drill("d", blind: false), at: begin)
        for (index, event) in events.enumerated() { standing.note(event, at: begin.addingTimeInterval(Double(index + 1) * 10)) }
        return standing.reviews["d"]
    }

    private func points(_ events: [Event]) -> Int? {
        var standing = Standing()
        return review(events, in: &standing)?.last.points
    }

    @Test func namingItFirstAndMendingItIsWorthAll() {
        #expect(points([Self.naming("c", right: true), Self.mended]) == DrillAccount.most)
    }

    @Test func whatWasMendedByLuckIsWorthLessThanWhatWasNamedHoweverLate() throws {
        let lucky = try #require(points([Self.mended]))
        let wrong = Self.naming("x", right: false)
        let late = try #require(points([wrong, wrong, wrong, wrong, wrong, wrong, Self.naming("c", right: true), Self.mended]))
        #expect(lucky < late)
        #expect(late < DrillAccount.most)
        #expect(try #require(points([Self.given])) == 0)
        // Named and not mended is worth more than given up, and not all.
        #expect(try #require(points([Self.naming("c", right: true), Self.given])) == DrillAccount.mostForNaming)
    }

    @Test(arguments: [Event.looked(drill: "d", at: "explain"), .looked(drill: "d", at: "explain password-file"), .solution(step: "d")])
    func whatWasToldIsNotFoundOut(_ told: Event) throws {
        let after = try #require(points([told, Self.naming("c", right: true), Self.mended]))
        let before = try #require(points([Self.naming("c", right: true), told, Self.mended]))
        #expect(after < DrillAccount.mostForNaming)
        #expect(before >= DrillAccount.mostForNaming)
    }

    /// The last hint says what to type.
    @Test func theLastHintTellsIt() throws {
        let hints = (1...3).map { Event.hint(step: "d", number: $0) }
        #expect(points(hints + [Self.naming("c", right: true), Self.mended]) == 10)
        #expect(points([Self.naming("c", right: true)] + hints + [Self.mended]) == 70)
    }

    @Test func aFaultThatCouldNotBePutInIsNoReview() {
        var standing = Standing()
        #expect(review([.drilled("d", repaired: false, seconds: 0, hints: 0)], in: &standing) == nil)
    }

    @Test func aReviewSaysWhy() {
        func reason(_ events: [Event]) -> String? {
            var standing = Standing()
            return review(events, in: &standing)?.reason
        }
        #expect(reason([Self.given]) == "given up")
        #expect(
            reason([.looked(drill: "d", at: "explain"), Self.naming("c", right: true), Self.mended])
                == "fixed after lab had told what it was")
        #expect(reason([Self.naming("a", right: true, faults: 4), Self.mended]) == "1 of 4 faults named")
        #expect(reason([Self.naming("x", right: false), Self.naming("c", right: true), Self.mended]) == "named wrongly once")
        #expect(reason([Self.naming("c", right: true), Self.mended]) == "some time ago")
    }

    @Test func notKnowingYetCostsNothing() {
        #expect(points([Self.naming(nil, right: false), Self.naming("c", right: true), Self.mended]) == DrillAccount.most)
    }

    @Test func ofSeveralFaultsEachCounts() {
        #expect(points([Self.naming("a", right: true, faults: 3), Self.mended]) == 20 + 40)
        let all = ["a", "b", "c"].map { Self.naming($0, right: true, faults: 3) }
        #expect(points(all + [Self.mended]) == DrillAccount.most)
        // One fault named twice is one.
        #expect(points([Self.naming("a", right: true, faults: 2), Self.naming("a", right: true, faults: 2), Self.mended]) == 30 + 40)
    }

    @Test func hintsAndLooksAreKept() {
        var standing = Standing()
        let account = review(
            [.looked(drill: "d", at: "sql SELECT 1"), .hint(step: "d", number: 2), Self.naming("c", right: true), Self.mended],
            in: &standing
        )?.last
        #expect(account?.looked == ["sql SELECT 1"])
        #expect(account?.hints == 2)
        #expect(account?.pointsForNaming == DrillAccount.mostForNaming - 20)
        #expect(account?.pointsForMending == 20)
        #expect(account?.named.first?.at == Self.start.addingTimeInterval(30))
    }

    @Test func whatWentWellComesBackEverLaterAndWhatDidNotSoon() throws {
        var standing = Standing()
        let well = [Self.naming("c", right: true), Self.mended]
        #expect(review(well, in: &standing)?.interval == 7)
        #expect(review(well, on: 7, in: &standing)?.interval == 14)
        #expect(review(well, on: 21, in: &standing)?.interval == 28)
        #expect(review([Self.mended], on: 49, in: &standing)?.interval == 1)
        #expect(standing.reviews["d"]?.reason == "fixed without being named")
        #expect(
            review(
                [Self.naming("x", right: false), Self.naming("x", right: false), Self.naming("c", right: true), Self.mended], on: 50,
                in: &standing)?.interval == 3)
        #expect(review(well, on: 53, in: &standing)?.interval == 7)
        let due = try #require(standing.reviews["d"]?.due)
        #expect(due == Self.start.addingTimeInterval(60 * 86400 + 20))
        for day in stride(from: 60, to: 2000, by: 100) { _ = review(well, on: day, in: &standing) }
        #expect(standing.reviews["d"]?.interval == 90)
    }

    @Test func aJournalKeepsThem() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "drills-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        let events: [Event] = [
            .drill("d", blind: true), .looked(drill: "d", at: "sql SELECT 'password=geheim'"), Self.naming("c", right: true), Self.mended,
        ]
        do {
            let journal = try Journal(file)
            for event in events { try journal.append(event) }
        }
        let entries = try Journal(reading: file).entries
        #expect(entries.map(\.event.kind) == [.drill, .looked, .diagnosis, .drilled])
        #expect(try JournalReader(file).lines.map(\.kind) == [.drill, .looked, .diagnosis, .drilled])
        #expect(Standing(entries).reviews["d"]?.last.named.map(\.cause) == ["c"])
    }
}
