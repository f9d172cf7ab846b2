import Checks
import Course
import Foundation
import Reports

/// What students have handed in, to be judged side by side and without machines: all of the lab of the first of them.
package struct HandedIn: Sendable {
    package let plan: ClassPlan
    /// What is wrong with files that cannot be judged. They hold up nobody else.
    package private(set) var unusable: [FactBundle.Unusable]
    private var bundles: [(file: String, bundle: FactBundle)]

    /// Reads the files.
    /// - Throws: `FactBundle.Unusable` if none of them can be judged; what is wrong with the lab or its checks.
    package init(_ files: [String], on shelf: Shelf) throws {
        var bundles: [(file: String, bundle: FactBundle)] = []
        var unusable: [FactBundle.Unusable] = []
        var labs: [[String: String]: Lab] = [:]
        for file in files {
            do {
                let bundle = try FactBundle(reading: URL(filePath: file))
                if let why = try Self.refusal(of: bundle, beside: bundles, &labs, on: shelf) {
                    throw FactBundle.Unusable(file: file, why: why)
                }
                bundles.append((file, bundle))
            } catch let fault as FactBundle.Unusable {
                unusable.append(fault)
            } catch {
                unusable.append(FactBundle.Unusable(file: file, why: "\(error)"))
            }
        }
        guard let lab = bundles.first?.bundle.facts.lab else {
            throw unusable.first ?? FactBundle.Unusable(file: "--bundle", why: "no file is named")
        }
        plan = try ClassPlan(
            bundles.map(\.bundle.inventory),
            checks: try CheckCatalog.load(shelf.checks, for: try labs[[:]] ?? Lab.load(shelf.labs.appending(path: lab)))
        ) { chosen in
            try labs[chosen.mapValues(\.string)] ?? Lab.load(shelf.labs.appending(path: lab), choosing: chosen)
        }
        self.bundles = bundles
        self.unusable = unusable
    }

    /// Why a bundle cannot be judged beside those before it; nil if it can.
    private static func refusal(
        of bundle: FactBundle, beside bundles: [(file: String, bundle: FactBundle)], _ labs: inout [[String: String]: Lab], on shelf: Shelf
    ) throws -> String? {
        let name = String(bundle.facts.lab.prefix(63))
        guard shelf.labNames.contains(bundle.facts.lab) else { return "there is no lab '\(name)' here" }
        let known = try labs[[:]] ?? Lab.load(shelf.labs.appending(path: bundle.facts.lab))
        guard known.name == bundle.facts.lab else {
            return "it is for lab '\(name)', but \(bundles.first?.file ?? "the first") is for '\(known.name)'"
        }
        guard known.platform(named: bundle.facts.platform) != nil else {
            return "it is for platform '\(bundle.facts.platform.prefix(63))', which lab \(known.name) does not have"
        }
        if let other = bundles.first(where: { $0.bundle.student == bundle.student }) {
            return "it is from '\(bundle.student)', as is \(other.file)"
        }
        labs[[:]] = known
        return nil
    }

    /// Judges them. What cannot be judged after all is among `unusable` then.
    /// - Throws: `FactBundle.Unusable` if that is the only one; what judging throws.
    package mutating func judge(upTo step: String?, started: Date) throws -> RunReport {
        var students: [StudentReport] = []
        for (file, bundle) in bundles {
            do {
                students.append(try plan.judge(bundle, from: file, upTo: step, at: started))
            } catch let fault as FactBundle.Unusable {
                guard bundles.count > 1 else { throw fault }
                unusable.append(fault)
            }
        }
        return RunReport(
            lab: plan.lab.name, started: started, finished: Date(), isComplete: unusable.isEmpty, students: students
        ).warningAboutSharedMachines(by: plan.checks.facts.identityMarks)
    }
}
