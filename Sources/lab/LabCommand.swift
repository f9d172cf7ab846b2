import ArgumentParser
import Course
import DataFiles
import Display
import Foundation
import Pages
import Reports

/// The command line. Each subcommand has a file of its own; this is the list of them.
@main
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Build a cluster by hand, and find out why when something is wrong.",
        discussion: """
            EXAMPLES
              lab                      start or resume the walk
              lab verify               judge your machines once, without a dialogue
              lab show names           read one step of the course
              lab sandbox up           make four practice machines
              lab replay               look at the recorded course, without machines

            check, explain, why, hint, map, facts, sql and progress are the commands that
            one types inside lab.

            Exit status: 0 all passed, 1 something failed, 2 bad usage or bad files,
            3 something could not be observed.

            'lab help environment' lists the variables and files that lab reads.
            """,
        version: Version.text,
        subcommands: [
            StartCommand.self, CheckCommand.self, ExplainCommand.self, WhyCommand.self, DiffCommand.self, HintCommand.self,
            ProgressCommand.self,
            MapCommand.self, FactsCommand.self, SqlCommand.self, AgainCommand.self, MachinesCommand.self, VariantsCommand.self,
            VerifyCommand.self,
            MergeCommand.self,
            BundleCommand.self,
            SandboxCommand.self, DrillCommand.self, ShowCommand.self,
            ListCommand.self, GetCommand.self, NewCommand.self,
            LintCommand.self, TestCommand.self, SchemaCommand.self, RecordCommand.self, WalkCommand.self, WatchCommand.self,
            ReportCommand.self, ReplayCommand.self, DoctorCommand.self, ManualCommand.self,
        ],
        defaultSubcommand: StartCommand.self)

    /// Runs the command line, and ends the program.
    static func main() async {
        Screen.holdStandardFiles()
        if let wish = ProcessInfo.processInfo.environment["LAB_DEBUG"], !["", "0"].contains(wish) { Trace.begin() }
        DataFile.courses = TreeCache(folder: Folders().cache.appending(path: "courses"))
        let status = await status()
        Foundation.exit(Screen.end(status: status))
    }

    /// An error of Foundation's, which shows its insides instead of saying what is wrong, in words; every other one as it is.
    private static func told(_ error: any Error) -> any Error {
        switch error {
        case is EncodingError:
            return FileFault(
                "The result", .written, said: "a value in it cannot be put into JSON. This is a bug in lab; please report it")
        case is DecodingError: return FileFault("A file", .read, said: "lab did not write it, or it was cut short")
        default: break
        }
        let told = error as NSError
        guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(told.domain) else { return error }
        let path = told.userInfo[NSFilePathErrorKey] as? String ?? (told.userInfo[NSURLErrorKey] as? URL)?.path ?? "A file"
        return FileFault(path, "\(told.code)".hasPrefix("2") || told.code == 4 ? .read : .written, error)
    }

    /// Usage errors and bad files end with 2, where ArgumentParser would say 64 or 1.
    private static func status() async -> Int32 {
        do {
            if CommandLine.arguments.dropFirst().elementsEqual(["help", "environment"]) {
                Screen.say(Surroundings.page(width: Terminal.standardOutput().textWidth))
                return 0
            }
            var command = try parseAsRoot()
            do {
                try await Self.run(&command)
            } catch let error as ValidationError {
                // The words were in order, and what they name is not: how the command is used does not help.
                throw Refusal(error.message)
            }
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch is CancellationError {
            if isForMonitor { return unknown("it was stopped") }
            Screen.remark("Stopped.")
            return 130
        } catch {
            let error = Self.told(error)
            let message = fullMessage(for: error)
            guard exitCode(for: error) != .success else {
                // What is no page of help is for a program: a script for completion, a dump.
                Screen.say(HelpPage(message)?.text(width: Terminal.standardOutput().width) ?? message)
                return 0
            }
            if isForMonitor { return unknown(String(message.trimmingPrefix("Error: "))) }
            // A file name or a machine may have put anything into it.
            Screen.remark(Cleaner.text(message))
            return 2
        }
    }

    /// Whether a monitor reads what is printed. The words may be ones that cannot be parsed, so they are looked at as they are.
    private static var isForMonitor: Bool {
        let words = CommandLine.arguments
        return words.contains("--format=nagios") || zip(words, words.dropFirst()).contains { $0 == "--format" && $1 == "nagios" }
    }

    /// Tells a monitor that nothing can be said: 2 would say that the machines are broken, and it shows the first line of standard output.
    private static func unknown(_ said: String) -> Int32 {
        let line = Cleaner.line(said.split(separator: "\n").first.map(String.init) ?? "", limit: 300)
        Screen.say("LAB UNKNOWN - \(line.replacing("|", with: "/"))")
        return MonitoringState.unknown.rawValue
    }

    private static func run(_ command: inout any ParsableCommand) async throws {
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }
}
