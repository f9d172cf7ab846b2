import Course
import DataFiles
import Display
import Foundation
import Walk

/// Lines that are no command of the REPL: plain words, commands of the shell, and mistakes.
extension Companion {
    /// Does what a line means that begins with no command's name, or says what can be typed instead.
    func understand(_ line: String) async throws {
        if let inner = line.wholeWord("lab") {
            // Outside, each command begins with 'lab'; here it goes without.
            if commands.find(String(inner.prefix { !$0.isWhitespace })) != nil { return try await carryOut(inner) }
            if isTyped(line) == nil, let command = PlainWords.command(for: inner) { return try await carryOut(meaning: command, inner) }
        }
        // 'test' alone asks for a check, and 'test -e FILE' is a command for a machine.
        let command = PlainWords.command(for: line)
        if let command, !line.contains(" ") { return try await carryOut(meaning: command, line) }
        if let calls = isTyped(line) { return tell(place(of: calls)) }
        if let command { return try await carryOut(meaning: command, line) }
        misunderstood(line)
    }

    /// Says that a line is no command, and what is close to it or makes sense next.
    func misunderstood(_ line: String) {
        let word = String(line.prefix { !$0.isWhitespace })
        let begun = commands.begun(with: word).map { "'\($0.name)'" }
        if begun.count > 1 {
            return tell(
                "'\(Cleaner.line(word, limit: 40))' may be \(begun.dropLast().joined(separator: ", ")) or \(begun[begun.count - 1]).")
        }
        if line.wholeWord("lab") != nil {
            return tell("'lab' with a word is a command of your computer's shell: type it in another terminal. \(whatNow)")
        }
        if PlainWords.asksForDirection(line) { return tell("\(whatNow) 'help' lists all commands.") }
        let near = didYouMean(word, among: commands.all.map(\.name))
        if near.isEmpty { return tell("There is no command '\(Cleaner.line(word, limit: 40))'. \(whatNow) 'help' lists all commands.") }
        tell("There is no command '\(Cleaner.line(word, limit: 40))'.\(near) 'help' lists them all.")
    }

    /// Carries out the command that a plain word means, with what stands behind the word if that can be its argument.
    private func carryOut(meaning command: String, _ line: String) async throws {
        tell(palette.paint("'\(command)' is the command for that:", .quiet))
        let rest = line.split(separator: " ").dropFirst().map(String.init)
        let names = Set(lab.steps.map(\.name) + lab.machines.map(\.name) + student.judge.catalog.checks.map(\.name) + causeNames)
        let argument = rest.count == 1 && (names.contains(rest[0]) || commands.find(rest[0]) != nil && command == "help") ? rest[0] : ""
        try await carryOut(argument.isEmpty ? command : "\(command) \(argument)")
    }

    /// If a line is a command for a shell and not for lab: the tasks of the current step that have it, none if only other steps do.
    private func isTyped(_ line: String) -> [TaskCall]? {
        let word = line.prefix { !$0.isWhitespace }
        func has(_ call: TaskCall) -> Bool {
            call.command.split(separator: "\n").contains { $0.prefix { !$0.isWhitespace } == word }
        }
        let own = student.situation.calls(of: current).filter(has)
        if !own.isEmpty { return own }
        let isElsewhere = lab.steps.contains { student.situation.calls(of: $0).contains(where: has) }
        return isElsewhere || Self.shellWords.contains(String(word)) ? [] : nil
    }

    /// Programs that a student types on any machine, whatever the lab.
    private static let shellWords: Set<String> = [
        "sudo", "su", "cd", "ls", "vi", "vim", "nano", "systemctl", "journalctl", "hostname", "ip", "ping", "pwd", "whoami", "scp", "tail",
        "head", "grep",
        "chmod", "chown", "rm", "cp", "mv",
    ]

    /// Where a command of the shell is to be typed.
    private func place(of calls: [TaskCall]) -> String {
        let numbers = calls.map(\.number).uniqued
        let run = numbers.count == 1 ? " 'run \(numbers[0])' lets lab type that task." : ""
        if !calls.isEmpty, calls.allSatisfy({ $0.isAtWorkstation }) {
            return "That is a command for your computer: type it in another terminal, not here.\(run)"
        }
        let machines = calls.filter { !$0.isAtWorkstation }.map(\.place).uniqued
        let first = machines.first ?? lab.machines.first?.name ?? "MACHINE"
        let account = calls.first { !$0.isAtWorkstation }?.account.map { ", as \($0.name)" } ?? ""
        let on = machines.isEmpty ? "one of the machines" : machines.joined(separator: ", ") + account
        return "That is a command for \(on): 'ssh \(first)' opens a terminal there.\(run)"
    }

    /// How to go on after reading the current step; nil if its text says that.
    var wayOn: String? {
        switch state(of: current) {
        case _ where standing.drill != nil: nil
        case .nothingToCheck: nil
        case .passed: whatNow
        case .failed, .unknown:
            student.situation.calls(of: current).isEmpty
                ? "Then type 'check'."
                : "Type it yourself ('ssh \(lab.machines.first?.name ?? "MACHINE")' opens a terminal there) or have lab type it ('run'), then 'check'."
        }
    }

    /// The sensible next thing to type, in a sentence.
    var whatNow: String {
        if standing.drill != nil {
            return lastRound == nil
                ? "A drill is open: 'check' shows what fails." : "A drill is open: 'hint' helps, 'explain' names the cause."
        }
        switch state(of: current) {
        case .passed:
            return position == lab.steps.count
                ? "The last step has passed: 'progress' shows whether all have." : "This step has passed: type 'next'."
        case .nothingToCheck: return "There is nothing to check in this step: type 'next'."
        case .failed: return "The last check of this step failed: type 'explain' to see why."
        case .unknown:
            return student.situation.calls(of: current).isEmpty
                ? "Type 'check' when you have read the step; 'read' shows it."
                : "'read' shows what to type on the machines ('ssh \(lab.machines.first?.name ?? "MACHINE")' opens a terminal there); then type 'check'."
        }
    }
}

extension String {
    /// What stands behind a word that a line begins with, without blanks around; nil if it begins otherwise.
    fileprivate func wholeWord(_ word: String) -> String? {
        guard prefix(while: { !$0.isWhitespace }) == word else { return nil }
        return dropFirst(word.count).trimmingCharacters(in: .whitespaces)
    }
}
