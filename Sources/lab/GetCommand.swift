import ArgumentParser
import Course
import DataFiles
import Display
import Foundation
import Getting
import Terminal

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Get a course from elsewhere: look it through, ask, and install it.",
        discussion: """
            SOURCE is a folder with labs/ and checks/, or a repository that git can reach
            by https, ssh or file; @VERSION is a tag, a branch or a commit. Nothing of a
            course runs here. It has to pass 'lab lint'; lab then shows what it may run
            later, and asks. What is installed keeps its fingerprint: if a file of it is
            changed, lab refuses to use the course.

            A lab of it is used only if you name it: lab start --lab NAME.

            EXAMPLES
              lab get https://example.org/backup-course.git@v2
              lab get git@example.org:course.git --as backup
              lab get ~/Downloads/course --show       every command; installs nothing
              lab get ~/Downloads/course --fingerprint 2c26b46b…
              lab get --list
              lab get --remove backup

            Exit status: 0 installed, or already there; 1 you said no; 2 it cannot be
            installed, or lint complains.
            """)

    @Argument(help: "A folder or an address, with @VERSION and #sha256:FINGERPRINT if you like.", completion: .directory)
    var source: String?
    @Option(name: .customLong("as"), help: "The name of the course here. Default: the last part of SOURCE.") var name: String?
    @Option(help: "The fingerprint that the course must have, from somebody you trust.") var fingerprint: String?
    @Flag(help: "Print every command of the course, and install nothing.") var show = false
    @Flag(name: .shortAndLong, help: "Do not ask. Without a terminal, nothing is installed or removed otherwise.") var yes = false
    @Flag(help: "List what was got: from where, its fingerprint, whether it is as it was.") var list = false
    @Option(help: "Remove a course that was got. Your journals stay.", completion: Candidates.gotCourses) var remove: String?
    @OptionGroup var colour: ColourOptions

    func validate() throws {
        guard [source != nil, list, remove != nil].count(where: \.self) == 1 else {
            throw ValidationError("Name a SOURCE, or --list, or --remove NAME.")
        }
        if source == nil, show || name != nil || fingerprint != nil {
            throw ValidationError("--as, --fingerprint and --show go with a SOURCE.")
        }
    }

    func run() async throws {
        let folder = CourseFolder(try Shelf.find(), in: Folders().courses, others: Shelf.all())
        if list { return tell(folder) }
        if let remove { return try take(folder, away: remove) }
        guard let source else { return }
        try await get(source, into: folder)
    }

    // MARK: Getting

    private func get(_ text: String, into folder: CourseFolder) async throws {
        var source = try CourseSource(text, in: FileManager.default.currentDirectoryPath)
        if let fingerprint {
            let named = try CourseSource.fingerprint(fingerprint)
            if let other = source.fingerprint, other != named { throw ValidationError("Two different fingerprints are named.") }
            source.fingerprint = named
        }
        let (wanted, name) = (source, name)
        Screen.remark("Reading \(Cleaner.line(wanted.text)) …")
        let offer = try await Interrupts.running(patience: .seconds(4)) { try await folder.offer(wanted, as: name) }
        guard offer.contents.complaints.isEmpty else { throw refusal(of: offer) }
        let terminal = Terminal.standardOutput(noColour: colour.noColour)
        let text = CourseText(offer, on: terminal)
        if show { return Pager.show(text.everything, on: terminal) }
        if offer.isInstalled {
            try folder.note(offer)
            return Screen.tell("The course '\(offer.name)' is already installed, with the same files: sha256:\(offer.pins.fingerprint)")
        }
        let page = text.summary + (offer.before == nil ? "" : "\n" + text.changes)
        if asks { Pager.show(page, on: terminal) } else { Screen.write(page) }
        try agree(offer.before == nil ? "Install it?" : "Replace the installed version?", "Nothing was installed.")
        try folder.install(offer)
        let labs = offer.contents.labs.map(\.name)
        Screen.tell(
            "Installed. Go on with: lab start --lab \(labs[0])"
                + (labs.count > 1 ? " (or \(labs.dropFirst().joined(separator: ", ")))" : ""))
    }

    private func refusal(of offer: CourseOffer) -> ExitCode {
        for complaint in offer.contents.complaints { Screen.tell(Cleaner.text(complaint.description)) }
        let count = offer.contents.complaints.count
        Screen.remark(
            "\(count) \(count == 1 ? "complaint" : "complaints"). Nothing was installed: its author can find them with 'lab lint'.")
        return ExitCode(2)
    }

    private var asks: Bool { !yes && Terminal.standardOutput().isTerminal && isatty(STDIN_FILENO) == 1 }

    /// Asks, unless that was answered before.
    /// - Throws: an exit status if the answer is no, or if there is nobody to answer.
    private func agree(_ question: String, _ otherwise: String) throws {
        if yes { return }
        guard asks else {
            Screen.remark("\(otherwise) There is no terminal to ask at; --yes agrees beforehand.")
            throw ExitCode(2)
        }
        guard Question.yes(question) else {
            Screen.tell(otherwise)
            throw ExitCode(1)
        }
    }

    // MARK: What was got

    private func tell(_ folder: CourseFolder) {
        let courses = folder.courses
        for name in folder.strangers {
            Screen.remark(
                "\(Cleaner.line(name)) in \(folder.folder.path): lab did not install it, or its origin.json is damaged. It is not used.")
        }
        guard !courses.isEmpty else { return Screen.tell("Nothing was got yet. 'lab get SOURCE' gets a course.") }
        for course in courses {
            let origin = course.origin
            let commit = origin.commit.map { " (commit \($0.prefix(12)))" } ?? ""
            let found = course.differences
            let hidden = origin.labs.compactMap { lab in folder.place(of: lab).map { "the lab '\(lab)' of \($0) goes first" } }
            let state =
                found.isEmpty
                ? (["as it was installed"] + hidden).joined(separator: "; ")
                : "not used, since it is not as it was: \(found.prefix(3).joined(separator: ", "))"
                    + (found.count > 3 ? " and \(found.count - 3) more" : "")
            Screen.tell(
                Cleaner.text(
                    """
                    \(course.name), from \(course.sourceWords)\(commit)
                      labs: \(origin.labs.joined(separator: ", "))
                      sha256:\(origin.fingerprint)
                      got \(origin.got.prefix(10)); \(state)
                    """))
        }
    }

    private func take(_ folder: CourseFolder, away name: String) throws {
        let course = try folder.course(named: name)
        try agree("Remove the course '\(course.name)', with \(course.folder.path)?", "Nothing was removed.")
        try folder.remove(course)
        Screen.tell("Removed: \(Cleaner.line(course.name)).")
    }
}
