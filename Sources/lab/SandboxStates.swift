import ArgumentParser
import Course
import DataFiles
import Foundation
import Sandbox
import Walk

/// Puts practice machines into states of the course: the start of any step.
struct SandboxStates {
    let sandbox: Sandbox
    let course: CourseOptions
    /// What the user saves has no origin that could go out of date.
    private static let own = "own"

    /// Saves the machines as they are.
    func save(as name: String, tell: @escaping @Sendable (Sandbox.Progress) -> Void) async throws {
        let lab = try course.lab(on: course.shelf())
        guard Alphabet.accepts(name) else { throw ValidationError("'\(name)' cannot be a name: small letters, digits and hyphens can.") }
        guard lab.step(named: name) == nil else { throw ValidationError("'\(name)' is a step, and its start is saved by itself. Take another name.") }
        try await sandbox.save(.init(name: name, fingerprint: Self.own), services: services(lab), progress: tell)
    }

    /// Removes what was saved under a name.
    func forget(_ name: String) async throws {
        let saved = try await sandbox.saved()
        guard saved.contains(where: { $0.name == name }) else {
            let near = didYouMean(name, among: saved.map(\.name))
            throw ValidationError("Nothing is saved under the name '\(name)'.\(near) 'lab sandbox save' lists what is.")
        }
        for point in saved where point.name == name { try await sandbox.forget(point) }
    }

    /// Back to the start of a step, which is made where it is not saved, or to what was saved under a name.
    func putBack(to name: String, tell: @escaping @Sendable (Sandbox.Progress) -> Void) async throws {
        let lab = try course.lab(on: course.shelf())
        let saved = try await sandbox.saved()
        guard let position = lab.position(of: name) else {
            guard let point = saved.first(where: { $0.name == name && $0.fingerprint == Self.own }) else {
                let names = lab.steps.map(\.name) + saved.filter { $0.fingerprint == Self.own }.map(\.name)
                let near = didYouMean(name, among: names)
                throw ValidationError("There is no step '\(name)', and nothing was saved under that name.\(near)")
            }
            return try await sandbox.restore(point, services: services(lab), progress: tell)
        }
        // The start of the first steps, before anything was typed, is what fresh clones are.
        guard let first = lab.steps.firstIndex(where: { !$0.tasks.isEmpty }), position > first else {
            return try await sandbox.reset(progress: tell)
        }
        let target = try point(lab, name)
        if saved.contains(target) { return try await sandbox.restore(target, services: services(lab), progress: tell) }
        var start = first
        for earlier in (first + 1..<position).reversed() where saved.contains(try point(lab, lab.steps[earlier].name)) {
            start = earlier
            break
        }
        let minutes = max(1, Int((Double(position - start) * 12 / 60).rounded(.up)))
        tell(.step("The start of \(name) is not saved yet. Typing the course from \(lab.steps[start].name) on, about \(minutes) min; the next time it takes seconds"))
        if start == first {
            try await sandbox.reset(progress: tell)
        } else {
            try await sandbox.restore(try point(lab, lab.steps[start].name), services: services(lab), progress: tell)
        }
        try await type(lab.steps[start..<position].map(\.name), tell)
        try await sandbox.save(target, services: services(lab), progress: tell)
    }

    private func point(_ lab: Lab, _ step: String) throws -> Sandbox.SavedPoint {
        var fingerprint = try lab.fingerprint(before: step, platform: sandbox.plan.platform)
        fingerprint.add(try sandbox.fingerprint().utf8)
        return .init(name: step, fingerprint: fingerprint.description)
    }

    private func type(_ steps: [String], _ tell: @escaping @Sendable (Sandbox.Progress) -> Void) async throws {
        var options = StudentOptions()
        options.course = course
        options.machinesFile = sandbox.inventory.path
        let student = try options.student()
        let names = Set(steps)
        let proofs = try await student.walk(student.lab.steps.filter { names.contains($0.name) }[...], proving: false) { progress in
            if case .step(let step, _, _) = progress { tell(.step("Step \(step.name)")) }
        }
        await student.fleet.close()
        if let broken = proofs.first(where: { !$0.isProved }) { throw StepNotReached(step: broken.step, failed: broken.failed?.call.command) }
    }

    /// The services of the platform that a restored machine has to start, the server before its daemon.
    private func services(_ lab: Lab) -> [String] {
        let values = lab.platform(named: sandbox.plan.platform)?.values
        return ["pg", "repmgr"].compactMap { values?[$0]?.flattened["service"] }
    }

    /// The course could not be typed up to the step wanted.
    struct StepNotReached: Error, CustomStringConvertible {
        var step: String
        var failed: String?
        var description: String {
            "The step \(step) did not succeed on the practice machines\(failed.map { ", at: \($0.split(separator: "\n").first ?? "")" } ?? "").\nTry: lab sandbox reset, then lab walk --auto --to \(step), which tells more."
        }
    }

    /// Names of saved states: they become part of an image's tag.
    private enum Alphabet {
        static func accepts(_ name: String) -> Bool {
            let plain = name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
            return plain && (1...40).contains(name.count) && !name.contains("--") && !name.hasPrefix("-") && !name.hasSuffix("-")
        }
    }
}
