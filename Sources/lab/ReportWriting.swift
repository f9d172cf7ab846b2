import ArgumentParser
import Display
import Foundation
import Reports

extension RunReport {
    /// Ends a command that wrote this report with the report's exit status. Students whom the gradebook refused are not done.
    func end(isKept: Bool, as format: ReportFormat = .pretty) throws {
        let own = exitStatus(as: format)
        let status = own == 0 && !isKept ? 3 : own
        if status != 0 { throw ExitCode(status) }
    }
}

/// How a report is written, and where to.
struct ReportWriting: ParsableArguments {
    @Option(help: "For whom: people at a terminal, or the program that reads the file.") var format = ReportFormat.pretty
    @Flag(help: "The same as --format moodle.") var moodle = false
    @Flag(name: .customLong("no-causes"), help: "Report what passes and fails, but not why (for exams).") var noCauses = false
    @OptionGroup var colour: ColourOptions
    @Option(help: "Write the report to this file instead of standard output.", completion: .file()) var output: String?

    var noColour: Bool { colour.noColour }

    private enum CodingKeys: String, CodingKey { case format, moodle, noCauses, colour, output }

    func validate() throws {
        if moodle, format != .pretty, format != .moodle {
            throw ValidationError("--moodle and --format \(format.rawValue) exclude each other.")
        }
    }

    /// Writes a report, through a pager if it is longer than the terminal.
    func write(_ report: RunReport, steps: [ReportStep]) throws {
        let terminal =
            output == nil ? Terminal.standardOutput(noColour: noColour) : Terminal(isTerminal: false, hasColour: false, width: 80)
        let options = ReportOptions(
            width: terminal.width, hasColour: terminal.hasColour, hasUnicode: terminal.hasUnicode, withCauses: !noCauses, steps: steps)
        let text = try report.rendered(as: moodle ? .moodle : format, options: options)
        if let output {
            try ResultFile.write(text, to: output)
        } else if format == .pretty, !moodle, terminal.isTerminal {
            Pager.show(text, on: terminal)
        } else {
            Screen.write(text)
        }
    }
}
