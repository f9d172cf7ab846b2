import Foundation

/// A man page, in the language of man(7).
struct ManualPage {
    /// The file's name without its section, such as `lab-sandbox-up`.
    let name: String
    let text: String

    init(of command: Manual.Command, date: String) {
        name = command.path.joined(separator: "-")
        let discussion = Discussion(command.discussion ?? "")
        var lines = [#".\" Made by 'lab manual' from the commands themselves."#]
        lines += [#".TH "\#(name.uppercased())" "1" "\#(date)" "lab \#(Version.number)" "lab""#]
        lines += [".SH NAME", Roff.text(name) + #" \- "# + Roff.text(Self.short(command.abstract ?? ""))]
        lines += [".SH SYNOPSIS"] + Self.synopsis(command)
        lines += [".SH DESCRIPTION", Roff.text(command.abstract ?? "")] + discussion.description.flatMap { [".PP"] + $0.roff }
        lines += Self.commands(command) + Self.options(command)
        for section in [Surroundings.environment, Surroundings.files] { lines += Self.section(section) }
        lines += discussion.exitStatus.map { [".SH EXIT STATUS"] + $0.roff } ?? Self.section(Surroundings.exitStatus)
        if !discussion.examples.isEmpty {
            lines += [".SH EXAMPLES"] + Array(discussion.examples.map(\.roff).joined(separator: [".PP"]))
        }
        text = (lines + Self.seeAlso(command)).joined(separator: "\n") + "\n"
    }

    /// A title for apropos: without its full stop.
    private static func short(_ abstract: String) -> String { abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract }

    private static func synopsis(_ command: Manual.Command) -> [String] {
        let name = #"\fB\#(Roff.code(command.path.joined(separator: " ")).replacing(" ", with: #"\ "#))\fR"#
        if !command.visibleCommands.isEmpty { return [name + #" \fICOMMAND\fR"#] }
        let arguments = (command.arguments ?? []).filter { $0.shouldDisplay && !$0.isOfEveryCommand }
        return [name] + arguments.filter { $0.kind != .positional }.map(use) + arguments.filter { $0.kind == .positional }.map(use)
    }

    /// An argument as a synopsis has it: `[--step STEP]`, `[FILE ...]`.
    private static func use(_ argument: Manual.Argument) -> String {
        let dots = argument.isRepeating ? #"\ .\|.\|."# : ""
        let use = [argument.names?.last.map { bold($0.text) }, value(of: argument)].compactMap(\.self).joined(separator: #"\ "#) + dots
        return argument.isOptional ? "[\(use)]" : use
    }

    private static func bold(_ text: String) -> String { #"\fB\#(Roff.code(text))\fR"# }

    private static func value(of argument: Manual.Argument) -> String? {
        guard argument.kind != .flag, let name = argument.valueName else { return nil }
        return #"\fI\#(Roff.code(name.uppercased()))\fR"#
    }

    private static func commands(_ command: Manual.Command) -> [String] {
        let commands = command.visibleCommands
        guard !commands.isEmpty else { return [] }
        return [".SH COMMANDS"]
            + commands.flatMap { [".TP", bold($0.path.joined(separator: " ")), Roff.text($0.abstract ?? "")] }
    }

    /// Options without a heading of their own first, each group under its heading.
    private static func options(_ command: Manual.Command) -> [String] {
        let shown = (command.arguments ?? []).filter(\.shouldDisplay)
        guard !shown.isEmpty else { return [] }
        let titles = shown.compactMap(\.sectionTitle)
        var lines = [".SH OPTIONS"] + shown.filter { $0.sectionTitle == nil }.flatMap(entry)
        for (index, title) in titles.enumerated() where titles.firstIndex(of: title) == index {
            lines += [".SS \(Roff.text(title))"] + shown.filter { $0.sectionTitle == title }.flatMap(entry)
        }
        return lines
    }

    private static func entry(_ argument: Manual.Argument) -> [String] {
        let names = (argument.names ?? []).map { bold($0.text) }.joined(separator: ", ")
        var meaning = [argument.abstract, argument.discussion].compactMap(\.self)
        if let values = argument.allValues, argument.kind != .flag { meaning.append("One of: \(values.joined(separator: ", ")).") }
        if let value = argument.defaultValue, argument.kind != .flag { meaning.append("Default: \(value).") }
        return [".TP", [names, value(of: argument) ?? ""].filter { !$0.isEmpty }.joined(separator: " ")]
            + [meaning.isEmpty ? #"\&"# : Roff.text(meaning.joined(separator: " "))]
    }

    private static func section(_ section: Surroundings.Section) -> [String] {
        [".SH \(section.title)"] + (section.lead.isEmpty ? [] : [Roff.text(section.lead)])
            + section.entries.flatMap { [".TP", bold($0.name), Roff.text($0.meaning)] }
    }

    /// The commands below it, or beside it and above.
    private static func seeAlso(_ command: Manual.Command) -> [String] {
        let above = command.path.indices.dropFirst().map { command.path[..<$0].joined(separator: "-") }
        let names = above + command.visibleCommands.map { $0.path.joined(separator: "-") } + ["ssh"]
        return [".SH SEE ALSO"]
            + names.enumerated().map { index, name in
                #".BR \#(Roff.code(name)) (1)"# + (index + 1 < names.count ? "," : "")
            }
    }
}

/// A command's discussion, taken apart: what it does, its examples, its exit status.
private struct Discussion {
    /// Running text, or lines that stand as they are.
    enum Block {
        case prose(String)
        case lines([String])

        var roff: [String] {
            switch self {
            case .prose(let text): [Roff.text(text)]
            case .lines(let lines): [".EX"] + lines.map(Roff.code) + [".EE"]
            }
        }
    }

    var description: [Block] = []
    var examples: [Block] = []
    var exitStatus: Block?

    init(_ text: String) {
        var isExample = false
        for paragraph in text.split(separator: "\n\n").map({ $0.split(separator: "\n").map(String.init) }) {
            var prose = paragraph.prefix { !$0.hasPrefix(" ") }
            let lines = Array(paragraph.dropFirst(prose.count))
            if prose.first == "EXAMPLES" {
                isExample = true
                prose = prose.dropFirst()
            }
            let said = prose.joined(separator: " ")
            if said.hasPrefix("Exit status: ") {
                exitStatus = .prose(String(said.dropFirst(13)))
                continue
            }
            let blocks = (said.isEmpty ? [] : [Block.prose(said)]) + (lines.isEmpty ? [] : [.lines(lines.map { String($0.dropFirst(2)) })])
            if isExample { examples += blocks } else { description += blocks }
        }
    }
}

/// Text as roff's input.
private enum Roff {
    /// Running text: a hyphen stays one, unless a word begins with it, as an option does.
    static func text(_ text: String) -> String {
        var before: Character = " "
        return guarded(
            text.reduce(into: "") { line, character in
                line += character == "-" && !before.isLetter && !before.isNumber ? #"\-"# : escaped(character)
                before = character
            })
    }

    /// What may be copied: minus signs, and quotation marks that a shell understands.
    static func code(_ text: String) -> String {
        guarded(text.reduce(into: "") { $0 += $1 == "-" ? #"\-"# : escaped($1) })
    }

    private static func escaped(_ character: Character) -> String {
        switch character {
        case "\\": #"\e"#
        case "'": #"\(aq"#
        case "`": #"\(ga"#
        case "^": #"\(ha"#
        case "~": #"\(ti"#
        default: String(character)
        }
    }

    /// A line that begins with a full stop would be an instruction.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? #"\&"# + line : line }
}
