import ArgumentParser
import DataFiles
import Display
import Foundation
import Reports

/// How complaints are written.
enum LintFormat: String, ExpressibleByArgument, CaseIterable {
    /// `file:line:column: what`, a line each.
    case pretty
    /// As docs/reports.md says.
    case json
    /// Workflow commands of GitHub Actions, which shows them beside the lines.
    case github
    /// The Static Analysis Results Interchange Format, version 2.1.0, for code scanning.
    case sarif

    func text(of complaints: [Complaint]) throws -> String {
        switch self {
        case .pretty: complaints.map { Cleaner.text($0.description) + "\n" }.joined()
        case .json: try ComplaintsDocument(complaints).json()
        case .github: complaints.map { WorkflowCommand($0).line + "\n" }.joined()
        case .sarif: try JSONText.lines(SARIFLog(complaints))
        }
    }
}

extension Complaint {
    /// The complaint without its place.
    fileprivate var message: String {
        var bare = self
        bare.isWarning = false
        let whole = bare.description
        return Cleaner.line(String(whole.dropFirst("\(place): ".count)), limit: 2000)
    }
}

/// `::error file=…,line=…,col=…::message`, or `::warning …`, with what GitHub would take for its own signs escaped.
struct WorkflowCommand {
    let line: String

    init(_ complaint: Complaint) {
        let place = complaint.place
        line =
            "::\(complaint.isWarning ? "warning" : "error") file=\(Self.property(place.file)),line=\(place.line),col=\(place.column)::\(Self.data(complaint.message))"
    }

    static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    static func property(_ text: String) -> String { data(text).replacing(":", with: "%3A").replacing(",", with: "%2C") }
}

/// Complaints as SARIF 2.1.0.
struct SARIFLog: Encodable {
    struct Message: Encodable { var text: String }
    struct Rule: Encodable {
        var id: String
        var shortDescription: Message
    }
    struct Driver: Encodable {
        var name = "lab"
        var version = LabCommand.configuration.version
        var rules = [Rule(id: SARIFLog.rule, shortDescription: Message(text: "A file of a course is not what lab can read."))]
    }
    struct Tool: Encodable { var driver = Driver() }
    struct ArtifactLocation: Encodable {
        var uri: String
        var uriBaseId: String?
    }
    struct Region: Encodable {
        var startLine: Int
        var startColumn: Int
    }
    struct PhysicalLocation: Encodable {
        var artifactLocation: ArtifactLocation
        var region: Region
    }
    struct Location: Encodable { var physicalLocation: PhysicalLocation }
    struct Outcome: Encodable {
        var ruleId = SARIFLog.rule
        var ruleIndex = 0
        var level = "error"
        var message: Message
        var locations: [Location]
    }
    struct Run: Encodable {
        var tool = Tool()
        // Columns count Unicode scalars.
        var columnKind = "unicodeCodePoints"
        var results: [Outcome]
    }

    static let rule = "data-file"

    var schema = "https://json.schemastore.org/sarif-2.1.0.json"
    var version = "2.1.0"
    var runs: [Run]

    private enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    init(_ complaints: [Complaint]) {
        runs = [
            Run(
                results: complaints.map { complaint in
                    let region = Region(startLine: complaint.place.line, startColumn: complaint.place.column)
                    let location = PhysicalLocation(artifactLocation: Self.location(of: complaint.place.file), region: region)
                    return Outcome(
                        level: complaint.isWarning ? "warning" : "error", message: Message(text: complaint.message),
                        locations: [Location(physicalLocation: location)])
                })
        ]
    }

    /// A file below the working directory belongs to the source tree; another one has the whole address.
    private static func location(of file: String) -> ArtifactLocation {
        guard !file.hasPrefix("/") else { return ArtifactLocation(uri: URL(filePath: file).absoluteString) }
        let uri = file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
        return ArtifactLocation(uri: uri, uriBaseId: "%SRCROOT%")
    }
}
