import ArgumentParser
import Companion
import Course
import DataFiles
import Display
import Foundation
import Journal
import Replay

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
            it: your own walk, and where there is none the recorded course.

            EXAMPLES
              lab replay                        your walk, or the recorded course
              lab replay --list                 what there is to replay
              lab replay course --from standbys
              lab replay --quiz                 asks what you expect before it shows it
              lab replay course --export walk.html
              lab replay --diff mine.jsonl course
            """)

    @OptionGroup var course: CourseOptions
    @Argument(help: "A journal, or a recording of the lab.") var file: String?
    @Flag(help: "List the recordings of the lab and your own walks.") var list = false
    @Flag(help: "Ask before it shows: the outcome of a check, its cause, what a command is for.") var quiz = false
    @Option(help: "Begin at this step, or at the event of this number.") var from: String?
    @Option(help: "Write it to a file instead: .cast for asciinema, .md, or .html with a player of its own.") var export: String?
    @Option(parsing: .upToNextOption, help: "Compare two walks: time, failed checks and causes by step.") var diff: [String] = []
    @OptionGroup var colour: ColourOptions

    func validate() throws {
        guard diff.isEmpty || diff.count == 2 else { throw ValidationError("--diff takes two walks: lab replay --diff A B") }
        if let export, !Export.endings.contains(URL(filePath: export).pathExtension) {
            throw ValidationError("'\(export)' has to end in .cast, .md or .html, which says what it will be.")
        }
    }

    @MainActor
    func run() async throws {
        let shelf = try course.shelf()
        let recordings = Recordings(shelf: shelf, lab: course.labName, state: Folders().state)
        let terminal = Terminal.standardOutput(noColour: colour.noColour)
        if list { return show(recordings, terminal) }
        if diff.count == 2 { return try compare(recordings, shelf, terminal) }
        let isInteractive = terminal.canRedraw && isatty(STDIN_FILENO) == 1
        guard isInteractive || export != nil || !quiz else { throw ValidationError("--quiz asks questions, and here is no terminal to answer them.") }
        let found = try recordings.find(file)
        let replay = try Replay(found.url, shelf: shelf)
        if let export {
            try Export(replay: replay, path: export).write()
            return Screen.remark("\(replay.moments.count) events are in \(export).")
        }
        let start = try start(in: replay)
        guard isInteractive else {
            for remark in replay.remarks { Screen.remark("Mind: \(remark)") }
            let transcript = Transcript(replay, terminal: terminal)
            for index in (start ?? 0)..<replay.moments.count { Screen.say(transcript.text(of: index)) }
            return
        }
        let score = await ReplayViewer(replay, terminal: terminal, state: Folders().state).run(withQuiz: quiz, start: start)
        if quiz { score.forEach(Screen.say) }
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
        if rows.isEmpty { Screen.say("There is nothing to replay yet.") }
        Layout.table(rows, width: terminal.width - 1).forEach(Screen.say)
    }

    private func start(in replay: Replay) throws -> Int? {
        guard let from else { return nil }
        if let number = Int(from) {
            guard (1...replay.moments.count).contains(number) else { throw ValidationError("This replay has the events 1 to \(replay.moments.count).") }
            return number - 1
        }
        guard let moment = replay.moment(ofStep: from) else {
            let near = nearestName(to: from, among: replay.steps).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("This walk has not been in a step '\(from)'.\(near)")
        }
        return moment
    }
}

/// A replay in a file that others can open.
private struct Export {
    static let endings = ["cast", "md", "html"]
    let replay: Replay
    let path: String

    func write() throws {
        switch URL(filePath: path).pathExtension {
        case "cast":
            var text = ""
            try Asciicast(replay).write { text += $0 + "\n" }
            try put(text)
        case "md": try put(WalkDocument.markdown(replay))
        default: try put(ReplayPage(replay).html())
        }
    }

    private func put(_ text: String) throws { try ResultFile.write(text, to: path) }
}

/// What there is to replay: the recordings that come with the labs, and the student's own walks.
struct Recordings {
    let shipped: [(name: String, url: URL)]
    let own: [(name: String, url: URL)]

    /// The recording that is shown where nobody says which.
    private static let usual = "course"

    init(shelf: Shelf, lab: String?, state: URL) {
        func journals(in folder: URL) -> [(name: String, url: URL)] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.filter { $0.hasSuffix(".jsonl") }.sorted().map { (String($0.dropLast(6)), folder.appending(path: $0)) }
        }
        let labs = lab.map { [$0] } ?? shelf.labNames
        shipped = labs.flatMap { journals(in: shelf.labs.appending(path: $0).appending(path: "recordings")) }
        own = journals(in: state.appending(path: "walks")).filter { walk in labs.contains { walk.name.hasPrefix($0 + "-") } }
    }

    /// The recording meant by a file's path, a name, or nothing.
    func find(_ word: String?) throws -> (name: String, url: URL) {
        if let word {
            if let recording = shipped.first(where: { $0.name == word }) { return recording }
            if FileManager.default.fileExists(atPath: word) { return (word, URL(filePath: word)) }
            let near = nearestName(to: word, among: shipped.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("There is no file and no recording '\(word)'.\(near) 'lab replay --list' shows what there is.")
        }
        // A walk in which nothing was checked yet shows less than the recorded course.
        if let walk = own.first(where: { hasChecks($0.url) }) { return walk }
        guard let usual = shipped.first(where: { $0.name == Self.usual }) ?? shipped.first else {
            throw ValidationError("There is no walk of yours yet, and no recording comes with this lab.")
        }
        return usual
    }

    private func hasChecks(_ url: URL) -> Bool {
        (try? JournalReader(url))?.lines.contains { $0.kind == .check } ?? false
    }
}
