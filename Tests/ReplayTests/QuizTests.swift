import Foundation
import Testing

@testable import Replay

@Suite struct QuizTests {
    @Test func nothingIsShownBeforeItIsAnswered() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let master = QuizMaster(replay)
        var player = ReplayPlayer(replay, quiz: Quiz(), terminal: .plain(80), rows: 60)
        let hidden = [
            "Access denied", "is called pg1", " passed", "1 failed", "2 failed", "✗", "✓", "is inactive", "It ended with status", "line 40",
        ]
        var asked = 0
        for _ in 0..<200 {
            guard let question = player.question else {
                if player.index == replay.moments.count - 1 { break }
                _ = player.press(.right)
                continue
            }
            asked += 1
            #expect(question.choices.count >= 2)
            #expect(Set(question.choices).count == question.choices.count)
            #expect(question.choices.indices.contains(question.right))
            let answered = player.quiz?.answers(at: player.index) ?? []
            if answered.isEmpty {
                let screen = player.screen().joined(separator: "\n")
                for word in hidden { #expect(!screen.contains(word), "event \(player.index + 1): \(screen)") }
            }
            // No key leads past the question, and no search finds what it asks for.
            let here = player.index
            for key in [Key.right, .enter, .end, .pageDown] { _ = player.press(key) }
            for letter in "/inactive" { _ = player.press(.letter(letter)) }
            _ = player.press(.enter)
            #expect(player.index <= here)
            while player.index < here { _ = player.press(.right) }
            _ = player.press(.letter(Character("\(question.right + 1)")))
        }
        let quiz = try #require(player.quiz)
        let scores = master.scores(quiz)
        #expect(asked > 9)
        #expect(scores.map(\.asked).reduce(0, +) == asked)
        #expect(scores.allSatisfy { $0.right == $0.asked })
        #expect(Set(scores.map(\.area)) == ["names", "service"])
        let text = player.score().joined(separator: "\n")
        #expect(text.contains("\(asked) of \(asked) right"))
        #expect(!text.contains("To read again"))
    }

    @Test func theCauseAndTheMachineAreAskedFor() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let check = try #require(replay.moments.indices.first { replay.moments[$0].kind == .check })
        let questions = QuizMaster(replay).questions(at: check)
        let asks = questions.map(\.asks)
        #expect(asks.count == 3 && asks[0] == "What do you expect?" && asks[2] == "Which machine has to be fixed?")
        // Who has not seen the check is told what it expects.
        #expect(asks[1].hasPrefix("Expected: ") && asks[1].hasSuffix(". But name-set fails on pg2. Why?"))
        #expect(questions[0].right == 1)
        #expect(questions[2].choices == ["pg1", "pg2"])
        #expect(questions[2].right == 1)
        #expect(questions[1].choices[questions[1].right].hasPrefix("name-of-another: The machine has the name of another one."))
        // The same every time, and for everybody.
        #expect(QuizMaster(try walk.replay()).questions(at: check) == questions)
    }

    @Test func wrongAndSkippedAnswersAreCountedAsWhatTheyAre() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let check = try #require(replay.moments.indices.first { replay.moments[$0].kind == .check })
        var player = ReplayPlayer(replay, at: check, quiz: Quiz(), terminal: .plain(80), rows: 40)
        _ = player.press(.letter("1"))
        #expect(player.screen().contains { $0.contains("You said: Everything here passes. It is: Something fails.") })
        _ = player.press(.letter("s"))
        _ = player.press(.letter("2"))
        #expect(player.question == nil)
        let scores = QuizMaster(replay).scores(try #require(player.quiz))
        #expect(scores == [QuizScore(area: "names", asked: 2, right: 1)])
        #expect(player.score().joined(separator: "\n").contains("lab show names"))
        let place = ReplayPlace(path: walk.file.standardizedFileURL.path, moment: check, quiz: player.quiz)
        place.save(in: walk.folder)
        #expect(ReplayPlace.load(of: walk.file, withQuiz: true, in: walk.folder) == place)
        #expect(ReplayPlace.load(of: walk.file, withQuiz: false, in: walk.folder) == nil)
    }
}
