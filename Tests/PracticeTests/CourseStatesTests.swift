import Course
import Foundation
import Sandbox
import TestSupport
import Testing

@testable import Practice

/// How practice machines come to a state, without any machine.
@Suite struct CourseStatesTests {
    private let states: CourseStates
    private let lab: Lab
    private let services: (debian: [String], rocky: [String])

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "no-states")
        lab = try ShippedCourse.lab
        let machines = try #require(try PracticeMachines.read(lab, engine: RecordedWalk.root.appending(path: "sandbox")))
        let sandbox = Sandbox(description: machines.description, state: folder, cache: folder)
        states = CourseStates(sandbox: sandbox, lab: lab, services: machines.services(on: "debian12")) { throw CancellationError() }
        services = (machines.services(on: "debian12"), machines.services(on: "rocky9"))
    }

    private func saved(_ steps: String...) throws -> [Sandbox.SavedPoint] { try steps.map(states.point) }

    @Test func theServerStartsBeforeItsDaemon() {
        #expect(services.debian == ["postgresql@15-main", "repmgrd"])
        #expect(services.rocky == ["postgresql-17", "repmgr-17"])
    }

    @Test func theFirstStepsAreFreshClones() throws {
        #expect(try states.route(to: "welcome", saved: []) == .clones)
        #expect(try states.route(to: "machines", saved: try saved("names")) == .clones)
    }

    @Test func aSavedStartIsRestored() throws {
        let point = try states.point(before: "install")
        #expect(try states.route(to: "install", saved: [point]) == .saved(point))
    }

    @Test func theNearestEarlierStartIsTypedFrom() throws {
        let route = try states.route(to: "access", saved: try saved("names", "trust", "replication"))
        #expect(
            route
                == .typed(
                    ["trust", "postgresql-conf"], from: try states.point(before: "trust"), saving: try states.point(before: "access")))
    }

    @Test func withoutAnyTheCourseIsTypedFromItsFirstTask() throws {
        guard case .typed(let steps, let start, _) = try states.route(to: "names", saved: []) else {
            Issue.record("nothing is typed")
            return
        }
        #expect(start == nil)
        #expect(steps == ["machines", "identity"])
    }

    /// A start that was saved of another course, or of machines that were made otherwise, is not this one's.
    @Test func aStartOfAnotherCourseIsNotTaken() throws {
        let old = Sandbox.SavedPoint(name: "install", fingerprint: "0123456789abcdef")
        guard case .typed(_, nil, _) = try states.route(to: "install", saved: [old]) else {
            Issue.record("an old start was taken")
            return
        }
        #expect(throws: CourseStates.Refusal.self) { try states.route(to: "mine", saved: [.init(name: "mine", fingerprint: "0123")]) }
    }

    @Test func whatTheUserSavedIsFoundByItsName() throws {
        let own = Sandbox.SavedPoint(name: "mine", fingerprint: "own")
        #expect(try states.route(to: "mine", saved: [own]) == .saved(own))
        #expect(throws: CourseStates.Refusal.unknown("mien", known: lab.steps.map(\.name) + ["mine"])) {
            try states.route(to: "mien", saved: [own])
        }
        let said = CourseStates.Refusal.unknown("mien", known: ["mine"]).description
        #expect(said.contains("'mine'"))
    }

    @Test(arguments: ["", "Mine", "a--b", "-a", "a-", "a b", String(repeating: "a", count: 41)])
    func someNamesCannotBeATag(name: String) { #expect(!CourseStates.isName(name)) }

    @Test(arguments: ["a", "before-my-experiment", "2"])
    func otherNamesCan(name: String) { #expect(CourseStates.isName(name)) }
}
