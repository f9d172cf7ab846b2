import Checks
import Course
import DataFiles
import Display
import Foundation
import Journal
import Walk

/// A question about what comes next in a replay.
package struct QuizQuestion: Sendable, Hashable {
    package var asks: String
    package var choices: [String]
    /// The choice that is right, from 0.
    package var right: Int
    /// The step it is about.
    package var area: String
}

/// What was answered in a replay with questions.
package struct Quiz: Sendable, Hashable, Codable {
    /// The answers at each moment, in the order of its questions; nil if a question was skipped.
    package private(set) var answers: [Int: [Int?]] = [:]

    package init() {}

    /// What was answered at a moment.
    package func answers(at index: Int) -> [Int?] { answers[index] ?? [] }

    /// Takes the answer to the next question at a moment; nil skips it.
    package mutating func answer(_ choice: Int?, at index: Int) { answers[index, default: []].append(choice) }
}

/// How many questions about a step were answered, and how many of them rightly.
package struct QuizScore: Sendable, Hashable {
    package var area: String
    package var asked = 0
    package var right = 0
}

/// The questions of a replay: before a check its outcome, the cause and the machine to fix; before a command what it is for.
package struct QuizMaster: Sendable {
    private let replay: Replay
    /// The moments at which a task ran for the first time.
    private let firstRuns: Set<Int>
    private static let choices = 4
    /// A sentence that is shorter than this says too little alone, in characters.
    private static let shortest = 50

    package init(_ replay: Replay) {
        self.replay = replay
        var seen: Set<UInt32> = []
        firstRuns = Set(
            replay.moments.indices.filter { index in
                let moment = replay.moments[index]
                guard moment.kind == .run, let line = moment.lines.first else { return false }
                return seen.insert(replay.journal.lines[Int(line)].subject).inserted
            })
    }

    /// Whether something may be asked at a moment; only ``questions(at:)`` knows whether it is.
    func mayAsk(at index: Int) -> Bool { replay.moments[index].kind == .check || firstRuns.contains(index) }

    /// The questions at a moment, in the order in which they are asked. How many there are gives the first answer away.
    package func questions(at index: Int) -> [QuizQuestion] {
        switch replay.moments[index].kind {
        case .check: checkQuestions(index)
        case .run where firstRuns.contains(index): purposeQuestion(index).map { [$0] } ?? []
        default: []
        }
    }

    /// The next question that is not answered.
    package func open(at index: Int, _ quiz: Quiz) -> QuizQuestion? {
        guard mayAsk(at: index) else { return nil }
        let questions = questions(at: index)
        let count = quiz.answers(at: index).count
        return count < questions.count ? questions[count] : nil
    }

    /// The first moment in a range that has an open question.
    func firstOpen(in range: Range<Int>, _ quiz: Quiz) -> Int? {
        range.first { open(at: $0, quiz) != nil }
    }

    /// The score by step, in the order of the lab.
    package func scores(_ quiz: Quiz) -> [QuizScore] {
        var scores: [String: QuizScore] = [:]
        for (index, answers) in quiz.answers where replay.moments.indices.contains(index) {
            for (question, answer) in zip(questions(at: index), answers) {
                guard let answer else { continue }
                scores[question.area, default: QuizScore(area: question.area)].asked += 1
                if answer == question.right { scores[question.area]?.right += 1 }
            }
        }
        return scores.values.sorted {
            (replay.lab.position(of: $0.area) ?? .max, $0.area) < (replay.lab.position(of: $1.area) ?? .max, $1.area)
        }
    }

    // MARK: Checks

    private func checkQuestions(_ index: Int) -> [QuizQuestion] {
        let outcome = replay.verdicts(at: index)
        guard !outcome.judgements.isEmpty else { return [] }
        let failed = outcome.failed.first { !$0.diagnosis.causes.isEmpty }
        let area = failed?.judgement.step ?? replay.step(of: replay.moments[index])?.name ?? outcome.judgements[0].step
        var questions: [QuizQuestion] = []
        // In a drill it is known that something fails.
        if index == 0 || replay.moments[index - 1].kind != .drill {
            let holds = outcome.counts.allPassed
            questions.append(
                QuizQuestion(
                    asks: "What do you expect?", choices: ["Everything here passes.", "Something fails."], right: holds ? 0 : 1,
                    area: area))
        }
        guard let (judgement, diagnosis) = failed, let cause = diagnosis.causes.first else { return questions }
        let place = judgement.subject.machine.map { " on \($0)" } ?? ""
        if let why = whyQuestion(judgement.subject, diagnosis, cause, salt: index) {
            questions.append(
                QuizQuestion(
                    asks: "Expected: \(judgement.title). But \(judgement.subject.check) fails\(place). Why?", choices: why.choices,
                    right: why.right, area: area))
        }
        let machines = replay.lab.machines.map(\.name)
        if let machine = cause.machine, let right = machines.firstIndex(of: machine) {
            questions.append(QuizQuestion(asks: "Which machine has to be fixed?", choices: machines, right: right, area: area))
        }
        return questions
    }

    private func whyQuestion(_ subject: Judgement.Subject, _ diagnosis: Diagnosis, _ cause: FoundCause, salt: Int) -> (
        choices: [String], right: Int
    )? {
        let holding = Set(diagnosis.causes.map(\.name) + diagnosis.undecided.map(\.name))
        let step = replay.lab.steps.first { $0.checks.contains { $0.name.string == subject.check } }
        let checks = [subject.check] + (step?.checks.map(\.name.string) ?? [])
        var others: [String] = []
        for check in checks.compactMap({ replay.judge.catalog[$0] }) {
            let own = check.causes.map(\.name).filter { !holding.contains($0) && !others.contains($0) }
            others += Self.shuffled(own.uniqued, salt)
        }
        guard let right = label(cause.name) else { return nil }
        let wrong = others.compactMap(label).prefix(Self.choices - 1)
        return Self.mixed(right, Array(wrong), salt)
    }

    /// A cause in a line: its name and what it is.
    private func label(_ name: String) -> String? {
        for check in replay.judge.catalog.checks {
            guard let cause = check.causes.first(where: { $0.name == name }) else { continue }
            guard let about = cause.about else { return name }
            return "\(name): \(Self.beginning(about.render(replay.situation.values)))"
        }
        return nil
    }

    // MARK: Tasks

    private func purposeQuestion(_ index: Int) -> QuizQuestion? {
        let runs = replay.entries(of: replay.moments[index]).compactMap { entry -> TaskRun? in
            if case .run(let run, _, _) = entry.event { run } else { nil }
        }
        guard let run = runs.first, let call = replay.call(of: run), let position = replay.lab.position(of: run.step) else { return nil }
        let right = Self.beginning(call.why)
        // Of the same step first, then of those beside it: what is near is what is mixed up.
        var wrong: [String] = []
        for distance in 0..<replay.lab.steps.count {
            for place in Set([position - distance, position + distance]).sorted() where replay.lab.steps.indices.contains(place) {
                let own = replay.situation.calls(of: replay.lab.steps[place]).map { Self.beginning($0.why) }.uniqued
                wrong += Self.shuffled(own.filter { $0 != right && !wrong.contains($0) }, index)
            }
            if wrong.count >= Self.choices - 1 { break }
        }
        guard let mixed = Self.mixed(right, Array(wrong.prefix(Self.choices - 1)), index) else { return nil }
        return QuizQuestion(asks: "What is this for?", choices: mixed.choices, right: mixed.right, area: run.step)
    }

    // MARK: Choices

    private static func mixed(_ right: String, _ wrong: [String], _ salt: Int) -> (choices: [String], right: Int)? {
        guard !wrong.isEmpty else { return nil }
        let choices = shuffled([right] + wrong, salt)
        return choices.firstIndex(of: right).map { (choices, $0) }
    }

    /// In an order that is always the same, and says nothing.
    private static func shuffled(_ texts: [String], _ salt: Int) -> [String] {
        func rank(_ text: String) -> Int {
            var fingerprint = Fingerprint()
            fingerprint.add("\(salt) \(text)".utf8)
            return fingerprint.remainder(by: 1 << 30)
        }
        return texts.map { (rank($0), $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// What a text begins with: as many sentences as say something, without Markdown's marks.
    private static func beginning(_ text: String) -> String {
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines).replacing("\n", with: " ").replacing("`", with: "").replacing(
            "*", with: "")
        var beginning = ""
        for sentence in line.components(separatedBy: ". ") {
            beginning += (beginning.isEmpty ? "" : ". ") + sentence
            if beginning.count >= shortest { break }
        }
        return beginning.hasSuffix(".") ? beginning : beginning + "."
    }
}
