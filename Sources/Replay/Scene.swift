import Checks
import Course
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Pages
import Walk

/// A line of a moment.
package struct SceneLine: Sendable, Hashable {
    package var text: String
    /// Whether a program printed it: it is read, and not typed again.
    package var isOutput = false
}

/// What a moment looks like: lines for a terminal. They depend on the journal, the lab and the terminal alone, so that going
/// on and back shows the same.
package struct Scene {
    private let replay: Replay
    private let terminal: Terminal
    private let palette: Palette
    private var lines: [String] = []
    private var outputs: Set<Int> = []

    private init(_ replay: Replay, _ terminal: Terminal) {
        self.replay = replay
        self.terminal = terminal
        palette = Palette(terminal)
    }

    /// - Parameter hiding: leaves out what a quiz asks for: the effect of a command, the outcome of a check.
    package static func lines(of index: Int, in replay: Replay, for terminal: Terminal, hiding: Bool = false) -> [SceneLine] {
        var scene = Scene(replay, terminal)
        scene.show(index, hiding: hiding)
        return scene.lines.enumerated().map { SceneLine(text: clean($1), isOutput: scene.outputs.contains($0)) }
    }

    /// The same as text.
    package static func text(of index: Int, in replay: Replay, for terminal: Terminal) -> [String] {
        lines(of: index, in: replay, for: terminal).map(\.text)
    }

    /// Nothing but text and styles. Names and addresses too are what a file says, and anybody may have written it.
    private static func clean(_ line: String) -> String {
        var clean = ""
        for piece in Layout.pieces(line) {
            switch piece {
            case .style(let style): clean += style
            case .letter(let letter):
                clean.unicodeScalars.append(contentsOf: letter.unicodeScalars.filter { $0 == "\t" || ControlFilter.isHarmless($0) })
            }
        }
        return clean
    }

    private mutating func say(_ text: String) { lines += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    private mutating func tell(_ text: String, indent: String = "") {
        let text = Layout.flowing(text.trimmingCharacters(in: .whitespacesAndNewlines))
        lines += Layout.wrap(text, width: terminal.textWidth, first: indent, rest: indent)
    }
    private mutating func heading(_ text: String) { lines += Layout.wrap(palette.paint(text, .heading), width: terminal.textWidth) }

    private mutating func show(_ index: Int, hiding: Bool) {
        let moment = replay.moments[index]
        let entries = replay.entries(of: moment)
        guard let event = entries.first?.event, moment.kind != .other else {
            heading("A line that cannot be read")
            return tell("What was here is not known. The journal goes on after it.")
        }
        switch event {
        case .opened(_, let platform, let environment, _): opened(platform, environment, isFirst: index == 0)
        case .step(let name): step(name)
        case .check: check(index, entries, hiding: hiding)
        case .hint(let step, let number): hint(step, number)
        case .solution(let step):
            heading("The solution was looked at")
            tell(replay.lab.step(named: step) == nil ? "The repair of the drill was shown." : "Every command of step \(step) was shown.")
        case .run: run(entries, hiding: hiding)
        case .begin(let run):
            heading("A task that was cut off")
            tell("lab was interrupted while this was running on \(run.machine); how it ended is not known.")
            command(run.command)
        case .drill(let name, let isBlind): drill(name, isBlind: isBlind)
        case .diagnosis(_, let machine, let cause, let isRight, _):
            heading("A diagnosis")
            tell(Self.diagnosis(machine, cause, isRight))
        case .drilled(let name, let isRepaired, let seconds, let hints): drilled(name, isRepaired, seconds, hints)
        case .again(let step, _): heading("The machines were put back to the start of step \(Cleaner.line(step, limit: 40))")
        case .note(let text):
            heading("A note")
            tell(Cleaner.text(text))
        case .facts, .passed, .looked: break
        }
    }

    private mutating func opened(_ platform: String, _ environment: String, isFirst: Bool) {
        heading(isFirst ? "\(replay.lab.title): a walk begins" : "The walk is resumed")
        guard isFirst else { return }
        say("")
        tell("\(replay.lab.platform(named: platform)?.title ?? platform), machines: \(environment).")
        let rows = replay.lab.machines.map { [$0.name, $0.role.name, replay.situation.contacts[$0.name]?.address ?? ""] }
        lines += Layout.table(rows, width: terminal.textWidth, indent: "  ")
        for remark in replay.remarks {
            say("")
            tell(palette.paint(remark, .unknown))
        }
    }

    private mutating func step(_ name: String) {
        guard let step = replay.lab.step(named: name) else {
            heading("Step \(Cleaner.line(name, limit: 40))")
            return tell("This lab no longer has this step.")
        }
        say(StepText(terminal).render(step, StepReader(replay.situation)))
    }

    private mutating func hint(_ name: String, _ number: Int) {
        let hints = replay.lab.step(named: name)?.hints ?? replay.lab.drill(named: name)?.hints ?? []
        heading("Hint \(number)" + (hints.isEmpty ? "" : " of \(hints.count)"))
        guard let hint = hints.numbered(number) else { return tell("This lab no longer has this hint.") }
        for part in HintText.parts(of: hint.render(replay.situation.values)) {
            if part.isTyped { command(part.text) } else { tell(part.text) }
        }
    }

    // MARK: Tasks

    private mutating func run(_ entries: [Entry], hiding: Bool) {
        let runs = entries.compactMap { entry -> (run: TaskRun, status: Int, output: String)? in
            if case .run(let run, let status, let output) = entry.event { (run, status, output) } else { nil }
        }
        guard let first = runs.first?.run else { return }
        let account = first.account.map { ", as \($0)" } ?? ""
        let places = runs.map { $0.run.machine.isWorkstation ? "the student's computer" : $0.run.machine }
        heading("Task \(first.task) on \(places.joined(separator: ", "))\(account)")
        if let call = replay.call(of: first), !hiding { say(StepText.render(markdown: call.why, for: terminal)) }
        if let call = replay.call(of: first), SecretMask.mask(call.command).text != first.command, !hiding {
            tell(palette.paint("The course says this differently now; this is what was typed then.", .quiet))
        }
        // Machines with the same commands and the same answer are shown once.
        var shown: [(command: String, status: Int, output: String, places: [String])] = []
        for (run, place) in zip(runs, places) {
            if let same = shown.firstIndex(where: { $0.command == run.run.command && $0.status == run.status && $0.output == run.output }) {
                shown[same].places.append(place)
            } else {
                shown.append((run.run.command, run.status, run.output, [place]))
            }
        }
        for (index, group) in shown.enumerated() {
            if index == 0 || shown[index - 1].command != group.command {
                say("")
                command(group.command)
            }
            guard !hiding else { continue }
            if shown.count > 1 { say(palette.paint("— \(group.places.joined(separator: ", "))", .quiet)) }
            let output = Cleaner.text(group.output).trimmingCharacters(in: .newlines)
            let start = lines.count
            if output.isEmpty { say(palette.paint("(it printed nothing)", .quiet)) } else { say(output) }
            outputs.formUnion(start..<lines.count)
            if group.status != 0 {
                say(palette.paint(group.status < 0 ? "How it ended is not known." : "It ended with status \(group.status).", .failed))
            }
        }
    }

    private mutating func command(_ text: String) {
        palette.commands(Cleaner.text(text)).forEach { say($0) }
    }

    // MARK: Checks

    private mutating func check(_ index: Int, _ entries: [Entry], hiding: Bool) {
        var names: [String] = []
        for case .check(let step, _) in entries.map(\.event) where !names.contains(step) { names.append(step) }
        heading(names.count == 1 ? "The checks of step \(Cleaner.line(names[0], limit: 40))" : "The checks of \(names.count) steps")
        let outcome = replay.verdicts(at: index)
        guard !hiding else {
            for name in outcome.judgements.map(\.subject.check).uniqued {
                let title = outcome.judgements.first { $0.subject.check == name }?.title ?? name
                lines += Layout.wrap("- \(Cleaner.line(title))", width: terminal.textWidth, rest: "  ")
            }
            return
        }
        let text = VerdictText(terminal)
        say(text.list(outcome.judgements))
        say("")
        tell(text.summary(outcome.counts))
        if let failed = outcome.failed.first(where: { !$0.diagnosis.causes.isEmpty }) {
            say("")
            say(
                palette.paint(
                    "Why \(failed.judgement.subject.check) fails\(failed.judgement.subject.machine.map { " on \($0)" } ?? "")", .strong))
            say(text.explain(failed.judgement, all: false, inCompanion: false))
        }
        if !outcome.differences.isEmpty {
            say("")
            tell(palette.paint("Judged differently than then, from the same facts:", .unknown))
            for difference in outcome.differences.prefix(6) { tell("- \(difference)") }
            if outcome.differences.count > 6 { say("… and \(outcome.differences.count - 6) more") }
        }
        for why in outcome.asThen.uniqued { tell(palette.paint(why, .quiet)) }
    }

    // MARK: Drills

    private mutating func drill(_ name: String, isBlind: Bool) {
        guard let drill = replay.lab.drill(named: name) else {
            heading("A drill")
            return tell("Something was broken on purpose. This lab no longer has the drill.")
        }
        heading("A drill: \(drill.title.render(replay.situation.values))")
        say(StepText.render(markdown: drill.story.render(replay.situation.values), for: terminal))
        if isBlind { tell("The student was not shown this, only told that something is broken.") }
    }

    /// What somebody took for the fault of a drill, in a sentence.
    static func diagnosis(_ machine: String?, _ cause: String?, _ isRight: Bool) -> String {
        guard let cause else { return "What it is was not known yet." }
        let place = machine.map { " on \($0)" } ?? ""
        return Cleaner.line("\(cause)\(place): \(isRight ? "that was it" : "that was not it").", limit: 200)
    }

    private mutating func drilled(_ name: String, _ isRepaired: Bool, _ seconds: Int, _ hints: Int) {
        let help = hints > 0 ? ", with \(hints) \(hints == 1 ? "hint" : "hints")" : ""
        heading(isRepaired ? "The drill is over: repaired in \(VerdictText.time(seconds))\(help)" : "The drill was given up")
        guard let drill = replay.lab.drill(named: name) else { return }
        for call in replay.situation.calls(of: drill.inject) {
            tell("What was done on \(call.place): \(call.why.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
        for expected in drill.expect {
            let cause = replay.judge.catalog[expected.check.string]?.causes.first { $0.name == expected.cause.string }
            if let about = cause?.about {
                say("")
                tell(about.render(replay.situation.values))
            }
        }
    }
}

extension Replay {
    /// The task of the course that a run was, as the course says it now.
    func call(of run: TaskRun) -> TaskCall? {
        if let step = lab.step(named: run.step) {
            return situation.calls(of: step).first { $0.number == run.task && $0.place == run.machine }
        }
        // In a drill the repair that lab printed may have been typed, which is not a task of the drill's own.
        let repair = lab.drill(named: run.step).map { situation.calls(of: $0.repair) } ?? []
        return repair.first { $0.number == run.task && $0.place == run.machine && SecretMask.mask($0.command).text == run.command }
    }
}
