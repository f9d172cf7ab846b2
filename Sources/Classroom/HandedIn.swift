import Checks
import Course
import DataFiles
import Foundation
import Reports

/// What students have handed in, to be judged side by side and without machines: all of the lab of the first of them. One is read at
/// a time, and nothing is kept of it but its report: a class is larger than a student's computer.
package struct HandedIn: Sendable {
    package private(set) var plan: ClassPlan
    /// What is wrong with files that cannot be judged. They hold up nobody else.
    package private(set) var unusable: [FactBundle.Unusable] = []
    private let shelf: Shelf
    /// The class whose values count, if there is one.
    private let members: Class?
    private let files: ArraySlice<String>
    private let first: (file: String, bundle: FactBundle)

    /// Reads the files up to the first that can be judged.
    /// - Parameter members: the class of these students: each bundle has to be made with the values that it gives the student.
    /// - Throws: `FactBundle.Unusable` if none of them can be; what is wrong with the lab or its checks.
    package init(_ files: [String], of members: Class? = nil, on shelf: Shelf) throws {
        var files = files[...]
        while let file = files.popFirst() {
            do {
                let bundle = try Self.read(file)
                let lab = bundle.facts.lab
                let shelf = try shelf.holding(lab)
                guard shelf.labNames.contains(lab) else { throw FactBundle.Unusable(file: file, why: Self.noLab(lab)) }
                let plain = try Lab.load(shelf.labs.appending(path: lab), drills: false)
                if let why = Self.refusal(of: bundle, by: plain) { throw FactBundle.Unusable(file: file, why: why) }
                let checks = try CheckCatalog.load(shelf.checks, for: plain)
                plan = try Self.fitting(file) {
                    try ClassPlan([bundle.inventory], checks: checks) { chosen in
                        chosen.isEmpty ? plain : try Lab.load(shelf.labs.appending(path: lab), choosing: chosen, drills: false)
                    }
                }
                first = (file, bundle)
                (self.files, self.shelf, self.members) = (files, shelf, members)
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

    /// Why a bundle cannot be judged as work of this class: the machines were asked with its own values, so no others can be judged
    /// from it. Nil if it can, or if there is no class.
    private func refusal(of bundle: FactBundle, in folder: URL) throws -> String? {
        guard let members else { return nil }
        guard let member = members.students.first(where: { $0.name == bundle.student }) else {
            let near = nearestName(to: bundle.student, among: members.students.map(\.name)).map { "; the nearest name is '\($0)'" } ?? ""
            return "the class \(members.name) has no student '\(bundle.student)'\(near)"
        }
        guard members.lab == bundle.facts.lab else { return "it is for lab '\(bundle.facts.lab)', and the class builds '\(members.lab)'" }
        let choice = member.inventory.choice
        let wanted = choice.isEmpty ? plan.lab.variables : try Lab.load(folder, choosing: choice, drills: false).variables
        let differing = wanted.keys.sorted().compactMap { name -> String? in
            let (own, value) = (bundle.variables[name] ?? plan.lab.variables[name] ?? "", wanted[name] ?? "")
            return own == value ? nil : "\(name) \(own) instead of \(value)"
        }
        guard !differing.isEmpty else { return nil }
        let said = bundle.variant.map { "variant '\($0)'" } ?? "no variant"
        let told = choice.variant.map { "variant '\($0.name)'" } ?? "none"
        return "it was made with other values than '\(bundle.student)' has in the class: \(differing.joined(separator: ", ")). "
            + "Its machines.yaml says \(said), and the class \(told)"
    }

    /// Does something with a bundle's own values. Those that do not fit the lab are a fault of the file.
    private static func fitting<Outcome>(_ file: String, _ work: () throws -> Outcome) throws -> Outcome {
        do {
            return try work()
        } catch let wrong as Complaints where wrong.all.allSatisfy({ $0.place.file == FactBundle.place.file }) {
            throw FactBundle.Unusable(file: file, why: wrong.all.first.map { "\($0.what)" } ?? "its values do not fit the lab")
        }
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
                if let why = try refusal(of: bundle, in: folder) { throw FactBundle.Unusable(file: file, why: why) }
                try Self.fitting(file) { try plan.take(bundle.inventory) { try Lab.load(folder, choosing: $0, drills: false) } }
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
