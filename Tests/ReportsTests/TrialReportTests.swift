import Foundation
import Testing

@testable import Reports

/// The report of an author's trial: what was not tried is no success, and everything that failed is in it.
@Suite struct TrialReportTests {
    private var report: TrialReport {
        var report = TrialReport(lab: "web")
        report.parts = [
            .init("lint", started: .distantPast, cases: [.init("web: 2 steps", .proved)]),
            .init(
                "walk", started: .distantPast, seconds: 61.26,
                cases: [
                    .init("names", seconds: 1.04, .proved),
                    .init(
                        "page", seconds: 60, .failed(["is failed after the step: page-there\n  saw \u{1b}[31m<none>", "task 2 at web1"])),
                    .init("proxy", .notTried("an earlier step is not proved")),
                ]),
            .init("drills", started: .distantPast, cases: [.init("drills", .notTried("the walk is not proved"))]),
        ]
        return report
    }

    @Test func isProvedOnlyIfAllIs() {
        #expect(!report.isProved)
        #expect(report.parts.map(\.isProved) == [true, false, false])
        var report = report
        report.parts = [report.parts[0]]
        #expect(report.isProved)
    }

    @Test func saysWhatFailedAndALineForEachPart() {
        let lines = report.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.filter { !$0.isEmpty }.map { $0.trimmingSuffix(while: { $0 == " " }) } == [
                "walk: page", "  is failed after the step: page-there", "    saw <none>", "  task 2 at web1",
                "part    proved  all", "lint    1 of 1  yes", "walk    1 of 3  NO", "drills  0 of 1  not tried: the walk is not proved",
            ])
    }

    @Test func isJUnitWithASuiteForEachPart() {
        let text = report.junit()
        #expect(text.contains(#"<testsuite name="walk" package="web" id="1" tests="3" failures="1" errors="0" skipped="1" time="61.3""#))
        #expect(text.contains(#"<testcase name="names" classname="web.walk" time="1.0"/>"#))
        #expect(text.contains(#"<failure type="walk" message="is failed after the step: page-there"#))
        #expect(text.contains("&lt;none&gt;"))
        #expect(!text.contains("\u{1b}"))
        #expect(text.contains(#"<skipped message="the walk is not proved"/>"#))
    }
}

extension String {
    fileprivate func trimmingSuffix(while holds: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, holds(last) { text.removeLast() }
        return text
    }
}
