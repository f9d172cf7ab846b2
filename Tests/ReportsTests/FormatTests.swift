@testable import Checks
import Course
import Facts
import Foundation
import Testing

@testable import Reports

@Suite struct FormatTests {
    private func verdict(_ step: String, _ check: String, _ machine: String?, _ verdict: Verdict) -> Judgement {
        Judgement(subject: .init(check: check, machine: machine), step: step, title: "\(check) holds", why: "w", verdict: verdict)
    }

    private func student(_ name: String, _ judgements: [Judgement], group: String? = nil) -> StudentReport {
        StudentReport(student: name, group: group, collected: Collected(kind: .live, at: .distantPast), looks: [], judgements: judgements)
    }

    private func report(_ students: [StudentReport]) -> RunReport {
        RunReport(lab: "x", started: .distantPast, finished: .distantPast, students: students)
    }

    // MARK: Points

    @Test func pointsGoByWeightAndByMachines() {
        let verdicts = [
            verdict("s", "a", "pg1", .passed), verdict("s", "a", "pg2", .failed(Diagnosis())), verdict("s", "b", nil, .passed),
            verdict("s", "c", nil, .blocked(by: .init(check: "a", machine: "pg2"))), verdict("s", "d", nil, .unknown([])),
        ].map { VerdictRecord($0) }
        // a counts 3 and half of it passed, b counts 1 and passed; c and d, 1 each, did not: 2.5 of 6.
        let points = Points(verdicts, of: ReportStep(name: "s", title: "S", points: 12, weights: ["a": 3]))
        #expect(points == Points(earned: 5, possible: 12))
    }

    @Test func aStepThatNobodyWasJudgedInIsWorthNothing() {
        let options = ReportOptions(steps: [ReportStep(name: "one", title: "1"), ReportStep(name: "two", title: "2")])
        let view = ClassView(report([student("ada", [verdict("one", "a", nil, .passed)]), student("bo", [])]), options)
        #expect(view.rows.map(\.points) == [Points(earned: 1, possible: 1), Points(earned: 0, possible: 1)])
        #expect(view.rows.map(\.isDone) == [true, false])
    }

    @Test(arguments: [(0.0, "0"), (1, "1"), (0.5, "0.5"), (2.0 / 3, "0.67"), (0.05, "0.05"), (12.999, "13")])
    func writtenPoints(number: Double, text: String) { #expect(Points.written(number) == text) }

    // MARK: Escaping

    @Test(arguments: [
        ("plain", "plain"), ("two words", "\"two words\""), ("=1+1", "\"'=1+1\""), ("-5", "-5"), ("-cmd", "\"'-cmd\""), ("@x", "\"'@x\""),
        (" =1", "\"' =1\""), ("a\"b", "\"a\"\"b\""), ("a,b", "\"a,b\""), ("=\u{338}1", "\"'=\u{338}1\""), ("\u{FF1D}1", "\"'\u{FF1D}1\""),
        ("", ""),
    ])
    func csvFields(text: String, field: String) { #expect(CSVTable.field(text) == field) }

    @Test func markupGoesByScalars() {
        // With a combining mark a quotation mark is another Character, but a browser sees the quotation mark.
        #expect(Markup.escaped("a\"\u{338}b") == "a&quot;\u{338}b")
        #expect(Markup.escaped("<\u{338}&'>\u{0}\u{B}") == "&lt;\u{338}&amp;&#39;&gt;\u{FFFD}\u{FFFD}")
    }

    @Test func htmlEscapesByScalarsToo() throws {
        let html = try report([student("a\"\u{338} onload=\"x", [verdict("s", "c", nil, .passed)])]).rendered(as: .html)
        #expect(html.contains("a&quot;\u{338} onload=&quot;x"))
    }

    /// An apostrophe in a table of a spreadsheet is an apostrophe, in whatever column.
    @Test(arguments: [ReportFormat.csv, .moodle, .json, .jsonl, .tap, .pretty, .markdown])
    func noFormatHasEntitiesForQuotes(format: ReportFormat) throws {
        let failed = Diagnosis(causes: [
            FoundCause(
                name: "c", certainty: .certain, machine: "pg1", because: "repmgr's \"events\"",
                fix: [FoundFix(at: "pg1", account: .root, run: "echo 'x'", why: "it's so")], step: nil, read: [])
        ])
        let text = try report([student("O'Neil", [verdict("s", "a", "pg1", .failed(failed))])]).rendered(as: format)
        #expect(!text.contains("&#39;") && !text.contains("&quot;") && text.contains("O'Neil"))
    }

    // MARK: What stands above

    @Test(arguments: ReportFormat.allCases.filter { $0 != .moodle }) func everyFormatNamesTheClass(format: ReportFormat) throws {
        var run = report([student("ada", [verdict("s", "a", nil, .passed)])])
        run.className = "autumn"
        #expect(try run.rendered(as: format).contains("autumn"))
    }

    /// Nobody, one who is done, one who is not, one with a warning: what has a heading has something under it.
    @Test(arguments: 0..<4) func noHeadingStandsAlone(number: Int) throws {
        let passed = student("ada", [verdict("s", "a", nil, .passed)])
        let failed = student("bo", [verdict("s", "a", nil, .failed(Diagnosis()))])
        var warned = passed
        warned.warnings = ["shares a machine"]
        let run = report([[], [passed], [failed], [warned]][number])
        let page = try run.rendered(as: .html).replacing(/\s+/, with: " ")
        #expect(page.firstMatch(of: /<(ul|ol|section|tbody)[^>]*> ?<\/\1>/) == nil)
        #expect(page.firstMatch(of: /<h2[^>]*>[^<]*<\/h2> ?<\/section>/) == nil)
        let lines = try run.rendered(as: .markdown).split(separator: "\n")
        for (line, next) in zip(lines, lines.dropFirst() + ["## "]) where line.hasPrefix("## ") {
            #expect(!next.hasPrefix("## ") && !next.hasPrefix("# "), "\(line)")
        }
    }

    // MARK: The matrix

    @Test(arguments: [40, 60, 80, 132])
    func theMatrixFitsItsWidth(width: Int) throws {
        let steps = (1...45).map { ReportStep(name: "step-\($0)", title: "t") }
        let students = (1...70).map { number in
            student(
                "student-with-a-long-name-\(number)", steps.map { verdict($0.name, "c", "pg1", .passed) }, group: number > 35 ? "b" : "a")
        }
        let text = try report(students).rendered(as: .pretty, options: ReportOptions(width: width, steps: steps))
        for line in text.split(separator: "\n") where line.count > width { Issue.record("\(line.count): \(line)") }
        #expect(text.contains("student-"))
    }

    @Test func withoutUnicodeTheMarksAreASCII() throws {
        let failed = student(
            "ada",
            [verdict("one", "a", nil, .failed(Diagnosis())), verdict("two", "b", nil, .blocked(by: .init(check: "a", machine: nil)))])
        let text = try report([failed]).rendered(as: .pretty, options: ReportOptions(hasUnicode: false))
        #expect(text.contains("X - "))
        #expect(text.unicodeScalars.allSatisfy { $0.isASCII }, "\(text)")
    }

    @Test func identicalCausesAreCountedOnceForEachStudent() {
        func failing(_ name: String, _ causes: [String]) -> StudentReport {
            student(
                name,
                causes.enumerated().map { index, cause in
                    var record = verdict("one", "check-\(index)", "pg\(index)", .failed(Diagnosis()))
                    record.verdict = .failed(
                        Diagnosis(causes: [
                            FoundCause(
                                name: cause, certainty: .certain, machine: "pg\(index)", because: "on pg\(index)", fix: [], step: nil,
                                read: [])
                        ]))
                    return record
                })
        }
        let counts = CauseCount.count(report([failing("ada", ["y", "x", "x"]), failing("bo", ["x"]), failing("cy", [])]))
        #expect(counts.map(\.name) == ["x", "y"])
        #expect(counts.map(\.students) == [["ada", "bo"], ["ada"]])
        // Reasons that are told in the same words for the same students are one line.
        let unseen = ["no answer", "refused"].map { reason in
            verdict("one", "a-\(reason.count)", "pg1", .unknown([UnknownFact(machine: "pg1", fact: "f", reason: reason)]))
        }
        let lines = CauseCount.count(report([student("ada", unseen)]))
        #expect(lines.map(\.name) == ["not observed"])
        #expect(lines.map(\.example) == ["no answer; refused"])
        // What fails in a later step holds nobody back yet.
        var later = failing("ada", ["x", "z"])
        later.verdicts[1].step = "two"
        #expect(CauseCount.count(report([later])).map(\.name) == ["x"])
    }

    /// Whatever a student, an instructor or a machine has written: no format sends it on to a terminal or a reader as it came.
    @Test(arguments: ReportFormat.allCases) func everyFormatCleansWhatItGets(format: ReportFormat) throws {
        let evil = "\u{1B}[31m\u{7}\u{202E}\u{2066}\u{85}\u{0}x"
        let failed = Diagnosis(causes: [
            FoundCause(
                name: "c", certainty: .certain, machine: "pg1", because: evil,
                fix: [FoundFix(at: "pg1", account: .root, run: "echo \(evil)", why: evil)], step: nil, read: [])
        ])
        var hostile = student(evil, [verdict("s", "a", "pg1", .failed(failed)), verdict("s", "b", nil, .passed)], group: evil)
        hostile.warnings = [evil]
        let text = try report([hostile, student("ada", [verdict("s", "a", "pg1", .passed)])]).rendered(
            as: format, options: ReportOptions(steps: [ReportStep(name: "s", title: "S")]))
        let bad = text.unicodeScalars.filter {
            ($0.value < 32 && !"\n\t\r".unicodeScalars.contains($0)) || (0x7F..<0xA0).contains($0.value)
                || "\u{202E}\u{2066}".unicodeScalars.contains($0)
        }
        #expect(bad.isEmpty, "\(format): \(bad.map { String($0.value, radix: 16) })")
        #expect(text.contains("ada"))
    }

    /// A run that was stopped is none that passed, whoever reads it.
    @Test(arguments: ReportFormat.allCases) func everyFormatSaysThatTheRunWasStopped(format: ReportFormat) throws {
        var run = report([student("ada", [verdict("s", "a", "pg1", .passed)])])
        let options = ReportOptions(steps: [ReportStep(name: "s", title: "S")])
        let whole = try run.rendered(as: format, options: options)
        run.isComplete = false
        #expect(try run.rendered(as: format, options: options) != whole)
    }

    @Test func aStoppedRunHasNotPassed() {
        var whole = report([student("ada", [verdict("one", "a", nil, .passed)])])
        #expect(whole.exitStatus == 0)
        whole.isComplete = false
        #expect(whole.exitStatus == 3)
        #expect(report([student("ada", [])]).exitStatus == 3)
    }
}
