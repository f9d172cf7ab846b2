import Checks
import Course
import Foundation
import Reports

/// What students have handed in, to be judged side by side and without machines: all of the lab of the first of them. One is read at
/// a time, and nothing is kept of it but its report: a class is larger than a student's computer.
package struct HandedIn: Sendable {
    package private(set) var plan: ClassPlan
    /// What is wrong with files that cannot be judged. They hold up nobody else.
    package private(set) var unusable: [FactBundle.Unusable] = []
    private let shelf: Shelf
    private let files: ArraySlice<String>
    private let first: (file: String, bundle: FactBundle)

    /// Reads the files up to the first that can be judged.
    /// - Throws: `FactBundle.Unusable` if none of them can be; what is wrong with the lab or its checks.
    package init(_ files: [String], on shelf: Shelf) throws {
        var files = files[...]
        while let file = files.popFirst() {
            do {
                let bundle = try Self.read(file)
                let lab = bundle.facts.lab
                let shelf = try shelf.holding(lab)
                guard shelf.labNames.contains(lab) else { throw FactBundle.Unusable(file: file, why: Self.noLab(lab)) }
                let plain = try Lab.load(shelf.labs.appending(path: lab), drills: false)
                if let why = Self.refusal(of: bundle, by: plain) { throw FactBundle.Unusable(file: file, why: why) }
                plan = try ClassPlan([bundle.inventory], checks: try CheckCatalog.load(shelf.checks, for: plain)) { chosen in
                    chosen.isEmpty ? plain : try Lab.load(shelf.labs.appending(path: lab), choosing: chosen, drills: false)
                }
                first = (file, bundle)
                (self.files, self.shelf) = (files, shelf)
                return
            } catch let fault as FactBundle.Unusable {
                unusable.append(fault)
            }
        }
        throw unusable.first ?? FactBundle.Unusable(file: "--bundle", why: "no file is named")
    }

    private static func read(_ file: String) throws(FactBundle.Unusable) -> FactBundle {
        do {
            return try FactBundle(reading: URL(filePath: file))
        } catch let fault as FactBundle.Unusable {
            throw fault
        } catch {
            throw FactBundle.Unusable(file: file, why: "\(error)")
        }
    }

    private static func noLab(_ name: String) -> String { "there is no lab '\(name.prefix(63))' here" }

    /// Why a bundle cannot be judged by this lab; nil if it can.
    private static func refusal(of bundle: FactBundle, by lab: Lab) -> String? {
        lab.platform(named: bundle.facts.platform) == nil
            ? "it is for platform '\(bundle.facts.platform.prefix(63))', which lab \(lab.name) does not have" : nil
    }

    /// Why a bundle cannot be judged beside those before it; nil if it can.
    /// - Parameter owners: the students of those, with their files.
    private func refusal(of bundle: FactBundle, beside owners: [String: String]) -> String? {
        guard shelf.allLabNames.contains(bundle.facts.lab) else { return Self.noLab(bundle.facts.lab) }
        guard bundle.facts.lab == plan.lab.name else {
            return "it is for lab '\(bundle.facts.lab.prefix(63))', but \(first.file) is for '\(plan.lab.name)'"
        }
        if let other = owners[bundle.student] { return "it is from '\(bundle.student)', as is \(other)" }
        return Self.refusal(of: bundle, by: plan.lab)
    }

    /// Judges them, in their order. What cannot be judged is among `unusable` then.
    /// - Throws: `FactBundle.Unusable` if that is the only one; what judging throws.
    package mutating func judge(upTo step: String?, started: Date) throws -> RunReport {
        var students: [StudentReport] = []
        var owners: [String: String] = [:]
        let folder = shelf.labs.appending(path: plan.lab.name)
        for file in [first.file] + files {
            do {
                let bundle = file == first.file && owners.isEmpty ? first.bundle : try Self.read(file)
                if let why = refusal(of: bundle, beside: owners) { throw FactBundle.Unusable(file: file, why: why) }
                owners[bundle.student] = file
                try plan.take(bundle.inventory) { try Lab.load(folder, choosing: $0, drills: false) }
                students.append(try plan.judge(bundle, from: file, upTo: step, at: started))
            } catch let fault as FactBundle.Unusable {
                guard !files.isEmpty else { throw fault }
                unusable.append(fault)
            }
        }
        return RunReport(
            lab: plan.lab.name, started: started, finished: Date(), isComplete: unusable.isEmpty, students: students
        ).warningAboutSharedMachines(by: plan.checks.facts.identityMarks)
    }
}
