import Course
import Display
import Foundation
import Pages
import Walk

/// Where somebody is in a replay, and what each key does: without a terminal, so that it can be tried without one.
package struct ReplayPlayer {
    package enum Wish: Sendable, Hashable {
        case stay
        /// Questions to the facts of this moment.
        case facts
        /// To go on from this moment on practice machines.
        case goOn
        case suspend
        case leave
    }

    private let replay: Replay
    private let terminal: Terminal
    private let master: QuizMaster?
    private let zone: TimeZone
    package private(set) var index: Int
    package private(set) var quiz: Quiz?
    package private(set) var isAutomatic = false
    /// The first line of the moment that is shown.
    private var top = 0
    private var speed = 2
    private var typed = ""
    /// A text that is being typed to be found.
    private var finding: String?
    private var found = ""
    private var message: String?
    /// What covers the moment: help, the steps, the score.
    private var overlay: [String]?
    /// How many rows the screen has.
    package var rows: Int

    /// How fast the automatic mode goes.
    private static let speeds = [0.25, 0.5, 1, 2, 4, 8, 16]
    /// A pause in the walk is no longer than this in the automatic mode, and no shorter, in seconds.
    private static let pauses = 1.5...6.0

    /// - Parameters:
    ///   - quiz: what was answered so far; nil asks nothing.
    ///   - zone: whose clock the heading shows.
    package init(_ replay: Replay, at index: Int = 0, quiz: Quiz? = nil, terminal: Terminal, rows: Int, zone: TimeZone = .current) {
        self.zone = zone
        self.replay = replay
        self.terminal = terminal
        self.rows = rows
        self.quiz = quiz
        self.index = min(max(0, index), replay.moments.count - 1)
        master = quiz == nil ? nil : QuizMaster(replay)
    }

    private var palette: Palette { Palette(terminal) }
    private var frame: ReplayFrame { ReplayFrame(terminal, rows: rows, zone: zone) }

    /// The question that has to be answered before the moment is shown.
    var question: QuizQuestion? { quiz.flatMap { master?.open(at: index, $0) } }

    // MARK: What is seen

    /// The screen.
    package func screen() -> [String] { rowsNow.map(\.text) }

    /// What draws the screen on the terminal.
    package func drawing() -> String { frame.drawing(rowsNow) }

    private var rowsNow: [ReplayRow] { frame.rows(index, of: replay, content, top: top, footers: footers) }

    private var content: [ReplayRow] {
        if let overlay { return frame.fitted(overlay.map { SceneLine(text: $0) }) }
        return frame.fitted(
            quizLines.map { SceneLine(text: $0) } + Scene.lines(of: index, in: replay, for: terminal, hiding: question != nil))
    }

    /// The question, or what was answered.
    private var quizLines: [String] {
        guard let quiz, let master, master.mayAsk(at: index) else { return introduction }
        var lines = introduction
        for (question, answer) in zip(master.questions(at: index), quiz.answers(at: index)) {
            guard let answer, question.choices.indices.contains(answer) else { continue }
            let isRight = answer == question.right
            let mark = isRight ? palette.mark(.passed) : palette.mark(.failed)
            let text =
                isRight ? question.choices[answer] : "You said: \(question.choices[answer]) It is: \(question.choices[question.right])"
            lines += Layout.wrap("\(mark) \(Cleaner.line(text))", width: terminal.textWidth, rest: "  ")
        }
        if let question {
            lines += Layout.wrap(palette.paint(Cleaner.line(question.asks), .strong), width: terminal.textWidth)
            for (number, choice) in question.choices.enumerated() {
                lines += Layout.wrap("\(number + 1)  \(Cleaner.line(choice))", width: terminal.textWidth, rest: "   ")
            }
        }
        return lines.isEmpty ? [] : lines + [""]
    }

    /// Until the first answer: what this is, and how much of it comes.
    private var introduction: [String] {
        guard let quiz, let master, quiz.answers.isEmpty else { return [] }
        let events = replay.moments.indices.count(where: master.mayAsk)
        let text =
            "A quiz about this walk: before a check or a command is shown, lab asks what comes of it, at up to \(events) of "
            + "\(replay.moments.count) events. A number answers, s skips, r shows the score."
        return Layout.wrap(palette.paint(text, .quiet), width: terminal.textWidth) + [""]
    }

    private var footers: [String] {
        if let finding { return ["Find: \(finding)"] }
        if !typed.isEmpty { return ["\(typed): Enter goes to that step, g to that event"] }
        if let message { return [palette.paint(message, .strong)] }
        if overlay != nil {
            return [content.count > frame.room ? "Any other key closes this." : "Any key closes this.", "q closes"]
        }
        if let question { return ["Your answer: 1 to \(question.choices.count); s skips it"] }
        if isAutomatic {
            return [
                "automatic, \(Self.speeds[speed].formatted())×  + - faster, slower  a stops it",
                "automatic, \(Self.speeds[speed].formatted())×  a stops it",
            ]
        }
        let arrows = palette.hasUnicode ? "←→" : "<- ->"
        return [
            "Enter on  \(arrows) back and on  a automatic  / find  v facts  ? all keys  q quit",
            "Enter on  \(arrows)  a auto  / find  v facts  ? keys  q quit",
            "\(arrows)  ? keys  q quit",
        ]
    }

    private static let help = [
        ["Enter, Space", "on: the rest of this event, then the next one"], ["right, left", "the next event, the one before"],
        ["up, down", "a line of this event; also Page Up, Page Down"], ["12 Enter", "to step 12"], ["12 g", "to event 12"],
        ["s", "the steps, with their numbers"], ["/ text Enter", "to the next event that has this text; n N on and back"],
        ["Home, End", "to the first event, to the last"], ["a", "automatic mode, on and off; long pauses are cut"],
        ["+  -", "faster, slower"],
        ["v", "look at the facts as they were, also in SQL"], ["w", "why: what the machines' logs told then"],
        ["c", "go on from here yourself, on practice machines"], ["q", "leave; the place is kept"],
    ]
    private static let quizHelp = [["1 to 4", "your answer"], ["s", "skip a question"], ["r", "the score so far"]]

    private var helpLines: [String] {
        Layout.table(Self.help + (quiz == nil ? [] : Self.quizHelp), width: terminal.textWidth)
    }

    private var stepList: [String] {
        [palette.paint("The steps of this walk", .heading)]
            + Layout.table(
                replay.lab.steps.enumerated().filter { replay.moment(ofStep: $1.name) != nil }.map { number, step in
                    ["\(number + 1)", step.name, step.title.render(replay.situation.values)]
                }, width: terminal.textWidth, indent: "  ", right: [0])
    }

    /// The score so far, with what to read again.
    package func score() -> [String] {
        guard let quiz, let master else { return [] }
        return QuizText(terminal).lines(master.scores(quiz), replay)
    }

    /// Says that it goes on where the person left off.
    mutating func greet() { message = "Going on where you left off. Home starts over." }

    // MARK: Keys

    /// What a key does.
    package mutating func press(_ key: Key) -> Wish {
        message = nil
        if finding != nil { return find(key) }
        if case .leave = key { return .leave }
        if case .suspend = key { return .suspend }
        if overlay != nil {
            let bottom = max(0, content.count - frame.room)
            if [.enter, .letter(" "), .down, .pageDown].contains(key), top < bottom {
                top = min(bottom, top + frame.room - 1)
            } else {
                overlay = nil
                top = 0
            }
            return .stay
        }
        if isAutomatic, ![.letter("+"), .letter("-"), .letter("=")].contains(key) {
            isAutomatic = false
            if key == .letter("a") { return .stay }
        }
        if let question, case .letter(let letter) = key, typed.isEmpty {
            if let number = letter.wholeNumberValue, (1...question.choices.count).contains(number) {
                answer(number - 1, question)
                return .stay
            }
            if letter == "s" {
                answer(nil, question)
                return .stay
            }
        }
        switch key {
        case .letter(let letter) where letter.isASCII && letter.isNumber && question == nil:
            typed = String((typed + String(letter)).suffix(9))
        case .backspace where !typed.isEmpty: typed.removeLast()
        case .enter where !typed.isEmpty: goToStep()
        case .letter("g") where !typed.isEmpty: goToEvent()
        default:
            typed = ""
            return command(key)
        }
        return .stay
    }

    private mutating func command(_ key: Key) -> Wish {
        let bottom = max(0, content.count - frame.room)
        switch key {
        case .enter, .letter(" "): if top < bottom { top = min(bottom, top + frame.room - 1) } else { forward() }
        case .right: forward()
        case .left, .backspace: if index > 0 { go(to: index - 1) } else { message = "This is the first event." }
        case .down: top = min(bottom, top + 1)
        case .up: top = max(0, top - 1)
        case .pageDown: top = min(bottom, top + frame.room - 1)
        case .pageUp: top = max(0, top - frame.room + 1)
        case .home: go(to: 0)
        case .end: go(to: replay.moments.count - 1)
        case .letter("a"): isAutomatic = true
        case .letter("+"), .letter("="): changeSpeed(1)
        case .letter("-"): changeSpeed(-1)
        case .letter("/"): finding = ""
        case .letter("n"): findAgain(forward: true)
        case .letter("N"): findAgain(forward: false)
        case .letter("s"): show(stepList)
        case .letter("r") where quiz != nil: show(score())
        case .letter("?"), .letter("h"): show(helpLines)
        case .letter("w"):
            guard replay.lab.why != nil else { message = "? lists the keys."; break }
            guard question == nil else { message = "Answer first, or skip with s."; break }
            if let told = try? replay.chronicle(at: index) {
                show(
                    ChronicleText(terminal).tell(told, inCompanion: false).split(separator: "\n", omittingEmptySubsequences: false).map(
                        String.init))
            } else {
                message = "Nobody looked at the logs up to here."
            }
        case .letter("c"):
            guard question == nil else { message = "Answer first, or skip with s."; break }
            return .goOn
        case .letter("v"):
            if replay.moments[index].facts != nil { return .facts }
            message = "Nothing was observed yet at this point."
        case .letter("q"): return .leave
        default: message = "? lists the keys."
        }
        return .stay
    }

    private mutating func show(_ lines: [String]) {
        overlay = lines
        top = 0
    }

    private mutating func changeSpeed(_ by: Int) {
        speed = min(max(0, speed + by), Self.speeds.count - 1)
        if !isAutomatic { message = "Speed \(Self.speeds[speed].formatted())×; a goes on by itself" }
    }

    // MARK: Moving

    private mutating func forward() {
        if question != nil {
            message = "Answer first, or skip with s."
        } else if index + 1 < replay.moments.count {
            go(to: index + 1)
        } else {
            isAutomatic = false
            if quiz != nil { show(score()) } else { message = "This is the end. Home starts over, q leaves." }
        }
    }

    /// Goes to a moment. In a quiz what has not been asked yet is not passed over.
    private mutating func go(to target: Int) {
        var target = min(max(0, target), replay.moments.count - 1)
        if let quiz, let master, target > index, let open = master.firstOpen(in: index..<target, quiz), open < target {
            target = open
            message = "There is a question first."
        }
        index = target
        top = 0
    }

    private mutating func goToStep() {
        let number = Int(typed) ?? 0
        typed = ""
        guard let name = replay.lab.steps.numbered(number)?.name else {
            message = "The steps have numbers 1 to \(replay.lab.steps.count)."
            return
        }
        if let moment = replay.moment(ofStep: name) { go(to: moment) } else { message = "This walk has no step \(name)." }
    }

    private mutating func goToEvent() {
        let number = Int(typed) ?? 0
        typed = ""
        if (1...replay.moments.count).contains(number) {
            go(to: number - 1)
        } else {
            message = "There are events 1 to \(replay.moments.count)."
        }
    }

    // MARK: Finding

    private mutating func find(_ key: Key) -> Wish {
        switch key {
        case .letter(let letter): finding = (finding ?? "") + String(letter)
        case .backspace: finding = (finding?.isEmpty ?? true) ? nil : String(finding?.dropLast() ?? "")
        case .enter:
            if let finding, !finding.isEmpty { found = finding }
            finding = nil
            findAgain(forward: true)
        case .escape, .leave: finding = nil
        default: break
        }
        return .stay
    }

    private mutating func findAgain(forward: Bool) {
        guard !found.isEmpty else {
            message = "/ looks for a text."
            return
        }
        let hit = replay.find(found, from: index, forward: forward) { [quiz, master] place in
            quiz.flatMap { master?.open(at: place, $0) } != nil
        }
        guard let hit else {
            message = "'\(Cleaner.line(found, limit: 40))' was not found."
            return
        }
        go(to: hit)
    }

    // MARK: Questions

    private mutating func answer(_ choice: Int?, _ question: QuizQuestion) {
        quiz?.answer(choice, at: index)
        top = 0
        if let choice { message = choice == question.right ? "Right." : "No." }
    }

    // MARK: By itself

    /// How long the automatic mode stays at what is shown now, in seconds.
    package var pause: Double {
        let next = index + 1 < replay.moments.count ? replay.moments[index + 1].at : replay.moments[index].at
        let gap = Double(max(0, next - replay.moments[index].at))
        return min(max(gap, Self.pauses.lowerBound), Self.pauses.upperBound) / Self.speeds[speed]
    }

    /// The automatic mode goes on: a page, or an event.
    package mutating func tick() {
        guard isAutomatic else { return }
        message = nil
        guard question == nil else {
            isAutomatic = false
            return
        }
        let bottom = max(0, content.count - frame.room)
        if top < bottom { top = min(bottom, top + frame.room - 1) } else { forward() }
    }
}
