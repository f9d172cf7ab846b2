import Course
import Foundation
import Journal
import Testing
import Walk

@testable import Replay

/// How machines come to be as they were at a moment of a walk: what is typed, and what is not.
@Suite struct WayOnTests {
    private func own(_ platform: String? = nil) throws -> Situation {
        let lab = try Lab.load(TinyWalk.shelf.labs.appending(path: "tiny"))
        var known = try #require(lab.platform(named: "debian12"))
        if let platform { known.name = platform }
        return Situation(
            lab: lab, platform: known, environment: .sandbox,
            contacts: ["pg1": Contact(address: "10.94.0.1", user: "student"), "pg2": Contact(address: "10.94.0.2", user: "student")])
    }

    private func walk(_ body: (TinyWalk, Journal) throws -> Void = { _, _ in }) throws -> Replay {
        let walk = try TinyWalk()
        try walk.writeAll()
        try walk.write { try body(walk, $0) }
        let copy = FileManager.default.temporaryDirectory.appending(path: "way-\(UUID().uuidString).jsonl")
        try FileManager.default.copyItem(at: walk.file, to: copy)
        // A journal that is open stays readable.
        defer { try? FileManager.default.removeItem(at: copy) }
        return try Replay(copy, shelf: TinyWalk.shelf)
    }

    @Test func theStepsOwnTasksAreTypedWithTheValuesOfTheseMachines() throws {
        let replay = try walk()
        let check = try #require(replay.moments.indices.filter { replay.moments[$0].kind == .check }.dropFirst().first)
        let way = try replay.wayOn(from: check, in: own())
        #expect(way.step == "names")
        #expect(way.drill == nil)
        #expect(
            way.typed.map(\.call.command) == [
                "hostnamectl set-hostname pg1", "hostnamectl set-hostname pg2", "hostnamectl set-hostname pg2",
                "echo '10.94.0.2 pg2' >>/etc/hosts",
            ])
        #expect(way.typed.map(\.status) == [0, 1, 0, 0])
        #expect(way.then?.addresses["pg2"] == "10.0.0.12")
    }

    @Test func ofALaterStepOnlyWhatCameSinceItsStartIsTyped() throws {
        let replay = try walk()
        let step = try #require(replay.moment(ofStep: "service"))
        #expect(try replay.wayOn(from: step, in: own()).typed.isEmpty)
        let last = replay.moments.count - 1
        let way = try replay.wayOn(from: last, in: own())
        #expect(way.step == "service")
        #expect(way.typed.map(\.call.place) == ["pg1", "pg2"])
        #expect(way.drill == nil, "the drill has ended")
    }

    @Test func theFaultOfAnOpenDrillIsPutIn() throws {
        let replay = try walk()
        let drill = try #require(replay.moments.firstIndex { $0.kind == .drill })
        #expect(try replay.wayOn(from: drill + 1, in: own()).drill?.name == "stopped")
        let open = try walk { walk, journal in
            try walk.note(journal, .drill("stopped", blind: false))
            try walk.run(journal, "stopped", 1, "pg2", "systemctl start by-hand")
        }
        #expect(try open.wayOn(from: open.moments.count - 1, in: own()).typed.filter { !$0.isOfCourse }.map(\.step) == ["stopped"])
    }

    @Test func wordsThatAreNotTheCoursesAreMarkedAndTakeTheseAddresses() throws {
        let replay = try walk { walk, journal in
            try walk.run(journal, "service", 9, "pg1", "ping 10.0.0.12; ping 10.0.0.1")
            try walk.run(journal, "service", 9, "workstation", "rm -rf ~")
        }
        let way = try replay.wayOn(from: replay.moments.count - 1, in: own())
        let foreign = way.typed.filter { !$0.isOfCourse }
        #expect(foreign.map(\.call.command) == ["ping 10.94.0.2; ping 10.0.0.1"])
        #expect(way.remarks.contains { $0.contains("at workstation is not typed again") })
    }

    @Test func afterMachinesWerePutBackNothingOfBeforeIsTyped() throws {
        let replay = try walk { walk, journal in
            try walk.note(journal, .again(step: "service", undone: ["service"]))
            try walk.note(journal, .step("service"))
        }
        #expect(try replay.wayOn(from: replay.moments.count - 1, in: own()).typed.isEmpty)
    }

    @Test func aPartOfAWalkIsRefused() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let part = try Replay(walk.file, shelf: TinyWalk.shelf, only: 3...9)
        #expect(throws: Replay.NoWayOn.part) { try part.wayOn(from: 2, in: own()) }
    }

    @Test func otherMachinesAreRefused() throws {
        let replay = try walk()
        #expect(throws: Replay.NoWayOn.otherPlatform(walk: "debian12", machines: "rocky9")) { try replay.wayOn(from: 5, in: own("rocky9")) }
    }
}
