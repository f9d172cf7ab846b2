import Course
import DataFiles
import Display

/// What a person reads before a course is installed. All of it may have been written by an enemy: what a terminal would not show as itself
/// is written out, and nothing is left out of a command.
package struct CourseText: Sendable {
    let offer: CourseOffer
    let palette: Palette
    let width: Int

    package init(_ offer: CourseOffer, on terminal: Terminal) {
        self.offer = offer
        palette = Palette(terminal)
        width = terminal.textWidth
    }

    // MARK: Pages

    /// What it is, and in short what it may run; what would run on this computer in full.
    package var summary: String {
        (heading + labs + practice + [""] + onMachines + [""] + onThisComputer).joined(separator: "\n") + "\n"
    }

    /// Every command.
    package var everything: String {
        let commands = offer.contents.commands.sorted { ($0.source.file, $0.source.line) < ($1.source.file, $1.source.line) }
        return (heading + labs + practice + [""] + commands.flatMap { described($0) + [""] }).joined(separator: "\n")
    }

    /// What may be run now and could not before, or the other way round.
    package var changes: String {
        guard let before = offer.before else { return "" }
        let version = before.origin.version.map { " (\(Self.exact($0)))" } ?? ""
        guard let old = offer.contentsBefore else {
            return "The installed version\(version) was changed after it was installed, so the two are not compared.\n"
        }
        let found = CourseChanges(from: old, to: offer.contents)
        guard !found.isEmpty else { return "It may run what the installed version\(version) may run, and nothing else.\n" }
        let title = palette.paint("What changes from the installed version\(version):", .heading)
        let added = found.added.flatMap { ["+ " + head($0)] + body($0, sign: "+") }
        let removed = found.removed.flatMap { ["- " + head($0)] + body($0, sign: "-") }
        let changed = found.changed.flatMap { ["~ " + head($1)] + body($0, sign: "-") + body($1, sign: "+") }
        return ([title] + changed + added + removed + found.others).joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    private var heading: [String] {
        let version = offer.source.version.map { " at \(Self.exact($0))" } ?? ""
        let commit = offer.commit.map { " (commit \($0.prefix(12)))" } ?? ""
        return [
            palette.paint(offer.name, .strong) + ", from \(Self.exact(offer.source.text))\(version)\(commit)",
            "  sha256:\(offer.pins.fingerprint)",
        ]
    }

    private var labs: [String] {
        let contents = offer.contents
        let lines = contents.labs.flatMap { lab in
            let drills = lab.drills == 0 ? "" : ", \(lab.drills) \(lab.drills == 1 ? "drill" : "drills")"
            return wrapped("lab \(lab.name): \(Cleaner.line(lab.title)) (\(lab.steps) \(lab.steps == 1 ? "step" : "steps")\(drills))")
        }
        let size = offer.files.files.reduce(0) { $0 + $1.content.count }
        return lines + wrapped("libraries \(contents.libraries.joined(separator: ", ")): \(contents.checks) checks")
            + wrapped("\(offer.files.files.count) files, \((size + 1023) / 1024) KiB")
    }

    private var onMachines: [String] {
        let commands = offer.contents.commands.filter { !$0.isAtWorkstation }
        let accounts = Dictionary(grouping: commands, by: { $0.account ?? "" }).sorted { $0.key < $1.key }
        let title = palette.paint("On a student's machines it may run, or have a student type:", .heading)
        guard !accounts.isEmpty else { return [title, "  nothing"] }
        return [title]
            + accounts.flatMap { account, commands in
                let counts = CourseCommand.Kind.allCases.compactMap { kind in
                    let count = commands.count { $0.kind == kind }
                    return count == 0 ? nil : kind.counted(count)
                }
                return wrapped("as \(account): \(counts.joined(separator: ", "))")
            }
    }

    private var onThisComputer: [String] {
        let commands = offer.contents.commands.filter(\.isAtWorkstation)
        let title = palette.paint("On this computer, as you, it may run:", .heading)
        guard !commands.isEmpty else { return [title, "  nothing"] }
        let own = commands.filter { ![.program, .fix, .evidence].contains($0.kind) }.flatMap {
            ["  " + brief($0)] + body($0, sign: "").map { "  " + $0 }
        }
        let builders = commands.filter { $0.kind == .program && $0.source.file.hasSuffix("/build") }.flatMap { brief($0, among: commands) }
        let typed = commands.count { [.fix, .evidence].contains($0.kind) }
        let causes =
            typed == 0
            ? []
            : wrapped(
                "\(typed) \(typed == 1 ? "command" : "commands") of causes, which lab prints for you to type, and types itself only in "
                    + "'lab drill --prove' (--show prints them)")
        let files = offer.contents.namedFiles
        let named = files.isEmpty ? [] : wrapped("Files of this computer that are named: \(files.map(Self.exact).joined(separator: "  "))")
        return [title] + (own.isEmpty ? ["  no task and no look"] : own) + builders + causes + named
    }

    private var practice: [String] {
        offer.contents.practice.flatMap { line in
            let services = line.services.isEmpty ? "" : "; after a saved state: \(line.services.joined(separator: ", "))"
            let packages = line.packages.isEmpty ? "made by its own program" : "packages \(line.packages.joined(separator: ", "))"
            return wrapped("practice machines of \(line.lab), \(line.platform): \(Self.exact(packages + services))")
        }
    }

    /// A program that makes practice machines, with what is in its folder.
    private func brief(_ build: CourseCommand, among commands: [CourseCommand]) -> [String] {
        let folder = build.source.file.dropLast("build".count)
        let beside = commands.count { $0.kind == .program && $0.source.file.hasPrefix(folder) } - 1
        let lines = build.texts[0].count { $0 == "\n" }
        let files = beside == 0 ? "" : ", with \(beside) \(beside == 1 ? "file" : "files") beside it"
        return wrapped(
            "\(Self.exact(build.source.file)): a program of \(lines) lines\(files), which makes practice machines (--show prints it)")
    }

    private func described(_ command: CourseCommand) -> [String] { [head(command)] + body(command, sign: "") }

    private func head(_ command: CourseCommand) -> String { "\(brief(command)), \(Self.exact(command.place))" }

    /// Where a command is in the course, and what it is for.
    private func brief(_ command: CourseCommand) -> String {
        palette.paint("\(Self.exact(command.source.file)):\(command.source.line)", .quiet)
            + " \(command.kind.counted(1).dropFirst(2)), \(command.owner)"
    }

    /// The lines of a command. Of further ways in which it may be run, only the lines that differ.
    private func body(_ command: CourseCommand, sign: String) -> [String] {
        let lead = sign.isEmpty ? "    " : "  \(sign) "
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        let first = lines(command.texts[0])
        let others = command.texts.dropFirst().flatMap { text -> [String] in
            let own = lines(text)
            let differing = own.count == first.count ? zip(own, first).filter { $0 != $1 }.map(\.0) : own
            let title = own.count == first.count && own.count > 1 ? "on another platform, in place of such lines:" : "on another platform:"
            return [lead + palette.paint(title, .quiet)] + differing.map { lead + "  " + palette.paint(Self.exact(String($0)), .command) }
        }
        return first.map { lead + palette.paint(Self.exact(String($0)), .command) } + others
    }

    private func wrapped(_ text: String) -> [String] { Layout.wrap(text, width: width, first: "  ", rest: "    ") }

    /// A text of which a terminal hides nothing: what it would not show as itself is written as its number.
    static func exact(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy(CourseBounds.isPlain) else { return text }
        return text.unicodeScalars.map { scalar in
            if scalar == "\t" { return "    " }
            return CourseBounds.isPlain(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }.joined()
    }
}

/// What a course may run in one version and not in another.
package struct CourseChanges: Sendable {
    package private(set) var added: [CourseCommand] = []
    package private(set) var removed: [CourseCommand] = []
    /// Commands of the same kind, at the same place of the course, before and after.
    package private(set) var changed: [(CourseCommand, CourseCommand)] = []
    /// What else is another, in sentences.
    package private(set) var others: [String] = []

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && others.isEmpty }

    package init(from old: CourseContents, to new: CourseContents) {
        func without(_ some: [CourseCommand], _ other: [CourseCommand]) -> [CourseCommand] {
            let known = Set(other.map(\.meaning))
            return some.filter { !known.contains($0.meaning) }
        }
        added = without(new.commands, old.commands)
        removed = without(old.commands, new.commands)
        for command in added {
            func isLike(_ other: CourseCommand) -> Bool { other.kind == command.kind && other.owner == command.owner }
            // Two of the same owner could be taken for each other.
            guard let place = removed.firstIndex(where: isLike), removed.count(where: isLike) == 1, added.count(where: isLike) == 1 else {
                continue
            }
            changed.append((removed.remove(at: place), command))
        }
        added.removeAll { command in changed.contains { $0.1 == command } }
        others = Self.sentences("lab", old.labs.map(\.name), new.labs.map(\.name))
        for line in new.practice {
            let before = old.practice.first { $0.lab == line.lab && $0.platform == line.platform }
            others += Self.sentences("package of practice machines (\(line.platform))", before?.packages ?? [], line.packages)
        }
    }

    private static func sentences(_ what: String, _ old: [String], _ new: [String]) -> [String] {
        new.filter { !old.contains($0) }.map { "+ \(what): \(CourseText.exact($0))" }
            + old.filter { !new.contains($0) }.map { "- \(what): \(CourseText.exact($0))" }
    }
}
