import ArgumentParser
import Checks
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
        let bundles = try files.map { ($0, try FactBundle(reading: URL(filePath: $0))) }
        guard let first = bundles.first?.1 else { return }
        for (file, bundle) in bundles where bundle.facts.lab != first.facts.lab {
            throw FactBundle.Unusable(file: file, why: "it is of lab '\(bundle.facts.lab.prefix(63))', and \(files[0]) of '\(first.facts.lab.prefix(63))'")
        }
        let shelf = try options.options.course.shelf()
        guard shelf.labNames.contains(first.facts.lab) else { throw FactBundle.Unusable(file: files[0], why: "there is no lab '\(first.facts.lab.prefix(63))' here") }
        let checks = try CheckCatalog.load(shelf.checks)
        let plan = try ClassPlan(bundles.map(\.1.inventory), checks: checks) { chosen in
            try Lab.load(shelf.labs.appending(path: first.facts.lab), choosing: chosen)
        }
        if let step = options.step { try options.check(step, in: plan.lab) }
        var seen: [String: String] = [:]
        let students = try bundles.map { file, bundle in
            if let other = seen[bundle.student] { throw FactBundle.Unusable(file: file, why: "it is of '\(bundle.student)', as is \(other)") }
            seen[bundle.student] = file
            let finding = try plan.judge(bundle, from: file, upTo: options.step)
            return StudentReport(
                student: finding.student, collected: Collected(kind: .bundle, at: finding.collected), warnings: [Self.warning(finding.collected, now: started)],
                looks: finding.looks, identities: finding.identities, judgements: finding.judgements)
        }
        let report = RunReport(lab: first.facts.lab, started: started, finished: Date(), students: students).warningAboutSharedMachines
        try options.writing.write(report, steps: plan.lab.reportSteps)
        try await options.store.keep(report, steps: plan.lab.reportSteps)
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
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
