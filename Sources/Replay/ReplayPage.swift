import Checks
import Course
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Pages
import Reports
import Terminal
import Walk

/// A replay as one file for a browser, with a player of its own. It needs no network; only its own style and script may run in
/// it, which the file's security policy names. Without scripts it is a document that can be read from top to bottom.
package struct ReplayPage {
    private let replay: Replay
    /// Asks before an outcome is shown.
    private let master: QuizMaster?
    /// Names our style and script in the policy; nobody can know it before the file is made.
    private let nonce = UUID().uuidString

    package init(_ replay: Replay, asking: Bool = false) {
        self.replay = replay
        master = asking ? QuizMaster(replay) : nil
    }

    /// The file.
    package func html() -> String {
        let moments = replay.moments.indices.map(section).joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-\(nonce)'; \
            script-src 'nonce-\(nonce)'; base-uri 'none'; form-action 'none'">
            <meta name="referrer" content="no-referrer">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(Markup.escaped(replay.lab.title)): a walk</title>
            <style nonce="\(nonce)">
            \(Self.style)
            </style>
            </head>
            <body>
            <header>
            <h1>\(Markup.escaped(replay.lab.title)): a walk</h1>
            \(replay.remarks.map { "<p class=\"caution\" role=\"note\">\(Markup.escaped($0))</p>" }.joined(separator: "\n"))
            <nav class="player" aria-label="Player">
            <button id="back" type="button">back</button>
            <button id="on" type="button">on</button>
            <button id="auto" type="button" aria-pressed="false">automatic</button>
            <button id="slower" type="button" aria-label="slower">−</button>
            <output id="speed">1×</output>
            <button id="faster" type="button" aria-label="faster">+</button>
            <label\(steps.isEmpty ? " hidden" : "")>step <select id="step">\(steps)</select></label>
            <input id="place" type="range" min="1" max="\(replay.moments.count)" value="1" aria-label="event">
            <output id="count" aria-live="polite"></output>
            </nav>
            </header>
            <main>
            \(moments)
            </main>
            <script nonce="\(nonce)">
            \(Self.script)
            </script>
            </body>
            </html>

            """
    }

    private var steps: String {
        replay.lab.steps.enumerated().compactMap { number, step in
            replay.moment(ofStep: step.name).map { "<option value=\"\($0 + 1)\">\(number + 1) \(Markup.escaped(step.name))</option>" }
        }.joined()
    }

    // MARK: Moments

    private func section(_ index: Int) -> String {
        let moment = replay.moments[index]
        let entries = replay.entries(of: moment)
        let step = replay.step(of: moment)?.name ?? ""
        let elapsed = ReplayFrame.duration(max(0, moment.at - (replay.moments.first?.at ?? 0)))
        let body = entries.first.map { self.body(index, $0.event, entries) } ?? "<h2>A line that cannot be read</h2>"
        return """
            <section class="moment" id="e\(index + 1)" data-at="\(moment.at)" data-step="\(Markup.escaped(step))">
            <p class="quiet">\(index + 1) of \(replay.moments.count)\(step.isEmpty ? "" : " · \(Markup.escaped(step))") · \(elapsed) in</p>
            \(SecretMask.mask(question(index, before: body)).text)
            </section>
            """
    }

    /// What came, behind the questions about it: closed until somebody opens it.
    private func question(_ index: Int, before body: String) -> String {
        guard let questions = master?.questions(at: index), !questions.isEmpty else { return body }
        let asked = questions.map { question in
            let choices = question.choices.map { "<li>\(Markup.escaped(Cleaner.line($0)))</li>" }.joined()
            return """
                <p><strong>\(Markup.escaped(Cleaner.line(question.asks)))</strong></p><ol>\(choices)</ol>
                <details><summary>The answer</summary><p>\(Markup.escaped(Cleaner.line(question.choices[question.right])))</p></details>
                """
        }
        return asked.joined() + "<details><summary>What came</summary>\(body)</details>"
    }

    private func body(_ index: Int, _ event: Event, _ entries: [Entry]) -> String {
        func heading(_ text: String) -> String { "<h2>\(Markup.escaped(Cleaner.line(text)))</h2>" }
        func paragraph(_ text: String) -> String { "<p>\(Markup.escaped(Cleaner.text(text)))</p>" }
        let values = replay.situation.values
        switch event {
        case .opened(_, let platform, let environment, _):
            return heading(index == 0 ? "The walk begins" : "The walk is resumed")
                + paragraph("\(platform), machines: \(environment)")
        case .step(let name):
            guard let step = replay.lab.step(named: name) else {
                return heading(name) + paragraph("This lab no longer has this step.")
            }
            return MarkdownHTML.render(StepText.markdown(step, StepReader(replay.situation)))
        case .run: return run(entries)
        case .begin(let run): return heading("A task that was cut off") + pre(run.command, "command")
        case .check: return check(index) + figure(index)
        case .hint(let name, let number):
            let hints = replay.lab.step(named: name)?.hints ?? replay.lab.drill(named: name)?.hints ?? []
            let parts = hints.numbered(number).map { HintText.parts(of: $0.render(values)) } ?? []
            return heading("Hint \(number)") + parts.map { $0.isTyped ? pre($0.text, "command") : paragraph($0.text) }.joined()
        case .solution: return heading("The solution was looked at")
        case .drill(let name, _):
            guard let drill = replay.lab.drill(named: name) else { return heading("A drill") }
            return heading("A drill: \(drill.title.render(values))") + MarkdownHTML.render(drill.story.render(values))
        case .diagnosis(_, let machine, let cause, let isRight, _):
            return heading("A diagnosis") + paragraph(Scene.diagnosis(machine, cause, isRight))
        case .drilled(_, let isRepaired, let seconds, _): return heading(isRepaired ? "Repaired in \(seconds) s" : "The drill was given up")
        case .again(let step, _): return heading("The machines were put back to the start of step \(step)")
        case .note(let text): return heading("A note") + paragraph(text)
        case .facts, .passed, .looked: return ""
        }
    }

    /// What the logs told, if somebody looked at them and they tell something else than the last time.
    private func figure(_ index: Int) -> String {
        guard let told = try? replay.chronicle(at: index), !told.moments.isEmpty else { return "" }
        let before = replay.moments[..<index].lastIndex { $0.kind == .check }.flatMap { try? replay.chronicle(at: $0) }
        return told.moments.map(\.said) == before?.moments.map(\.said)
            ? "" : ChronicleFigure(told, machines: replay.lab.machines.map(\.name)).html
    }

    private func pre(_ text: String, _ kind: String) -> String {
        "<pre class=\"\(kind)\" tabindex=\"0\">\(Markup.escaped(Cleaner.text(text).trimmingCharacters(in: .newlines)))</pre>"
    }

    private func run(_ entries: [Entry]) -> String {
        var html = ""
        var last: String?
        for case .run(let run, let status, let output) in entries.map(\.event) {
            if last == nil {
                let account = run.account.map { ", as \($0)" } ?? ""
                html += "<h2>Task \(run.task)\(Markup.escaped(account))</h2>"
                if let call = replay.call(of: run) {
                    html += MarkdownHTML.render(call.why)
                }
            }
            if run.command != last { html += pre(run.command, "command") }
            last = run.command
            let ended = status == 0 ? "" : " <strong class=\"failed\">ended with status \(status)</strong>"
            let isSilent = output.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty
            html +=
                "<p class=\"place\">\(Markup.escaped(run.machine))\(isSilent ? " printed nothing." : "")\(ended)</p>"
                + (isSilent ? "" : pre(output, "output"))
        }
        return html
    }

    private func check(_ index: Int) -> String {
        let outcome = replay.verdicts(at: index)
        let plain = VerdictText(Terminal(isTerminal: false, hasColour: false))
        var html = "<h2>Checks</h2><p>\(Markup.escaped(plain.summary(outcome.counts)))</p><ul class=\"verdicts\">"
        for name in outcome.judgements.map(\.subject.check).uniqued {
            let own = outcome.judgements.filter { $0.subject.check == name }
            let passed = own.filter { $0.verdict == .passed }
            if !passed.isEmpty {
                let machines = passed.compactMap(\.subject.machine).joined(separator: " ")
                html +=
                    "<li class=\"passed\"><span aria-label=\"passed\">✓</span> \(Markup.escaped(name)) "
                    + "<span class=\"quiet\">\(Markup.escaped(machines))</span></li>"
            }
            for judgement in own where judgement.verdict != .passed { html += item(judgement) }
        }
        html += "</ul>"
        for difference in outcome.differences {
            html += "<p class=\"caution\">Judged differently than then: \(Markup.escaped("\(difference)"))</p>"
        }
        for why in outcome.asThen.uniqued { html += "<p class=\"quiet\">\(Markup.escaped(why))</p>" }
        return html
    }

    private func paragraph(_ text: String?) -> String { text.map { "<p>\(Markup.escaped(Cleaner.line($0)))</p>" } ?? "" }

    private func item(_ judgement: Judgement) -> String {
        let title =
            "\(Markup.escaped(judgement.subject.check)) <span class=\"quiet\">\(Markup.escaped(judgement.subject.machine ?? ""))</span>"
        switch judgement.verdict {
        case .passed: return ""
        case .blocked(let root):
            return "<li class=\"blocked\"><span aria-label=\"waiting\">…</span> \(title) \(Markup.escaped(Explained.waits(for: root)))</li>"
        case .unknown(let facts):
            let reasons = Cleaner.line(Explained.reasons(facts).joined(separator: "; "))
            return
                "<li class=\"unknown\"><span aria-label=\"not observed\">?</span> \(title)<p>\(Explained.unobserved) "
                + "\(Markup.escaped(reasons))</p></li>"
        case .failed(let diagnosis):
            var html = "<li class=\"failed\"><span aria-label=\"failed\">✗</span> \(title)"
            if let cause = diagnosis.causes.first {
                html += "<p>\(Markup.escaped(Cleaner.line(cause.because)))</p>"
                for fix in cause.fix {
                    html += paragraph(fix.decide.map { "\(Fix.decision) \($0)" })
                    html += "<p class=\"place\">\(Markup.escaped(fix.lead))</p>" + pre(fix.run, "command") + paragraph(fix.lost)
                }
                html += paragraph(cause.withheld)
            } else {
                html += paragraph(diagnosis.brief)
            }
            return html + "</li>"
        }
    }
}
