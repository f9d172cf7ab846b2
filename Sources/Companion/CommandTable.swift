import Course
import DataFiles
import Display
import Terminal

/// A command of the REPL: its name, its help, and what it does.
struct Command: Sendable {
    /// What may be completed after the command's name.
    enum Argument: Sendable {
        case nothing, step, check, machine, drill, sql, table, command, task
        /// One of these words.
        case words([String])
    }

    var name: String
    var arguments: String
    /// One line for `help`.
    var summary: String
    /// The page of `help NAME`. It may quote names of the lab, which ``Companion/page(of:)`` puts in.
    var page: String
    var completes: Argument
    var run: @MainActor @Sendable (Companion, String) async throws -> Void
}

/// The commands that a lab offers, in the order of `help`.
struct CommandTable: Sendable {
    let all: [Command]

    /// - Parameters:
    ///   - watch: what can be watched live.
    ///   - why: the check that `why` tells of.
    init(watch: Lab.Watch?, why: String? = nil) {
        let rooms: [[Command]] = [
            Self.moving, Self.checking, Self.telling(why), [Self.comparing, Self.watching(watch)], Self.hinting, Self.doing, Self.drilling,
            [Self.diagnosing],
            Self.looking,
            [Self.help, Self.quit],
        ]
        all = rooms.flatMap(\.self)
    }

    /// The command of that name, or the only one that begins so.
    func find(_ word: String) -> Command? {
        let word = word.lowercased()
        if let exact = all.first(where: { $0.name == word }) { return exact }
        let begun = begun(with: word)
        return begun.count == 1 ? begun[0] : nil
    }

    /// The commands that a word may be the beginning of.
    func begun(with word: String) -> [Command] { all.filter { $0.name.hasPrefix(word.lowercased()) } }

    private static let help = Command(
        name: "help", arguments: "[COMMAND]", summary: "list the commands, or explain one",
        page: "Without a name: every command, one per line. With a name: what it does, and examples.", completes: .command
    ) { companion, rest in
        if rest.isEmpty {
            let rows = companion.commands.all.map {
                [companion.palette.paint($0.name, .command) + ($0.arguments.isEmpty ? "" : " " + $0.arguments), $0.summary]
            }
            Layout.table(rows, width: companion.terminal.width - 1, indent: "  ").forEach(companion.say)
            companion.tell("A command may be shortened as long as it is unambiguous. 'help COMMAND' says more.")
        } else if let command = companion.commands.find(rest) {
            companion.say(companion.palette.paint("\(command.name) \(command.arguments)", .heading))
            companion.say(MarkdownText.render(companion.page(of: command), palette: companion.palette, width: companion.terminal.textWidth))
        } else {
            companion.misunderstood(rest)
        }
    }

    private static let quit = Command(
        name: "quit", arguments: "", summary: "leave; lab remembers where you are",
        page: "Leaves lab. Ctrl-D does the same. Your place is on disk already.",
        completes: .nothing
    ) { companion, _ in companion.isLeaving = true }
}

extension Companion {
    /// The page of `help NAME`, with examples from the lab that is open.
    func page(of command: Command) -> String {
        let names = LabExamples(lab)
        let check = lab.step(named: names.early)?.checks.first.flatMap { student.judge.catalog[$0.name.string] }
        let table = student.judge.catalog.facts.seen.first
        let words = [
            "first": names.machine(0), "second": names.machine(1), "third": names.machine(2), "early": names.early, "middle": names.middle,
            "late": names.late, "check": check?.name ?? "CHECK", "cause": causeNames.first ?? "CAUSE", "table": table?.name ?? "TABLE",
            "column": table?.columns.first?.name ?? "*", "from": lab.why?.from.string ?? "",
        ]
        return words.reduce(command.page) { $0.replacing("{{\($1.key)}}", with: $1.value) }
    }
}
