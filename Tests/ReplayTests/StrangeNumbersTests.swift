import Display
import Testing

@testable import Replay

/// Anybody may have written a journal: numbers in it may be anything.
@Suite struct StrangeNumbersTests {
    @Test(arguments: [Int.min, -1, 0, Int.max]) func aHintOfAnyNumberIsShown(number: Int) throws {
        let walk = try TinyWalk()
        try walk.write { journal in
            try walk.note(journal, TinyWalk.opening)
            try walk.note(journal, .step("names"))
            try walk.note(journal, .hint(step: "names", number: number))
            try walk.note(journal, .drilled("stopped", repaired: true, seconds: number, hints: number))
        }
        let replay = try walk.replay()
        let shown = replay.moments.indices.flatMap { Scene.text(of: $0, in: replay, for: .plain(80)) }
        #expect(shown.contains("This lab no longer has this hint."))
        #expect(ReplayPage(replay).html().contains("Hint \(number)"))
        #expect(WalkDocument.markdown(replay).contains("Hint \(number)"))
        try Asciicast(replay).write { _ in }
    }
}
