import Course
import DataFiles
import Foundation
import Sandbox
import Walk

/// Puts practice machines into states of the course: the start of any step, or what was saved under a name.
package struct CourseStates: Sendable {
    package let sandbox: Sandbox
    private let lab: Lab
    /// Those of the platform that a restored machine has to start, in this order.
    private let services: [String]
    /// Opens the student whose machines these are, once they have been put back.
    private let student: @Sendable () throws -> Student
    /// What the user saves has no origin that could go out of date.
    private static let own = "own"

    /// - Parameters:
    ///   - services: those that a restored machine has to start, in this order.
    ///   - student: opens the student whose machines these are. Asked each time, since machines that were put back are reached anew.
    package init(sandbox: Sandbox, lab: Lab, services: [String], student: @escaping @Sendable () throws -> Student) {
        self.sandbox = sandbox
        self.lab = lab
        self.services = services
        self.student = student
    }

    /// Saves the machines as they are.
    /// - Throws: `Refusal`, and what the sandbox throws.
    package func save(as name: String, tell: @escaping @Sendable (Sandbox.Progress) -> Void) async throws {
        guard Self.isName(name) else { throw Refusal.badName(name) }
        guard lab.step(named: name) == nil else { throw Refusal.isStep(name) }
        try await sandbox.save(.init(name: name, fingerprint: Self.own), services: services, progress: tell)
        tell(.step("Looking at the machines, for 'diff with \(name)'"))
        try await keepFacts(of: name)
    }

    /// Where it is kept what the machines were like when they were saved under a name.
    /// - Parameter sandbox: the folder of the sandbox's own files.
    package static func facts(of name: String, in sandbox: URL) -> URL { sandbox.appending(path: "saved/\(name).json") }

    /// What is kept beside the images is a help: machines that do not answer are saved all the same.
    private func keepFacts(of name: String) async throws {
        let file = Self.facts(of: name, in: sandbox.inventory.deletingLastPathComponent())
        try? FileManager.default.removeItem(at: file)
        let student = try student()
        let facts = try await student.record(seconds: 20).facts
        await student.fleet.close()
        guard facts.machines.allSatisfy(\.reached) else { return }
        try PrivateFile.makeFolder(file.deletingLastPathComponent())
        try PrivateFile.write(facts.json(), to: file)
    }

    /// Removes what was saved under a name.
    /// - Throws: `Refusal`, and what the sandbox throws.
    package func forget(_ name: String) async throws {
        let saved = try await sandbox.saved()
        guard saved.contains(where: { $0.name == name }) else { throw Refusal.notSaved(name, known: saved.map(\.name)) }
        for point in saved where point.name == name { try await sandbox.forget(point) }
        try? FileManager.default.removeItem(at: Self.facts(of: name, in: sandbox.inventory.deletingLastPathComponent()))
    }

    /// Back to the start of a step, which is made if it is not saved, or to what was saved under a name.
    /// - Throws: `Refusal`, `StepNotReached`, and what the sandbox throws.
    package func putBack(to name: String, tell: @escaping @Sendable (Sandbox.Progress) -> Void) async throws {
        switch try route(to: name, saved: try await sandbox.saved()) {
        case .clones: try await sandbox.reset(progress: tell)
        case .saved(let point): try await sandbox.restore(point, services: services, progress: tell)
        case .typed(let steps, let start, let target):
            tell(.step(Self.warning(before: name, typing: steps)))
            if let start {
                try await sandbox.restore(start, services: services, progress: tell)
            } else {
                try await sandbox.reset(progress: tell)
            }
            try await type(steps, tell)
            try await sandbox.save(target, services: services, progress: tell)
        }
    }

    /// How machines come to a state.
    enum Route: Hashable {
        /// Fresh clones: the start of the first steps, before anything was typed.
        case clones
        case saved(Sandbox.SavedPoint)
        /// Steps are typed from a saved state, or from fresh clones on, and what comes of it is saved.
        case typed([String], from: Sandbox.SavedPoint?, saving: Sandbox.SavedPoint)
    }

    func route(to name: String, saved: [Sandbox.SavedPoint]) throws -> Route {
        guard let position = lab.position(of: name) else {
            let own = saved.filter { $0.fingerprint == Self.own }
            guard let point = own.first(where: { $0.name == name }) else {
                // What somebody saved under a number is meant before the step with that number.
                if let step = lab.step(called: name) { return try route(to: step.name, saved: saved) }
                throw Refusal.unknown(name, known: lab.steps.map(\.name) + own.map(\.name))
            }
            return .saved(point)
        }
        guard let first = lab.steps.firstIndex(where: { !$0.tasks.isEmpty }), position > first else { return .clones }
        let target = try point(before: name)
        if saved.contains(target) { return .saved(target) }
        for earlier in (first + 1..<position).reversed() {
            let start = try point(before: lab.steps[earlier].name)
            if saved.contains(start) { return .typed(lab.steps[earlier..<position].map(\.name), from: start, saving: target) }
        }
        return .typed(lab.steps[first..<position].map(\.name), from: nil, saving: target)
    }

    /// A saved start of a step is that of this course, on machines that were made like these.
    func point(before step: String) throws -> Sandbox.SavedPoint {
        var fingerprint = try lab.fingerprint(before: step, platform: sandbox.plan.platform)
        fingerprint.add(try sandbox.fingerprint().utf8)
        if let variant = sandbox.plan.variant { fingerprint.add("variant \(variant)".utf8) }
        return .init(name: step, fingerprint: fingerprint.description)
    }

    private static func warning(before name: String, typing steps: [String]) -> String {
        let minutes = max(1, Int((Double(steps.count) * 12 / 60).rounded(.up)))
        return
            "The start of \(name) is not saved yet. Typing the course from \(steps.first ?? name) on, about \(minutes) min; "
            + "the next time it takes seconds"
    }

    private func type(_ steps: [String], _ tell: @escaping @Sendable (Sandbox.Progress) -> Void) async throws {
        let student = try student()
        let proofs = try await student.walk(student.lab.steps.filter { steps.contains($0.name) }[...], proving: false) { progress in
            if case .step(let step, _, _) = progress { tell(.step("Step \(step.name)")) }
        }
        await student.fleet.close()
        if let broken = proofs.first(where: { !$0.isProved }) {
            throw StepNotReached(step: broken.step, failed: broken.failed?.call.command)
        }
    }

    /// Names of saved states become part of an image's tag.
    package static func isName(_ name: String) -> Bool {
        let plain = name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" }
        return plain && (1...40).contains(name.count) && !name.contains("--") && !name.hasPrefix("-") && !name.hasSuffix("-")
    }

    /// A name that means nothing here.
    package enum Refusal: Error, Hashable, CustomStringConvertible {
        case badName(String)
        case isStep(String)
        case notSaved(String, known: [String])
        case unknown(String, known: [String])

        package var description: String {
            switch self {
            case .badName(let name): "'\(name)' is not a valid name: use small letters, digits and hyphens."
            case .isStep(let name): "'\(name)' is a step, and its start is saved by itself. Choose another name."
            case .notSaved(let name, let known):
                "Nothing is saved under the name '\(name)'.\(didYouMean(name, among: known)) 'lab sandbox save' lists what is."
            case .unknown(let name, let known):
                "There is no step '\(name)', and nothing was saved under that name.\(didYouMean(name, among: known))"
            }
        }
    }

    /// The course could not be typed up to the step wanted.
    package struct StepNotReached: Error, CustomStringConvertible {
        var step: String
        var failed: String?

        package var description: String {
            let place = failed.map { ", at: \($0.split(separator: "\n").first ?? "")" } ?? ""
            return """
                The step \(step) did not succeed on the practice machines\(place).
                Try: lab sandbox reset, then lab walk --auto --to \(step), which says more.
                """
        }
    }
}
