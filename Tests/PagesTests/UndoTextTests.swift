import Course
import TestSupport
import Testing

@testable import Pages

/// What `again` shows on machines that are not a sandbox, from the shipped course.
@Suite struct UndoTextTests {
    private let lab: Lab

    init() throws { lab = try ShippedCourse.lab }

    private func situation(_ platform: String = "debian12") throws -> Situation {
        let contacts = Dictionary(uniqueKeysWithValues: lab.machines.map { ($0.name, Contact(address: "192.0.2.1", user: "student")) })
        return Situation(lab: lab, platform: try #require(lab.platform(named: platform)), environment: .own, contacts: contacts)
    }

    private func text(_ step: String, platform: String = "debian12", passed: Set<String>? = []) throws -> String {
        UndoText(try situation(platform), passed: passed).markdown(try #require(lab.step(named: step)))
    }

    @Test func theTasksAreShownWithWhatIsLost() throws {
        let text = try text("replication")
        #expect(text.hasPrefix("# Taking back step replication\n"))
        #expect(text.contains("**Lost: every row in labdb**"))
        #expect(
            text.contains("On pg1, as postgres (`sudo -iu postgres`):\n\n```\npsql -c 'DROP DATABASE IF EXISTS labdb WITH (FORCE)'\n```"))
        #expect(text.contains("lab shows them, and never runs them"))
        #expect(!text.contains("You have passed later steps"))
    }

    @Test func laterStepsThatPassedAreTakenBackFirstTheLastOneFirst() throws {
        let text = try text("standbys", passed: ["primary", "standbys", "replication", "repmgrd", "switchover"])
        let places = ["## Undo of repmgrd", "## Undo of replication", "## Undo of standbys", "## Then"].map {
            text.range(of: $0)?.lowerBound
        }
        #expect(places.allSatisfy { $0 != nil })
        #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
        #expect(text.contains("the last one first: `repmgrd`, `replication`, `standbys`."))
        #expect(text.contains("What `switchover` did stays: this step has no undo tasks."))
        #expect(!text.contains("Undo of witness"), "it has not passed")
        #expect(!text.contains("Undo of primary"), "it comes before")
    }

    @Test func aJournalThatCannotBeReadIsSaid() throws {
        #expect(try text("standbys", passed: nil).contains("lab does not know how far you are"))
    }

    @Test func eachPlatformHasItsOwn() throws {
        #expect(try text("install").contains("apt-get purge"))
        #expect(try text("install", platform: "rocky9").contains("dnf remove"))
        #expect(!(try text("install", platform: "rocky9").contains("apt-get")))
    }

    @Test func aStepWithoutUndoSaysWhyAndWhatElseThereIs() throws {
        let text = try text("failover")
        #expect(text.hasPrefix("# Step failover has no undo tasks\n"))
        #expect(text.contains("type the tasks again as they"))
        #expect(text.contains("`again repmgrd` shows how to take back everything from step repmgrd on"))
        #expect(text.contains("lab sandbox up"))
        #expect(!text.contains("Undo of"))
    }

    @Test func aStepWithoutTasksHasNothingToTakeBack() throws {
        #expect(try text("welcome").hasPrefix("# Step welcome has nothing to take back\n"))
    }

    /// Every step that changes something says one or the other; every undo task that deletes says what is lost.
    @Test(arguments: ["debian12", "rocky9"])
    func everyStepIsThoughtOf(platform: String) throws {
        let situation = try situation(platform)
        for step in lab.steps where !step.tasks.isEmpty {
            let calls = situation.calls(of: step.undo)
            #expect(calls.isEmpty == (step.withoutUndo != nil), "\(step.name)")
            if !calls.isEmpty { #expect(calls.contains { $0.why.contains("**Lost") }, "\(step.name)") }
        }
    }
}
