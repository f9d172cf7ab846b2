import ArgumentParser
import Companion
import Display
import Facts
import Foundation
import Pages
import Terminal

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what differs from when a step last passed, or from another's machines.",
        discussion: """
            Looks at the machines and says what is no longer as it was: settings, files and
            rules first, then what follows from them. What moves by itself is left out.

            Words: a STEP; two MACHINES, to see one beside the other; with NAME, for a
            recording of the lab or the machines as 'lab sandbox save' has kept them; with
            FILE [STEP], for another walk's journal, or what 'lab record' or 'lab bundle'
            wrote. None: since the last time that any step passed.

            EXAMPLES
              lab diff
              lab diff \(Examples.middle)                       since this step last passed
              lab diff \(Examples.second) \(Examples.third)                  one machine beside another
              lab diff with before.json         beside what 'lab record' wrote

            Exit status: 0 no difference, 1 there are some, 2 bad usage, 3 something could
            not be compared.
            """)

    @OptionGroup var options: PromptOptions
    @Argument(help: "A step, two machines, or with and a file.", completion: Candidates.steps) var words: [String] = []
    @Flag(help: "Show all differences, however many there are.") var all = false
    @OptionGroup var table: TableOptions

    @MainActor
    func run() async throws {
        let companion = try options.companion()
        let told = try await companion.leaving { try await $0.difference(words) }
        let text = DifferenceText(options.voice.terminal, companion.student.situation)
        try table.say(DifferenceDocument(told, text)) { Screen.say(text.tell(told, all: all)) }
        if told.exitStatus != 0 { throw ExitCode(told.exitStatus) }
    }
}

/// `lab diff --format json`.
struct DifferenceDocument: TableDocument {
    struct Difference: Encodable {
        var machine: String
        var table: String
        var key: String
        /// `made` by somebody, or a `state` that follows.
        var nature: String
        /// `changed`, `appeared` or `gone`; `emptied` or `filled` if that are all rows.
        var kind: String
        var values: [Value]
        var alsoIn: [String]
        /// The step that teaches it.
        @OrNull var step: String?
        var said: String
    }
    struct Value: Encodable {
        var column: String
        var before: String
        var after: String
    }
    struct Gap: Encodable {
        var machine: String
        /// Null for all of the machine.
        @OrNull var table: String?
        var reason: String
    }
    var title: String
    /// When that was, in seconds since 1970; null if both were looked at now.
    @OrNull var at: Double?
    var differences: [Difference]
    var notCompared: [Gap]

    init(_ told: ToldDifference, _ text: DifferenceText) {
        title = told.title
        at = told.at?.timeIntervalSince1970
        differences = told.comparison.findings.map { finding in
            let difference = finding.difference
            let (kind, values) =
                switch difference.kind {
                case .changed(let values): ("changed", values)
                case .appeared(let values): ("appeared", values)
                case .gone(let values): ("gone", values)
                case .emptied: ("emptied", [])
                case .filled: ("filled", [])
                }
            return Difference(
                machine: difference.machine, table: difference.table, key: difference.key, nature: finding.nature.rawValue, kind: kind,
                values: values.map { Value(column: $0.column, before: $0.before, after: $0.after) }, alsoIn: finding.alsoIn,
                step: OrNull(wrappedValue: text.step(teaching: finding)), said: text.sentence(finding, told.sides))
        }
        notCompared = told.comparison.gaps.map { Gap(machine: $0.machine, table: OrNull(wrappedValue: $0.table), reason: $0.reason) }
    }
}
