import Checks
import Course
import Display
import Facts
import Foundation
import Journal
import Pages
import Reports
import Walk

/// A replay as a document in Markdown: what was done and seen, step by step. The course's own teaching is in `lab show --all`.
package struct WalkDocument {
    private let replay: Replay
    private var lines: [String] = []

    package init(_ replay: Replay) { self.replay = replay }

    /// The document.
    package static func markdown(_ replay: Replay) -> String {
        var document = WalkDocument(replay)
        document.lines = ["# \(Markup.markdown(replay.lab.title)): a walk"]
        for remark in replay.remarks { document.add("> \(Markup.markdown(remark))") }
        for index in replay.moments.indices { document.show(index) }
        return SecretMask.mask(document.lines.joined(separator: "\n")).text + "\n"
    }

    private mutating func add(_ text: String) { lines += ["", text] }

    private mutating func show(_ index: Int) {
        let moment = replay.moments[index]
        let entries = replay.entries(of: moment)
        guard let event = entries.first?.event, moment.kind != .other else { return add("*A line of the journal cannot be read.*") }
        switch event {
        case .opened(_, let platform, let environment, _):
            let clock = VerdictText.clock(Date(timeIntervalSince1970: Double(moment.at)))
            let place = "\(Markup.markdown(platform)), \(Markup.markdown(environment))"
            add("*\(index == 0 ? "Begun" : "Resumed") \(clock), \(place).*")
        case .step(let name):
            let step = replay.lab.step(named: name)
            let number = replay.lab.position(of: name).map { "\($0 + 1). " } ?? ""
            add("## \(number)\(Markup.markdown(step?.title.render(replay.situation.values) ?? name))")
            if let step { add(Markup.markdown(step.goal.render(replay.situation.values))) }
        case .run: run(entries)
        case .begin(let run):
            add("**Cut off** while this ran on \(Markup.markdown(run.machine)):\n\n" + Markup.fence(run.command).joined(separator: "\n"))
        case .check: check(index)
        case .hint(_, let number): add("*Hint \(number) was read.*")
        case .solution: add("*The solution was read.*")
        case .drill(let name, _):
            let drill = replay.lab.drill(named: name)
            add("## A drill: \(Markup.markdown(drill?.title.render(replay.situation.values) ?? name))")
            if let drill { add(Markup.markdown(drill.story.render(replay.situation.values))) }
        case .diagnosis(_, let machine, let cause, let isRight, _):
            add("*Diagnosis: \(Markup.markdown(Scene.diagnosis(machine, cause, isRight)))*")
        case .drilled(_, let isRepaired, let seconds, _):
            add(isRepaired ? "**Repaired** in \(seconds) s." : "**Given up** after \(seconds) s.")
        case .again(let step, _): add("*The machines were put back to the start of step \(Markup.markdown(step)).*")
        case .note(let text): add("> \(Markup.markdown(text))")
        case .facts, .passed, .looked: break
        }
    }

    private mutating func run(_ entries: [Entry]) {
        var last = ""
        for case .run(let run, let status, let output) in entries.map(\.event) {
            if run.command != last {
                let why = replay.call(of: run)?.why ?? ""
                add(
                    "**Task \(run.task)\(run.account.map { ", as \(Markup.markdown($0))" } ?? "").** "
                        + "\(Markup.markdown(why.trimmingCharacters(in: .whitespacesAndNewlines)))"
                )
                add(Markup.fence(run.command).joined(separator: "\n"))
                last = run.command
            }
            let text = Cleaner.text(output).trimmingCharacters(in: .newlines)
            let ended = status == 0 ? "" : ", **ended with status \(status)**"
            add("\(Markup.markdown(run.machine))\(text.isEmpty ? " printed nothing" : "")\(ended)\(text.isEmpty ? "." : ":")")
            if !text.isEmpty { add(Markup.fence(text, language: "text").joined(separator: "\n")) }
        }
    }

    private mutating func check(_ index: Int) {
        let outcome = replay.verdicts(at: index)
        add("**Checks.** \(VerdictText(Terminal(isTerminal: false, hasColour: false)).summary(outcome.counts))")
        let rows = outcome.judgements.filter { $0.verdict != .passed }
        guard !rows.isEmpty else { return }
        lines.append("")
        for judgement in rows {
            let place = judgement.subject.machine.map { " on \($0)" } ?? ""
            switch judgement.verdict {
            case .failed(let diagnosis):
                lines.append("- ✗ `\(judgement.subject.check)`\(place): \(Markup.markdown(Cleaner.line(diagnosis.brief)))")
            case .blocked(let root):
                lines.append("- … `\(judgement.subject.check)`\(place) waits for `\(root.check)`\(root.machine.map { " on \($0)" } ?? "")")
            case .unknown: lines.append("- ? `\(judgement.subject.check)`\(place) could not be observed")
            case .passed: break
            }
        }
        for difference in outcome.differences { lines.append("- judged differently than then: \(Markup.markdown("\(difference)"))") }
    }
}
