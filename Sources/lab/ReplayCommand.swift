import ArgumentParser
import Course
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Pages
import Replay
import Terminal
import Walk

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Go through a recorded walk again, at your own pace, without machines.",
        discussion: """
            Plays a walk's journal: its steps, commands with what they printed, checks with
            their verdicts and causes. The verdicts are judged again from the facts that
            were recorded. Enter goes on, the arrows go back and forth, ? lists all keys.
            Without a terminal it prints everything.

            FILE is a journal, or the name of a recording that comes with the lab. Without
            it: your own walk or, if there is none, the recorded course.

            EXAMPLES
              lab replay                        your walk, or the recorded course
              lab replay --list                 what there is to replay
              lab replay course --from \(Examples.middle)
              lab replay --quiz                 asks what you expect before it shows it
              lab replay course --export walk.html
              lab replay --cut 20-45 --anonymous --quiz --export case.html
              lab replay --diff mine.jsonl course
              lab replay course --from \(Examples.middle) --continue     go on from there yourself
              lab replay --when "SELECT * FROM partition WHERE is_cut"
              lab replay --sql "SELECT seen_at, machine, name FROM slot\(FactCatalog.overTime)"
            """)

    @OptionGroup var course: CourseOptions
    @Argument(help: "A journal, or a recording of the lab.", completion: Candidates.recordings) var file: String?
    @Flag(help: "List the recordings of the lab and your own walks.") var list = false
    @Flag(help: "Ask before showing: the outcome of a check, its cause, what a command is for.") var quiz = false
    @Option(help: "Begin at this step, or at the event with this number.", completion: Candidates.steps) var from: String?
    @Option(help: "Write it to a file instead: .cast for asciinema, .md, or .html with its own player.", completion: .file())
    var export: String?
    @Option(help: "Only these events, such as 20-45: a case of its own.") var cut: String?
    @Flag(help: "With --export: other words for addresses, keys, accounts and home folders.") var anonymous = false
    @Option(
        parsing: .upToNextOption, help: "Compare two walks: time, failed checks and causes by step.", completion: Candidates.recordings)
    var diff: [String] = []
    @Option(help: "Say from when on, and until when, a query over the facts had rows.") var when: String?
    @Option(help: "Ask the facts as they were at the end, or at --from; TABLE\(FactCatalog.overTime) has every look until then.")
    var sql: String?
    @Flag(help: "Tell what 'lab why' would have told at the end, or at --from.") var why = false
    @Flag(
        name: .customLong("continue"),
        help: "Make the practice machines as they were at --from, and open lab on them. What is on them is lost.")
    var goOn = false
    @Flag(name: [.short, .long], help: "With --continue: do not ask.") var yes = false
    @OptionGroup var colour: ColourOptions

    func validate() throws {
        if let export, ReplayExport(path: export) == nil {
            throw ValidationError("'\(export)' has to end in .cast, .md or .html, which sets the format.")
        }
        if quiz, let export, ReplayExport(path: export) != .page {
            throw ValidationError("Questions go into a page: with --quiz the file has to end in .html.")
        }
        if anonymous, export == nil { throw ValidationError("--anonymous goes with --export.") }
    }

    @MainActor
    func run() async throws {
        let shelf = try course.shelf()
        let recordings = Recordings(shelf: shelf, lab: course.labName, state: Folders().state)
        let terminal = Terminal.standardOutput(noColour: colour.noColour)
        if list { return show(recordings, terminal) }
        guard diff.isEmpty || diff.count == 2 else { throw ValidationError("--diff takes two walks: lab replay --diff A B") }
        if diff.count == 2 { return try compare(recordings, shelf, terminal) }
        let isInteractive = terminal.canRedraw && isatty(STDIN_FILENO) == 1
        guard isInteractive || export != nil || !quiz else {
            throw ValidationError("--quiz asks questions, and there is no terminal here to answer them.")
        }
        let found = try recordings.find(file)
        let folder = try anonymous ? TemporaryWalk(of: Replay(found.url, shelf: shelf)) : nil
        let replay = try Replay(folder?.file ?? found.url, shelf: shelf, only: part())
        if let export, let form = ReplayExport(path: export) {
            try ResultFile.write(form.text(of: replay, asking: quiz), to: export)
            Screen.remark("\(replay.moments.count) events are in \(export).")
            if anonymous {
                Screen.remark("Addresses, keys, accounts and home folders have other names in it. Read it before you pass it on.")
            }
            return
        }
        let start = try start(in: replay)
        if let when {
            for remark in replay.remarks { Screen.remark("Note: \(remark)") }
            let told = try replay.spells(of: when)
            SpellsText(terminal, replay).lines(told).forEach(Screen.say)
            return
        }
        if goOn {
            guard let start else { throw ValidationError("Go on from where? Name a step or an event with --from.") }
            return try await goOn(from: start, of: replay)
        }
        if why {
            guard let told = try replay.chronicle(at: start ?? replay.moments.count - 1) else {
                throw ValidationError("Up to there nobody looked at the machines' logs, or this lab has nothing to tell with 'why'.")
            }
            return Screen.say(ChronicleText(terminal).tell(told, inCompanion: false))
        }
        if let sql {
            for remark in replay.remarks { Screen.remark("Note: \(remark)") }
            let desk = replay.desk(at: start ?? replay.moments.count - 1, voice: Voice(terminal))
            if try await !desk.sql(sql) { throw ExitCode(3) }
            return
        }
        guard isInteractive else {
            for remark in replay.remarks { Screen.remark("Note: \(remark)") }
            let transcript = Transcript(replay, terminal: terminal)
            for index in (start ?? 0)..<replay.moments.count { Screen.say(transcript.text(of: index)) }
            return
        }
        let left = await ReplayViewer(replay, terminal: terminal, state: Folders().state).run(withQuiz: quiz, start: start)
        if quiz { left.score.forEach(Screen.say) }
        if let moment = left.goOn { try await goOn(from: moment, of: replay) }
    }

    /// The events that are meant by `--cut`.
    private func part() throws -> ClosedRange<Int>? {
        guard let cut else { return nil }
        let ends = cut.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first <= last else {
            throw ValidationError("--cut takes two numbers of events, such as --cut 20-45.")
        }
        return first...last
    }

    /// Makes the practice machines as they were at a moment, and opens lab on them.
    @MainActor
    private func goOn(from moment: Int, of replay: Replay) async throws {
        var options = StudentOptions()
        options.course = course
        options.course.labName = replay.lab.name
        let sandbox = try options.course.sandbox()
        guard FileManager.default.fileExists(atPath: sandbox.inventory.path) else {
            throw ValidationError(
                "There are no practice machines. 'lab sandbox up --platform \(replay.situation.platform.name)' makes them.")
        }
        options.machinesFile = sandbox.inventory.path
        let companion = try await StartCommand.companion(options, noColour: colour.noColour)
        let way: WayOn
        do {
            way = try replay.wayOn(from: moment, in: companion.student.situation)
        } catch {
            throw ValidationError("\(error)")
        }
        guard try await companion.leaving(after: { try await $0.goOn(by: way, sure: yes) }) else { return }
        let status = try await companion.run()
        if status != 0 { throw ExitCode(status) }
    }

    private func compare(_ recordings: Recordings, _ shelf: Shelf, _ terminal: Terminal) throws {
        let walks = try diff.map { try Replay(recordings.find($0).url, shelf: shelf) }
        for (name, walk) in zip(diff, walks) { for remark in walk.remarks { Screen.remark("\(name): \(remark)") } }
        try WalkComparison(walks[0], walks[1]).lines(terminal, names: (diff[0], diff[1])).forEach(Screen.say)
    }

    private func show(_ recordings: Recordings, _ terminal: Terminal) {
        let palette = Palette(terminal)
        let shipped = recordings.shipped.map { [palette.paint($0.name, .command), "comes with the lab"] }
        let own = recordings.own.map { [palette.paint($0.url.path, .command), "your walk"] }
        let rows = shipped + own
        if rows.isEmpty { Screen.tell("There is nothing to replay yet.") }
        Layout.table(rows, width: terminal.width - 1).forEach(Screen.say)
    }

    private func start(in replay: Replay) throws -> Int? {
        guard let from else { return nil }
        if let number = Int(from) {
            guard (1...replay.moments.count).contains(number) else {
                throw ValidationError("This replay has events 1 to \(replay.moments.count).")
            }
            return number - 1
        }
        guard let moment = replay.moment(ofStep: from) else {
            let near = didYouMean(from, among: replay.steps)
            throw ValidationError("This walk has no step '\(from)'.\(near)")
        }
        return moment
    }
}

/// A walk without what says whose it was, in a folder that goes away with it.
private final class TemporaryWalk {
    let file: URL
    private let folder: URL

    init(of replay: Replay) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)")
        file = folder.appending(path: "walk.jsonl")
        var anonymizer = Anonymizer(replay)
        try anonymizer.write(to: file)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
