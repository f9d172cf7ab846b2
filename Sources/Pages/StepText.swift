import Course
import DataFiles
import Display
import Foundation
import Terminal
import Walk

/// A step as a student reads it.
package struct StepText {
    let terminal: Terminal
    let palette: Palette

    package init(_ terminal: Terminal) {
        self.terminal = terminal
        palette = Palette(terminal)
    }

    /// The step as a CommonMark document.
    package static func markdown(_ step: Step, _ student: StepReader) -> String {
        let values = student.values
        let time = "about \(step.minutes) \(step.minutes == 1 ? "minute" : "minutes")"
        var text = "# \(step.title.render(values))\n\n"
        text += "**Goal.** \(step.goal.render(values)) (\(time))\n\n\(step.teach.render(values))\n"
        let calls = student.calls(step)
        if !calls.isEmpty { text += "\n## What to type\n" }
        text += tasks(calls)
        if !step.read.isEmpty {
            text += "\n## To read\n\n" + step.read.map { "- [\($0.title)](\($0.url.render(values)))\n" }.joined()
        }
        return text
    }

    /// Tasks as a part of a CommonMark document.
    static func tasks(_ calls: [TaskCall]) -> String {
        calls.map(\.number).uniqued.map { number in task(calls.filter { $0.number == number }) }.joined()
    }

    /// A task that stands for several machines is written once if its commands are the same, else for each machine.
    private static func task(_ calls: [TaskCall]) -> String {
        guard let first = calls.first else { return "" }
        var text = "\n**\(first.number).** \(first.why.trimmingCharacters(in: .whitespacesAndNewlines))\n"
        for (command, places) in calls.reduce(
            into: [(String, [String])](),
            { groups, call in
                if let index = groups.firstIndex(where: { $0.0 == call.command }) {
                    groups[index].1.append(call.place)
                } else {
                    groups.append((call.command, [call.place]))
                }
            })
        {
            let account = first.become.map { ", as \(first.account?.name ?? "") (`\($0)`)" } ?? ""
            let place = places == [Target.workstation.description] ? "On your computer" : "On \(places.joined(separator: ", "))"
            text += "\n\(place)\(account):\n\n```\n\(command)\n```\n"
        }
        if let prints = first.prints { text += "\nIt prints something like:\n\n```text\n\(prints)\n```\n" }
        return text
    }

    /// A CommonMark document for a terminal.
    package static func render(markdown: String, for terminal: Terminal) -> String {
        MarkdownText.render(markdown, palette: Palette(terminal), width: terminal.textWidth)
    }

    /// The step for this terminal.
    package func render(_ step: Step, _ student: StepReader) -> String {
        MarkdownText.render(Self.markdown(step, student), palette: palette, width: terminal.textWidth)
    }
}

/// What a step's texts need to be read: values, and the tasks that apply.
package struct StepReader: Sendable {
    package var values: Value
    package var calls: @Sendable (Step) -> [TaskCall]

    package init(_ situation: Situation) {
        values = situation.values
        calls = { situation.calls(of: $0) }
    }
}
