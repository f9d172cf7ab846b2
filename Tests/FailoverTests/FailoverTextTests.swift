@testable import Display
import Foundation
import Testing
@testable import Failover

@Suite struct FailoverTextTests {
    private static func text(width: Int, unicode: Bool = true, colour: Bool = true) -> FailoverText {
        var text = FailoverText(Terminal(isTerminal: true, hasColour: colour, hasUnicode: unicode, canRedraw: true, width: width))
        text.timeZone = .gmt
        return text
    }

    /// pg1 dies after 20 s, pg2 takes over after 27 s; servers send what they like.
    private static func timeline(until end: Double, evil: Bool = false, slot: Double = 0.25) -> FailoverTimeline {
        var timeline = FailoverTimeline(start: Date(timeIntervalSince1970: 43_384.2), machines: ["pg1", "pg2", "pg3"])
        let said = evil ? "\u{1B}[2J\u{7}漢字 \(String(repeating: "long ", count: 80))" : "Connection refused"
        func standby(_ row: Int) -> MachineSighting {
            .answers(
                ServerState(role: .standby, timeline: 1, row: row, received: WALLocation("0/3000148"), replayed: WALLocation("0/3000148")))
        }
        for step in 0...Int(end / slot) {
            let time = Double(step) * slot
            let isDown = time > 20 && time < 27
            timeline.add(
                FailoverSample(
                    time: time,
                    write: isDown
                        ? (step == 81 ? .unanswered(row: step, said: said) : .refused(row: step, said: said))
                        : .acknowledged(row: step, by: time < 27 ? "pg1" : "pg2"),
                    machines: [
                        "pg1": time <= 20 ? .answers(ServerState(role: .primary, timeline: 1, row: step)) : .silent(said: said),
                        "pg2": time < 27 ? standby(min(step, 80)) : .answers(ServerState(role: .primary, timeline: 2, row: step)),
                        "pg3": standby(step),
                    ]))
        }
        return timeline
    }

    private static func evidence(lost: ClosedRange<Int>? = nil) -> FailoverEvidence {
        var rows = Set(0...400)
        lost?.forEach { rows.remove($0) }
        rows.remove(81)
        var evidence = FailoverEvidence(primary: "pg2", rows: rows)
        evidence.nodes = [.init(name: "pg2", type: "primary", priority: 80), .init(name: "pg3", type: "standby", priority: 60)]
        evidence.events = [
            .init(
                at: Date(timeIntervalSince1970: 43_411), node: "pg2", event: "repmgrd_failover_promote", successful: true,
                details: "node 2\u{1B}[31m promoted\nto primary; old primary 1 marked as failed")
        ]
        evidence.deleted = 120
        return evidence
    }

    @Test(arguments: [80, 60, 40, 20, 132], [true, false])
    func aPictureFitsTheTerminal(width: Int, unicode: Bool) {
        for end in [0.0, 5, 20.5, 26, 40, 300] {
            for evil in [false, true] {
                let lines = Self.text(width: width, unicode: unicode).picture(Self.timeline(until: end, evil: evil))
                #expect(lines.allSatisfy { Layout.width($0) <= width - 1 }, "\(lines)")
                #expect(lines.count >= 6)
                #expect(lines.count <= 7)
                #expect(!lines.joined().contains("\u{7}"))
                #expect(!lines.joined().contains("[2J"))
            }
        }
    }

    @Test func aPictureAt80Columns() {
        let lines = Self.text(width: 80, colour: false).picture(Self.timeline(until: 30))
        #expect(
            lines == [
                "  writes  ████████████████████████████·············███████  row 120 on pg2",
                "  pg1     ███████████████████████████·····················  no answer",
                "  pg2     ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒███████  primary, timeline 2",
                "  pg3     ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  standby, row 120",
                "          █ primary, written  ▒ standby  · nothing",
                "  0:30, Ctrl-C ends the watch",
            ])
    }

    @Test func aPictureAt60ColumnsInASCII() {
        let lines = Self.text(width: 60, unicode: false, colour: false).picture(Self.timeline(until: 25))
        #expect(
            lines == [
                "  writes  PPPPPPPPPPPPPPPPPPPPPP..........  none for 5.0 s",
                "  pg1     PPPPPPPPPPPPPPPPPPPPP...........  no answer",
                "  pg2     ssssssssssssssssssssssssssssssss  standby",
                "  pg3     ssssssssssssssssssssssssssssssss  standby",
                "          P primary, written  s standby  . nothing",
                "  no write since 12:03:24.2: Connection refused",
                "  0:25, Ctrl-C ends the watch",
            ])
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 128 } })
    }

    @Test func theReportSaysTheFigures() {
        let text = Self.text(width: 80, colour: false)
        #expect(
            text.report(Self.timeline(until: 40), Self.evidence()) == [
                "No write was possible for 7.0 s (from 12:03:24.2 to 12:03:31.2). pg1 acknowledged the last row before, pg2 "
                    + "the first one after. The first error was: Connection refused",
                "81 rows were acknowledged before, 53 after; 0 of them are lost.",
                "1 row was sent, and no answer came. It is not there. It does not count as lost, since nobody was told that it was safe.",
                "pg2 was promoted (seen at 12:03:31.2, timeline 1 became 2): it and pg3 had received the same WAL, and its "
                    + "priority is 80 against 60. Received when they were last seen as standbys: pg2 0/3000148, pg3 0/3000148.",
            ])
        #expect(
            text.report(Self.timeline(until: 40), Self.evidence(lost: 78...80))[1]
                == "81 rows were acknowledged before, 53 after; 3 of them are lost. They are between row 78 and row 80, and not "
                + "on pg2: the server that acknowledged had not sent them on in time."
        )
        #expect(
            text.leftBehind(Self.evidence())
                == "lab has deleted its 120 rows from pg2. The table lab_watch stays in labdb for the next watch.")
        #expect(text.leftBehind(nil).contains("could not delete"))
    }

    @Test func theReportOfNothingAndOfNoReturn() {
        let text = Self.text(width: 80, colour: false)
        let quiet = text.report(Self.timeline(until: 10), FailoverEvidence(primary: "pg1", rows: Set(0...40)))
        #expect(
            quiet == [
                "There was no outage: 41 rows in 10.0 s, and every write was acknowledged.",
                "41 rows were acknowledged; 0 of them are lost.",
            ])
        let broken = text.report(Self.timeline(until: 25), nil)
        #expect(
            broken[0]
                == "No write has been possible since 12:03:24.2, for 5.0 s: service has not come back. The first error "
                + "was: Connection refused"
        )
        #expect(broken[1].contains("is not known"))
    }

    @Test func changesAreLinesWithoutControlCharacters() {
        let text = Self.text(width: 80, colour: false)
        let timeline = Self.timeline(until: 27)
        #expect(
            text.line(.writesSucceed(by: "pg2", afterSeconds: 7), timeline) == "12:03:31.2  pg2 acknowledges writes, after 7.0 s without")
        #expect(text.line(.machine("pg1", .silent(said: "a\u{1B}[2J\nb")), timeline) == "12:03:31.2  pg1 does not answer: a b")
        #expect(
            text.events(Self.evidence()) == [
                ["12:03:31.0", "pg2", "repmgrd_failover_promote", "node 2 promoted to primary; old primary 1 marked as failed"]
            ])
    }
}
