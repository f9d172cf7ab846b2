import Testing

@testable import Racing

/// Whoever waits gets the first outcome, whether it comes before or after the wait began, and nothing of the others.
@Suite struct RaceTests {
    private struct Late: Error {}

    @Test func theFirstOutcomeCounts() async throws {
        let race = Race<Int>()
        race.settle(.success(1))
        race.settle(.success(2))
        race.settle(.failure(Late()))
        #expect(try await race.outcome().get() == 1)
    }

    @Test func anErrorIsAnOutcome() async {
        let race = Race<Int>()
        race.settle(.failure(Late()))
        race.settle(.success(2))
        let outcome = await race.outcome()
        #expect(throws: Late.self) { try outcome.get() }
    }

    @Test func whoWaitsIsWokenByWhoeverComesFirst() async throws {
        for _ in 0..<200 {
            let race = Race<Int>()
            async let first = race.outcome().get()
            await withTaskGroup(of: Void.self) { group in
                for number in 1...8 { group.addTask { race.settle(.success(number)) } }
            }
            #expect((1...8).contains(try await first))
        }
    }

    @Test func anOutcomeStays() async throws {
        let race = Race<Int>()
        race.settle(.success(7))
        #expect(try await race.outcome().get() == 7)
        #expect(try await race.outcome().get() == 7)
    }
}
