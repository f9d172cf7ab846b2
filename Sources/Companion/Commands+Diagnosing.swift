import Checks
import Course
import DataFiles
import Display
import Foundation
import Journal
import Pages
import Terminal
import Walk

extension CommandTable {
    static let diagnosing = Command(
        name: "diagnose", arguments: "[MACHINE] CAUSE | WORDS | unknown", summary: "in a drill: say what you think is broken",
        page: """
            In a drill you say what you think it is before you fix it: a machine and a cause of the handbook. With words that are no
            cause's name it searches the handbook for them.

                diagnose password file            causes that have to do with it
                diagnose {{second}} {{cause}}
                diagnose unknown                  you do not know yet; it costs nothing

            Naming it counts for more than fixing it; a wrong diagnosis and a hint each take a part of that. What `explain`,
            `solution` or the last hint told before does not count as found out.
            """, completes: .check
    ) { companion, rest in try companion.diagnose(rest) }
}

extension Companion {
    /// The commands that look at something: what was looked at in a drill is a part of how it was solved.
    private static let looking: Set<String> = ["check", "facts", "sql", "map", "diff", "why", "ssh"]
    /// More of a command is not written down.
    static let longestLook = 300

    /// Writes down what somebody looks at in a drill. What `explain` told is written down when it has told it.
    func noteLooking(_ command: Command, _ rest: String) throws {
        guard let open = standing.drill, Self.looking.contains(command.name) else { return }
        let text = rest.isEmpty ? command.name : "\(command.name) \(rest)"
        try note(.looked(drill: open.name, at: Cleaner.line(text, limit: Self.longestLook)))
    }

    func diagnose(_ rest: String) throws {
        guard let open = standing.drill else { return tell("'diagnose' is for drills, and none is open. 'drill' lists them.") }
        guard let drill = openDrill else { return tell("This lab no longer has the drill that is open. 'giveup' ends it.") }
        var words = rest.split(separator: " ").map(String.init)
        guard !words.isEmpty else {
            return tell("What do you think it is? 'diagnose \(lab.machines.first?.name ?? "MACHINE") CAUSE', or some words to search for.")
        }
        if words == ["unknown"] {
            try note(.diagnosis(drill: open.name, machine: nil, cause: nil, right: false, faults: drill.faults))
            return tell("Then look on: 'check', 'diff', 'facts' and 'sql' show what is so; 'hint' nudges.")
        }
        let machine = words.compactMap(lab.machine(named:)).first?.name
        words.removeAll { $0 == machine }
        guard words.count == 1, let cause = words.first, causeNames.contains(cause) else { return search(words) }
        let before = Set(standing.drill?.account.named.map(\.cause) ?? [])
        if machine == nil, drill.places(of: cause).count > 1 { return tell("On which machine? 'diagnose MACHINE \(cause)'.") }
        guard let fault = drill.fault(cause, on: machine) else {
            try note(.diagnosis(drill: open.name, machine: machine, cause: cause, right: false, faults: drill.faults))
            let place = machine.map { " on \($0)" } ?? ""
            let knows = drill.places(of: cause).isEmpty ? "" : " It may be somewhere else."
            return tell("That is not it: \(cause)\(place).\(knows) What would have to be true if it were? Look, and think again.")
        }
        guard !before.contains(fault), before.count < drill.faults else {
            return tell("You have named that already. Fix it; 'check' says whether all is well.")
        }
        try note(.diagnosis(drill: open.name, machine: machine, cause: fault, right: true, faults: drill.faults))
        let left = drill.faults - before.count - 1
        say(palette.paint("That is it: \(fault)\(machine.map { " on \($0)" } ?? "").", .passed))
        tell(
            left > 0
                ? "\(left == 1 ? "One more fault is" : "\(left) more faults are") in the machines."
                : "Now fix it. 'check' says whether all is well.")
    }

    /// Lists causes that have to do with some words.
    private func search(_ words: [String]) {
        let found = Handbook(catalog: student.judge.catalog, situation: student.situation).search(words)
        guard !found.isEmpty else {
            return tell(
                "The handbook has nothing about '\(Cleaner.line(words.joined(separator: " "), limit: 60))'. Try another word, such as a file or a setting."
            )
        }
        let rows = found.map { [palette.paint($0.name, .command), $0.about] }
        Layout.table(rows, width: terminal.width - 1, indent: "  ").forEach(say)
        tell("'diagnose MACHINE NAME' says it; 'explain NAME' shows the page, which is not counted as looking at your machines.")
    }

    /// How a drill went: times, points, what was looked at and what would have settled it.
    func tellAccount(_ account: DrillAccount, _ drill: Drill) {
        let text = DrillText(judge: student.judge)
        text.lines(account, drill).forEach { tell($0) }
        if let next = standing.reviews[drill.name] {
            let days = next.interval
            tell(palette.paint("It comes back in \(days) \(days == 1 ? "day" : "days"): 'drill due' says what is due.", .quiet))
        }
    }

    /// The drills that are worth doing again now, the longest due first.
    func dueDrills(now: Date = Date()) -> [DrillReview] {
        standing.reviews.values.filter { $0.due <= now && lab.drill(named: $0.last.name) != nil }.sorted { $0.due < $1.due }
    }

    func listDue() {
        let due = dueDrills()
        guard !due.isEmpty else {
            let next = standing.reviews.values.filter { lab.drill(named: $0.last.name) != nil }.map(\.due).min()
            let when =
                next.map { " The next one is due on \(VerdictText.clock($0).prefix(10))." } ?? " What you have done comes back after days."
            return tell("No drill is due.\(when)")
        }
        let rows = due.compactMap { review in
            lab.drill(named: review.last.name).map { drill in
                ["\(lab.number(of: drill))", drill.title.render(student.situation.values), review.reason]
            }
        }
        Layout.table(rows, width: terminal.width - 1, indent: "  ", right: [0]).forEach(say)
        tell("'drill \(rows.first?.first ?? "")' begins with the first of them.")
    }
}

extension Drill {
    /// The machines that have a fault of this cause.
    func places(of cause: String) -> Set<String> {
        Set(expect.filter { $0.cause.string == cause }.compactMap { ($0.mend ?? $0.machine)?.string })
    }

    /// The fault that a diagnosis names, by the cause that is expected; nil if it is none of this drill's.
    /// - Parameter machine: nil if none was said, which is right if it can be only one.
    func fault(_ cause: String, on machine: String?) -> String? {
        let own = expect.filter { $0.cause.string == cause }
        let isIt = own.contains { expected in
            let places = [expected.machine, expected.mend].compactMap(\.self).map(\.string)
            return places.isEmpty || machine.map(places.contains) ?? (own.count == 1)
        }
        if isIt { return cause }
        // What other verdicts may rightly name for it, of a drill with one fault, is that fault.
        guard faults == 1, own.isEmpty, also.contains(where: { $0.string == cause }) else { return nil }
        return expect.first?.cause.string
    }
}
