import Checks
import Course
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Machines
import Pages
import Practice
import Terminal
import Walk

/// The REPL: walks one student through a lab. Commands are in ``CommandTable``, grouped in `Commands+….swift`.
@MainActor
package final class Companion {
    package let student: Student
    let journal: Journal
    let voice: Voice
    let commands: CommandTable
    let asking: Asking
    /// Nil on machines that are not a sandbox.
    let puttingBack: PuttingBack?
    /// Whether drills may break something on these machines.
    let mayBreak: Bool
    /// How long a machine may take in one look, in seconds.
    let seconds: Int
    var standing: Standing
    var current: Step
    /// The last check in this session.
    var lastRound: Round? { didSet { lastCounts = lastRound?.counts } }
    /// What was shown of it.
    var lastCounts: VerdictCounts?
    /// When that was.
    var lastLook = Date()
    /// Whether lab or the student may have changed something on the machines since then.
    var mayHaveChanged = false
    /// The steps that were judged in this session, and whether all their checks held the last time.
    var held: [String: Bool] = [:]
    /// How many hints were given for each failure of this session.
    var failureHints: [Judgement.Subject: Int] = [:]
    /// What has changed since the checks passed that failed then.
    var lastChanges: [Judgement.Subject: PassMemory.Change] = [:]
    /// What was seen when each check passed last.
    var memory: PassMemory
    let memoryFile: URL
    var isLeaving = false
    /// Whether somebody walks here, rather than asks one thing from a shell.
    private(set) var isOpened = false
    private(set) lazy var editor = makeEditor()

    var terminal: Terminal { voice.terminal }
    var palette: Palette { voice.palette }
    var lab: Lab { student.lab }
    var reader: StepReader { StepReader(student.situation) }

    /// - Throws: `JournalError` when the walk cannot be written down.
    package init(
        student: Student, journal: Journal, voice: Voice, asking: Asking, seconds: Int, puttingBack: PuttingBack? = nil,
        mayBreak: Bool = false
    ) throws {
        self.student = student
        self.journal = journal
        self.asking = asking
        self.seconds = seconds
        self.puttingBack = puttingBack
        self.mayBreak = mayBreak
        self.voice = voice
        commands = CommandTable(watch: student.lab.watch, why: student.lab.why?.check.string)
        memoryFile = PassMemory.file(beside: journal.url)
        memory = PassMemory(reading: memoryFile)
        standing = Standing(journal.entries)
        guard let step = standing.step(in: student.lab) else { throw EmptyLab(lab: student.lab.name) }
        current = step
    }

    /// A lab without steps.
    package struct EmptyLab: Error, CustomStringConvertible {
        var lab: String
        package var description: String { "The lab \(lab) has no steps." }
    }

    /// Reads and carries out commands until the student leaves.
    /// - Parameter first: a command to begin with, instead of showing where the student is.
    /// - Returns: the exit status: that of the last check, 0 without one.
    package func run(first: String? = nil) async throws -> Int32 {
        try noteOpening()
        if let first {
            try await carryOut(first)
        } else {
            greet()
            if standing.current == nil { try await show(current) }
        }
        while !isLeaving {
            switch editor.read(prompt: prompt) {
            case .end:
                if editor.isInteractive { say("") }
                isLeaving = true
            case .interrupted: continue
            case .line(let line):
                // A transcript without its questions is unreadable.
                if !editor.isInteractive { say("\n> \(Cleaner.line(line))") }
                try await carryOut(line)
            }
        }
        if editor.isInteractive {
            say(
                standing.drill == nil
                    ? "You are at step \(current.name). Until next time." : "The drill is still open; lab remembers it. Until next time.")
        }
        await student.fleet.close()
        return lastCounts?.exitStatus ?? 0
    }

    /// Carries out one command, as if it had been typed, and leaves.
    /// - Returns: the exit status: that of the check it made, 0 without one.
    /// - Throws: what the command throws, a `Refusal` for words that cannot be meant.
    package func once(_ name: String, _ rest: String = "") async throws -> Int32 {
        guard let command = commands.find(name) else { throw Refusal("There is no command '\(name)'.") }
        if journal.isWritten { try noteOpening() }
        try await leaving { try await command.run($0, rest) }
        return lastCounts?.exitStatus ?? 0
    }

    /// Does something with the machines, and leaves them.
    package func leaving<Outcome: Sendable>(after work: @MainActor (Companion) async throws -> Outcome) async throws -> Outcome {
        do {
            let outcome = try await work(self)
            await student.fleet.close()
            return outcome
        } catch {
            await student.fleet.close()
            throw error
        }
    }

    private func greet() {
        let done = lab.steps.filter { standing.passed.contains($0.name) }.count
        say(palette.paint(lab.title, .heading))
        if let own = LabValues(of: lab) { voice.tell("Your values: \(own.words).") }
        if journal.droppedTornLine {
            tell("The last line of your journal was cut off while it was written, and was dropped. Nothing before it is lost.")
        }
        if standing.current != nil {
            let name = palette.paint(current.name, .strong)
            tell("You are at step \(name) (\(position) of \(lab.steps.count)); \(done) passed so far. 'read' shows the step again.")
        } else {
            tell("\(lab.steps.count) steps. 'help' lists the commands, Tab completes, Ctrl-D leaves. lab remembers where you are.")
            say("")
        }
        if standing.drill != nil { tell("A drill is open: something is broken on the machines. 'drill' shows the symptoms again.") }
        if let run = standing.interrupted {
            tell(
                "lab was interrupted while task \(run.task) of step \(run.step) was running on \(run.machine) "
                    + "and does not know how it ended. Every task is safe to run again.")
        }
    }

    var position: Int { (lab.position(of: current.name) ?? 0) + 1 }

    private var prompt: String {
        let mark =
            switch state(of: current) {
            case .passed: palette.promptMark(.passed)
            case .failed: palette.promptMark(.failed)
            case .nothingToCheck, .unknown: ""
            }
        if let drill = standing.drill {
            return palette.promptPaint(
                "drill \(drill.isBlind ? "?" : lab.drill(named: drill.name).map { "\(lab.number(of: $0))" } ?? "?")", .strong) + "> "
        }
        let name = terminal.width < 60 ? "" : palette.promptPaint(lab.name, .quiet) + " "
        return name + palette.promptPaint("\(position) \(current.name)", .strong) + (mark.isEmpty ? "" : " " + mark) + "> "
    }

    func carryOut(_ line: String) async throws {
        let text = line.trimmingCharacters(in: .whitespaces)
        guard !text.isEmpty else { return }
        let word = String(text.prefix { !$0.isWhitespace })
        let rest = text.dropFirst(word.count).trimmingCharacters(in: .whitespaces)
        guard let command = commands.find(word) else { return try await understand(text) }
        do {
            try noteLooking(command, rest)
            try await command.run(self, rest)
        } catch is CancellationError {
            say("Stopped.")
        } catch let stopped as TaskStopped {
            tell("\(stopped)")
        } catch let error as JournalError {
            throw error
        } catch {
            for line in Layout.wrap(Cleaner.text("\(error)"), width: terminal.textWidth) { say(line) }
        }
    }

    /// How a step stands, as far as this session and the journal know.
    enum StepState { case nothingToCheck, unknown, failed, passed }

    /// What the last check of a step said, in this session or by the journal.
    func state(of step: Step) -> StepState {
        if step.checks.isEmpty { return .nothingToCheck }
        if let held = held[step.name] { return held ? .passed : .failed }
        return standing.passed.contains(step.name) ? .passed : .unknown
    }

    func say(_ text: String) { voice.say(text) }

    /// Commands, as they are typed and can be copied.
    func show(commands: String) { palette.commands(commands).forEach(say) }

    /// Running text, broken at the terminal's width.
    func tell(_ text: String) { voice.tell(text) }

    /// Writes an event down, on disk when this returns.
    func note(_ event: Event) throws {
        try journal.append(event)
        standing.note(event)
    }

    /// Writes down once that the walk is taken up.
    func noteOpening() throws {
        guard !isOpened else { return }
        try note(student.opening)
        isOpened = true
    }

    /// Makes a step the current one.
    func makeCurrent(_ step: Step) throws {
        try noteOpening()
        current = step
        try note(.step(step.name))
    }

    /// Makes a step the current one and shows it.
    func show(_ step: Step) async throws {
        try makeCurrent(step)
        try await read(step)
    }

    /// Shows a step. To anyone who has passed it, or a later one, it also says where its commands would destroy by now.
    func read(_ step: Step) async throws {
        let text = StepText(terminal).render(step, reader)
        say(text)
        // At the end of a long text its beginning is out of sight, and nothing shows that there is one.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
        if editor.isInteractive {
            let length = lines > terminal.rows ? "These are \(lines) lines: scroll up to read from the top." : nil
            let said = [length, step.name == current.name ? wayOn : nil].compactMap(\.self).joined(separator: " ")
            if !said.isEmpty {
                say("")
                tell(palette.paint(said, .quiet))
            }
        }
        let later = lab.steps.drop { $0.name != step.name }.map(\.name)
        if !standing.passed.isDisjoint(with: later) { try await warnOfHarm(step, student.situation.calls(of: step).map(\.command)) }
    }

    private func makeEditor() -> LineEditor {
        LineEditor(terminal: terminal, history: Folders().state.appending(path: "history")) { [weak self] line in
            guard let self else { return Completion(begun: "", candidates: []) }
            return self.completion(of: line)
        }
    }
}

extension Palette {
    /// A mark in a prompt, which has room for two letters at most.
    func promptMark(_ mark: Mark) -> String {
        promptPaint(hasUnicode ? mark.sign : mark == .passed ? "ok" : "!", mark.style)
    }

    /// A styled text in a prompt: libedit has to be told which letters take no room.
    func promptPaint(_ text: String, _ style: Style) -> String {
        let painted = paint(text, style)
        guard painted != text, let end = painted.firstIndex(of: "m") else { return text }
        let lead = painted[...end]
        return "\u{1}\(lead)\u{1}\(text)\u{1}\u{1B}[0m\u{1}"
    }
}
