import ArgumentParser
import Foundation

/// Writes the man pages, when lab is installed or packaged. Not in the list of commands: its reader is packaging/install.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Write the man pages of lab and of each of its commands into a folder.",
        discussion: """
            They are dated with SOURCE_DATE_EPOCH, or else today.

            EXAMPLES
              lab manual man1
            """,
        shouldDisplay: false)

    @Argument(help: "The folder. It is made if it is missing.", completion: .directory) var folder: String

    func run() throws {
        let folder = URL(filePath: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for page in try Manual.pages() {
            try Data(page.text.utf8).write(to: folder.appending(path: "\(page.name).1"))
        }
    }
}

/// The man pages, made from what ArgumentParser knows of the commands.
enum Manual {
    /// Of every command that help lists, in that order.
    static func pages(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> [ManualPage] {
        let dump = try JSONDecoder().decode(Dump.self, from: Data(LabCommand._dumpHelp().utf8))
        let date = environment["SOURCE_DATE_EPOCH"].flatMap(TimeInterval.init).map(Date.init(timeIntervalSince1970:)) ?? Date()
        let day = date.formatted(.iso8601.year().month().day())
        return commands(dump.command).map { ManualPage(of: $0, date: day) }
    }

    /// A command and all below it. Help, which ArgumentParser adds, has no page.
    private static func commands(_ command: Command) -> [Command] {
        [command] + command.visibleCommands.flatMap(commands)
    }

    /// What `--experimental-dump-help` prints: a library of ArgumentParser's that is not to be imported has the same as types.
    private struct Dump: Decodable { var command: Command }

    struct Command: Decodable {
        var superCommands: [String]?
        var shouldDisplay: Bool
        var commandName: String
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?

        var path: [String] { (superCommands ?? []) + [commandName] }
        var visibleCommands: [Command] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }
        struct Name: Decodable {
            enum Kind: String, Decodable { case long, short, longWithSingleDash }
            var kind: Kind
            var name: String

            var text: String { (kind == .long ? "--" : "-") + name }
        }
        var kind: Kind
        var shouldDisplay: Bool
        var sectionTitle: String?
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
        var discussion: String?

        /// --help and --version, which a synopsis leaves out.
        var isOfEveryCommand: Bool { (names ?? []).contains { ["help", "version"].contains($0.name) } }
    }
}
