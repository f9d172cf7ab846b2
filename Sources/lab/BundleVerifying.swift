import ArgumentParser
import Classroom
import Display
import Foundation
import Reports

extension VerifyCommand {
    /// `lab verify --bundle`: judges what students have handed in, without machines.
    func verify(bundles files: [String]) async throws {
        let started = Date()
        var handedIn = try HandedIn(files, on: try options.course.shelf())
        let step = try step.map(handedIn.plan.lab.requiredStep)?.name
        defer { for fault in handedIn.unusable { Screen.remark(Cleaner.text(fault.description)) } }
        let report = try handedIn.judge(upTo: step, started: started)
        try writing.write(report, steps: handedIn.plan.lab.reportSteps)
        let isKept = try await store.keep(report, steps: handedIn.plan.lab.reportSteps)
        try report.end(isKept: isKept, as: writing.format)
    }
}
