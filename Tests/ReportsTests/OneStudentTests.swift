import Facts
import Foundation
import Testing

@testable import Reports

/// What one student has handed in takes nobody else's report away.
@Suite struct OneStudentTests {
    private func student(_ name: String, seconds: Double, said: String? = nil, at date: Date = Date(timeIntervalSince1970: 1_700_000_000))
        -> StudentReport
    {
        StudentReport(
            student: name, collected: Collected(kind: .bundle, at: date),
            looks: [MachineFacts(machine: "pg1", reached: said == nil, said: said, seconds: seconds)], judgements: [])
    }

    private func report(_ students: [StudentReport]) -> RunReport {
        RunReport(
            lab: "x", started: Date(timeIntervalSince1970: 1_700_000_000), finished: Date(timeIntervalSince1970: 1_700_000_010),
            students: students)
    }

    @Test(arguments: [1e308, -1e308, .infinity, -.infinity, .nan, 1e12, -1])
    func everyFormatIsWrittenWhateverANumberIs(seconds: Double) throws {
        for students in [
            [student("evil", seconds: seconds), student("good", seconds: 1)],
            [MachineReport(machine: "pg1", reached: true, seconds: seconds, said: nil)].map {
                StudentReport(
                    student: "evil", group: nil, step: nil, collected: Collected(kind: .live, at: Date()), warnings: [], machines: [$0],
                    verdicts: [])
            },
        ] {
            for format in ReportFormat.allCases {
                let text = try report(students).rendered(as: format, options: ReportOptions(steps: []))
                #expect(!text.lowercased().contains("inf\""), "\(format)")
                #expect(!text.contains("nan"), "\(format)")
            }
        }
    }

    @Test func whatAMachineSaidIsCleanInJSON() throws {
        let json = try report([student("ada", seconds: 1, said: "bye \u{202E}\u{1B}[31m" + String(repeating: "x", count: 2000))]).json()
        #expect(!json.contains("\u{202E}"))
        #expect(!json.lowercased().contains("\\u202e"))
        #expect(!json.contains("\\u001b"))
        #expect(!json.contains(String(repeating: "x", count: 500)))
    }

    @Test func datesAndMachinesThatCannotBeAreRefused() throws {
        let good = try report([student("ada", seconds: 1)]).json()
        func fault(_ old: String, _ new: String) throws -> String {
            let text = good.replacing(old, with: new)
            #expect(text != good)
            do {
                _ = try RunReport(json: Data(text.utf8), from: "x.json")
                return "none"
            } catch let error as ReportFileError {
                return error.description
            }
        }
        #expect(try fault("\"started\" : \"2023", "\"started\" : \"0000").contains("'started' is 0000-"))
        #expect(try fault("\"finished\" : \"2023", "\"finished\" : \"0001").contains("'finished' is 0001-"))
        #expect(try fault("\"at\" : \"2023", "\"at\" : \"0000").contains("student 'ada' was looked at on 0000-"))
        let twice = good.replacing(
            "\"machines\" : [",
            with: "\"machines\" : [{\"machine\":\"pg1\",\"reached\":true,\"seconds\":1,\"said\":null,\"identity\":null},")
        #expect(throws: ReportFileError.self) { try RunReport(json: Data(twice.utf8), from: "x.json") }
    }

    @Test(arguments: ["@home", "-", "+49 30 1234", "ada@example.org", "_x", "Hopper, Grace"])
    func theKeyOfMoodleIsAsItIs(name: String) throws {
        let lines = try report([student(name, seconds: 1)]).rendered(as: .moodle, options: ReportOptions(steps: [])).split(
            separator: "\r\n")
        #expect(lines[1].hasPrefix(name + ",") || lines[1].hasPrefix("\"\(name)\","), "\(lines[1])")
    }

    @Test(arguments: ["=1+1", "@SUM(1+1)", "+cmd|' /C calc'!A0", "=HYPERLINK(\"x\")"])
    func whatCouldCallSomethingIsNoKey(name: String) {
        #expect(CSVTable.key(name) == CSVTable.field(name))
        #expect(CSVTable.key(name).hasPrefix("\"'"))
    }

    @Test(arguments: [
        ("repmgr's \"events\" show a > b && c", "repmgr's \"events\" show a > b && c"), ("a < b", "a < b"), ("<b>x</b>", "&lt;b>x&lt;/b>"),
        ("<5", "&lt;5"), ("<!--", "&lt;!--"),
        ("&lt; &#39; &x", "&amp;lt; &amp;#39; &amp;x"), ("R&D", "R&amp;D"), ("a\u{1}b", "a\u{FFFD}b"),
    ])
    func feedbackReadsInASpreadsheetAndIsSafeInAPage(text: String, written: String) { #expect(Markup.prose(text) == written) }
}
