import Checks
import Foundation
import Testing

@testable import Reports

/// The figure of a chronicle: what is drawn, and that nothing a machine said becomes markup.
@Suite struct ChronicleFigureTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func chronicle(_ moments: [(Double, String, String)], _ verdict: Verdict = .passed, gaps: [ToldChronicle.Gap] = [])
        -> ToldChronicle
    {
        ToldChronicle(
            title: "The last loss", moments: moments.map { .init(at: Self.start.addingTimeInterval($0.0), machine: $0.1, said: $0.2) },
            gaps: gaps,
            isCut: false, decided: "pg2 took over from pg1.",
            judgement: Judgement(
                subject: .init(check: "loss-answered", machine: nil), step: "", title: "The loss was answered", why: "", verdict: verdict))
    }

    @Test func eachMomentIsAPointOnItsMachinesLineAndARow() throws {
        let html = ChronicleFigure(
            chronicle([(0, "pg2", "loses sight of pg1"), (0.04, "pg3", "loses sight of pg1"), (12.5, "pg2", "has won")]),
            machines: ["pg1", "pg2", "pg3"]
        ).html
        #expect(html.components(separatedBy: "<circle").count - 1 == 3)
        #expect(html.components(separatedBy: "<line").count - 1 == 2, "pg1 has no moment, and no line")
        #expect(html.contains("<tr><td>12.5</td><td>pg2</td><td>has won</td></tr>"))
        #expect(html.contains("What decided it: pg2 took over from pg1."))
        let heights = html.matches(of: #/cy="(\d+)"/#).map(\.output.1)
        #expect(heights[0] == heights[2] && heights[0] != heights[1])
    }

    @Test func whatMachinesSaidIsText() {
        let hostile = "</title><script>alert(1)</script>\u{1B}[2J\"\u{301}'"
        let html = ChronicleFigure(
            chronicle([(0, hostile, hostile)], gaps: [.init(machine: hostile, said: hostile)]), machines: []
        ).html
        #expect(!html.contains("<script"))
        #expect(!html.contains("\u{1B}"))
        #expect(!html.unicodeScalars.contains("'"))
    }

    @Test func aGapAndWhatIsNotKnownAreSaid() {
        let unknown = Verdict.unknown([])
        let html = ChronicleFigure(chronicle([], unknown, gaps: [.init(machine: "pg3", said: "its log was rotated")]), machines: ["pg3"])
            .html
        #expect(html.contains("nobody knows what decided it"))
        #expect(html.contains("Not known of pg3: its log was rotated"))
        #expect(!html.contains("<svg"))
    }

    @Test func manyMomentsFit() {
        let moments = (0..<200).map { (Double($0), "pg\($0 % 4)", "moment \($0)") }
        let html = ChronicleFigure(chronicle(moments), machines: []).html
        let width = html.firstMatch(of: #/viewBox="0 0 (\d+) /#).flatMap { Int($0.output.1) } ?? 0
        let points = html.matches(of: #/cx="(\d+)"/#).compactMap { Int($0.output.1) }
        #expect(points.count == 200 && points.allSatisfy { $0 < width })
    }
}
