import ArgumentParser
import Checks
import Classroom
import Course
import Display
import Foundation
import Reports
import Walk

/// `lab verify --bundle`: judges what students have handed in, without machines.
struct BundleVerifying {
    let options: VerifyCommand
    let files: [String]

    func run() async throws {
        let started = Date()
        let shelf = try options.options.course.shelf()
        let (bundles, unusable) = usable(on: shelf)
        // One that cannot be judged must not hold up the others.
        guard let lab = bundles.first?.bundle.facts.lab else { throw unusable.first ?? FactBundle.Unusable(file: "--bundle", why: "no file is named") }
        for fault in unusable { Screen.remark(Cleaner.text(fault.description)) }
        let checks = try CheckCatalog.load(shelf.checks)
        let plan = try ClassPlan(bundles.map(\.bundle.inventory), checks: checks) { chosen in
            try Lab.load(shelf.labs.appending(path: lab), choosing: chosen)
        }
        if let step = options.step { try options.check(step, in: plan.lab) }
        var students: [StudentReport] = []
        for (file, bundle) in bundles {
            do {
                let finding = try plan.judge(bundle, from: file, upTo: options.step)
                students.append(
                    StudentReport(
                        student: finding.student, collected: Collected(kind: .bundle, at: finding.collected), warnings: [Self.warning(finding.collected, now: started)],
                        looks: finding.looks, identities: finding.identities, judgements: finding.judgements))
            } catch let fault as FactBundle.Unusable {
                guard bundles.count > 1 else { throw fault }
                Screen.remark(Cleaner.text(fault.description))
            }
        }
        let report = RunReport(
            lab: lab, started: started, finished: Date(), isComplete: unusable.isEmpty && students.count == bundles.count, students: students
        ).warningAboutSharedMachines
        try options.writing.write(report, steps: plan.lab.reportSteps)
        let isKept = try await options.store.keep(report, steps: plan.lab.reportSteps)
        try report.end(isKept: isKept)
    }

    /// The bundles that can be judged side by side, all of the lab of the first of them, and what is wrong with the others.
    private func usable(on shelf: Shelf) -> (bundles: [(file: String, bundle: FactBundle)], unusable: [FactBundle.Unusable]) {
        var bundles: [(file: String, bundle: FactBundle)] = []
        var unusable: [FactBundle.Unusable] = []
        var lab: Lab?
        for file in files {
            do {
                let bundle = try FactBundle(reading: URL(filePath: file))
                let name = String(bundle.facts.lab.prefix(63))
                func refuse(_ why: String) -> FactBundle.Unusable { FactBundle.Unusable(file: file, why: why) }
                guard shelf.labNames.contains(bundle.facts.lab) else { throw refuse("there is no lab '\(name)' here") }
                let known = try lab ?? Lab.load(shelf.labs.appending(path: bundle.facts.lab))
                guard known.name == bundle.facts.lab else { throw refuse("it is of lab '\(name)', and \(bundles.first?.file ?? "the first") of '\(known.name)'") }
                guard known.platform(named: bundle.facts.platform) != nil else {
                    throw refuse("it is of platform '\(bundle.facts.platform.prefix(63))', which lab \(known.name) does not have")
                }
                if let other = bundles.first(where: { $0.bundle.student == bundle.student }) { throw refuse("it is of '\(bundle.student)', as is \(other.file)") }
                lab = known
                bundles.append((file, bundle))
            } catch let fault as FactBundle.Unusable {
                unusable.append(fault)
            } catch {
                unusable.append(FactBundle.Unusable(file: file, why: "\(error)"))
            }
        }
        return (bundles, unusable)
    }

    /// How old it is, and whose word it is.
    static func warning(_ collected: Date, now: Date) -> String {
        let age = now.timeIntervalSince(collected)
        let told =
            switch age {
            case ..<(-300): "from the future (\(collected.ISO8601Format())): somebody's clock is wrong"
            case ..<7200: "\(max(0, Int(age / 60))) min old"
            case ..<172_800: "\(Int(age / 3600)) h old"
            default: "\(Int(age / 86_400)) days old"
            }
        return "Self-reported: handed in as a file, \(told). Nobody looked at the machines."
    }
}
