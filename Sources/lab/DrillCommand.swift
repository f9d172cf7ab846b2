import ArgumentParser
import Checks
import Companion
import Course
import DataFiles
import Display
import Facts
import Foundation
import Journal
import Machines
import Pages
import Sandbox
import Terminal
import Walk

struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Break a working cluster on purpose, then be coached while you repair it.",
        discussion: """
            A drill puts one fault into a finished cluster and shows you what a person
            would notice. You find out why, and fix it. 'check' shows whether you are
            done, 'hint' helps, 'giveup' lets lab repair it.

            EXAMPLES
              lab drill                              list them, and what each is about
              lab drill --format json                the list, for programs
              lab drill 12                           put this fault in and start
              lab drill --random --difficulty easy   let lab choose
              lab drill --random --blind             without showing the symptoms
              lab drill --due                        which to do again, by how it went
              lab drill --prove                      is the right cause named for each?
            """)

    @OptionGroup var options: StudentOptions
    @OptionGroup var looks: LookOptions
    @Argument(help: "The drill's number. With --prove: one or more numbers or names, default all.", completion: Candidates.drills)
    var names: [String] = []
    @Flag(help: "Choose a drill at random.") var random = false
    @Flag(help: "Do not show the symptoms.") var blind = false
    @Flag(help: "List what is due: drills that were named wrongly, solved with help, or done some time ago.") var due = false
    @Option(help: "Only drills of this area.", completion: Candidates.areas) var area: String?
    @Option(help: "Only drills of this difficulty.") var difficulty: Drill.Difficulty?
    @Flag(help: "Put each fault in, judge, take it out, and report whether the right cause was named.") var prove = false
    @Option(help: "With --prove: a saved state of the sandbox to go back to if a repair leaves something behind.") var restore: String?
    @Option(help: "With --prove: keep what was seen of each fault as recorded facts in this folder.", completion: .directory)
    var record: String?
    @Option(help: "With --prove: write what is seen and fixed to this new file, for lab replay.", completion: .file()) var journal: String?
    @Option(help: "With --prove: keep in this file which repairs are proved, as a table of all causes.", completion: .file())
    var repairs: String?
    @Flag(help: "Also on machines that are not a sandbox.") var onOwnMachines = false
    @OptionGroup(title: "The list") var table: TableOptions
    @OptionGroup var colour: ColourOptions

    func validate() throws {
        if !prove, names.count > 1 { throw ValidationError("One drill at a time.") }
        if !prove, restore != nil || record != nil || journal != nil || repairs != nil {
            throw ValidationError("--restore, --record, --journal and --repairs belong to --prove.")
        }
        if due, prove || random || !names.isEmpty { throw ValidationError("--due lists drills, and goes with nothing else.") }
        if blind, !random { throw ValidationError("--blind goes with --random.") }
    }

    @MainActor
    func run() async throws {
        if prove { return try await proveDrills() }
        if due { return try await dueDrills() }
        guard random || !names.isEmpty else { return try list() }
        let companion = try await StartCommand.companion(
            options, seconds: looks.seconds, noColour: colour.noColour, mayBreak: onOwnMachines)
        let status = try await companion.run(first: "drill \(try pick(companion)) \(blind ? "blind" : "")")
        if status != 0 { throw ExitCode(status) }
    }

    @MainActor
    private func dueDrills() async throws {
        let asking = Asking()
        let student = try options.student(dialogue: asking.dialogue, onlyLooking: true)
        let companion = try Companion(
            student: student, journal: try Journal(reading: options.journalFile(student)),
            voice: Voice(.standardOutput(noColour: colour.noColour)), asking: asking, seconds: looks.seconds)
        _ = try await companion.once("drill", "due")
    }

    /// The drill to open: the one named, or one at random among those that fit.
    @MainActor
    private func pick(_ companion: Companion) throws -> String {
        if companion.hasOpenDrill { return "" }
        return try chosen(of: companion.student).randomElement()?.name ?? ""
    }

    /// The drills that were asked for, in the order of the list.
    func chosen(of student: Student) throws -> [Drill] {
        let here = student.situation.drills
        let named = names.compactMap(student.situation.drill(called:)).map(\.name)
        for name in names where student.situation.drill(called: name) == nil {
            let near = didYouMean(name, among: here.map(\.name))
            throw ValidationError("There is no drill '\(name)' for these machines.\(near) 'lab drill' lists them.")
        }
        let fitting = here.filter { drill in
            (names.isEmpty || named.contains(drill.name)) && (area == nil || drill.area == area)
                && (difficulty == nil || drill.difficulty == difficulty)
        }
        guard !fitting.isEmpty else {
            let areas = here.map(\.area).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            throw ValidationError("No drill fits. The areas: \(areas.joined(separator: ", ")).")
        }
        return fitting
    }

    /// Refuses machines that are not for practice, unless told otherwise.
    func permit(_ student: Student) throws {
        guard student.situation.environment == .sandbox || onOwnMachines else {
            throw ValidationError(
                "These machines are not a sandbox, and a drill breaks something on them. If you mean it, add --on-own-machines.")
        }
    }

    private func list() throws {
        let lab = try options.course.lab(on: options.course.shelf())
        let drills = lab.drills.filter { (difficulty ?? $0.difficulty) == $0.difficulty && (area ?? $0.area) == $0.area }
        let document = DrillsDocument(drills, of: lab)
        try table.say(document) {
            for level in Drill.Difficulty.allCases {
                let own = document.drills.filter { $0.difficulty == level.rawValue }
                guard !own.isEmpty else { continue }
                Screen.tell("\(level.rawValue)")
                for drill in own {
                    Screen.tell("  \(drill.number < 10 ? " " : "")\(drill.number)  \(drill.title) (\(drill.minutes) min)")
                }
            }
        }
    }
}

extension Drill.Difficulty: ExpressibleByArgument {}
