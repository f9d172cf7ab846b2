import Course
import Facts
import Foundation
import Testing

@testable import Replay

/// The recordings that come with the lab fit the lab as it is. Where one does not: `make recordings` makes them anew.
@Suite struct ShippedRecordingsTests {
    private static let root = TinyWalk.fixture.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let folder = root.appending(path: "labs/postgresql-cluster/recordings")

    private func open(_ name: String) throws -> Replay {
        let root = Self.root
        return try Replay(
            Self.folder.appending(path: "\(name).jsonl"),
            shelf: Shelf(
                labs: root.appending(path: "labs"), checks: root.appending(path: "checks"), sandbox: root.appending(path: "sandbox")))
    }

    @Test(arguments: ["course", "drills"]) func aRecordingFitsTheCourse(name: String) throws {
        let replay = try open(name)
        #expect(replay.remarks.isEmpty)
        // The repairs that lab printed: a drill is mended by them.
        var printed: Set<String> = []
        for (index, moment) in replay.moments.enumerated() {
            #expect(moment.kind != .other)
            #expect(moment.kind != .begin)
            for entry in replay.entries(of: moment) {
                switch entry.event {
                case .run(let run, let status, _):
                    let call = replay.call(of: run)
                    let isPrinted =
                        replay.lab.drill(named: run.step) != nil && printed.contains { "set +e\n" + $0 == run.command || $0 == run.command }
                    let isTyped = call.map { SecretMask.mask($0.command).text } == run.command
                    #expect(status == 0, "\(name), event \(index + 1): task \(run.task) of \(run.step) failed. make recordings")
                    #expect(
                        isPrinted || isTyped,
                        "\(name), event \(index + 1): task \(run.task) of \(run.step) is another by now. make recordings")
                case .step(let step): #expect(replay.lab.step(named: step) != nil, "there is no step \(step) any more. make recordings")
                case .drill(let drill, _):
                    #expect(replay.lab.drill(named: drill) != nil, "there is no drill \(drill) any more. make recordings")
                default: break
                }
            }
            guard moment.kind == .check else { continue }
            for case .failed(let diagnosis) in replay.verdicts(at: index).judgements.map(\.verdict) {
                printed.formUnion(diagnosis.causes.flatMap(\.fix).map { SecretMask.mask($0.run).text })
            }
            let outcome = replay.verdicts(at: index)
            #expect(outcome.differences.isEmpty, "\(name), event \(index + 1): \(outcome.differences) \(outcome.asThen). make recordings")
            #expect(outcome.asThen.isEmpty, "\(name), event \(index + 1): \(outcome.differences) \(outcome.asThen). make recordings")
        }
    }

    /// A step says what a command prints. Line by line the command has printed that, whatever its numbers.
    @Test func whatATaskIsSaidToPrintWasPrinted() throws {
        let replay = try open("course")
        var seen: Set<String> = []
        for entry in replay.moments.flatMap(replay.entries) {
            guard case .run(let run, _, let output) = entry.event, seen.insert("task \(run.task) of \(run.step)").inserted,
                let prints = replay.call(of: run)?.prints
            else { continue }
            let printed = output.split(separator: "\n").map(Self.withoutNumbers)
            for line in prints.split(separator: "\n") where !line.allSatisfy({ "-+".contains($0) }) {
                let parts = line.split(separator: "…").map(Self.withoutNumbers)
                #expect(
                    printed.contains { line in parts.allSatisfy(line.contains) },
                    "task \(run.task) of \(run.step) did not print: \(line)")
            }
        }
        #expect(seen.count > 100)
    }

    private static func withoutNumbers(_ text: Substring) -> String {
        // A program that waits prints a dot each second.
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing(/[0-9]+/, with: "0").replacing(/\.{3,}/, with: "...")
    }

    @Test func theCourseIsRecordedWhole() throws {
        let replay = try open("course")
        #expect(replay.steps == replay.lab.steps.map(\.name))
        // The checks of each step are seen before its tasks and after them.
        for step in replay.lab.steps where !step.checks.isEmpty {
            let number = replay.steps.firstIndex(of: step.name)
            let checks = replay.moments.indices.filter { replay.moments[$0].kind == .check && Int(replay.moments[$0].step) == number }
            #expect(checks.count == 2, "\(step.name)")
            #expect(checks.last.map { replay.verdicts(at: $0).counts.allPassed } == true, "\(step.name)")
        }
    }
}
