import DataFiles
import Foundation

extension Workbench {
    /// A new step at the end of the course.
    /// - Throws: ``Misfit`` or `Complaints`.
    package func step(named name: String) throws -> Start {
        try NewName.check(name, kind: "step")
        let names = Self.files(in: file("steps")).filter { $0.hasSuffix(".yaml") }
        if lab.step(named: name) != nil { throw Misfit.taken(name, kind: "step", place: DataFile.shown(try step(name).file)) }
        let last = names.compactMap { $0.split(separator: "-").first.flatMap { Int($0) } }.max() ?? 0
        let number = last + 1
        let url = file("steps/\(number < 10 ? "0" : "")\(number)-\(name).yaml")
        var order = try GrowingFile(file("lab.yaml"))
        try order.append(name, to: "steps")
        return try Start(
            [Start.File(url, Self.text(of: name)), Start.File(order)],
            next: "Next: write the step, read it with 'lab show\(option) \(name)', and give it a check: "
                + "'lab new check\(option) --step \(name) NAME'.")
    }

    private static func text(of name: String) -> String {
        """
        # A step: one page of the lab. docs/writing-steps.md has all keys, and all values that texts may quote.
        format: 1
        step: \(name)
        title: "Write here what the step is about (\(name))"
        minutes: 5
        # What is true at the end, in one sentence.
        goal: Write here what is true when the step is done.
        # Why it matters, what goes on underneath, what the words mean, in CommonMark.
        teach: |
          Write here why this matters.
        tasks:
        - at: all                        # all, a role, a machine, a list of these, or workstation
          as: root                       # root, student (whoever logs in), or an account of the platform
          why: Write here what the command does, and why it is needed.
          run: "true"
        # Three, once the step has checks: a nudge, where to look, what to type.
        hints: [Write a nudge here., Write here where to look., Type the task again.]

        """
    }
}
