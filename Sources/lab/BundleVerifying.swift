import ArgumentParser
import Classroom
import Display
import Foundation
import Reports

extension VerifyCommand {
    /// `lab verify --bundle`: judges what students have handed in, without machines.
    func verify(bundles files: [String]) async throws {
        let started = Date()
        let shelf = try options.course.shelf()
        let theirs = try members.file.map {
            try shelf.readClass(URL(filePath: $0), platform: members.platform, lab: options.course.labName).members
        }
        var handedIn = try HandedIn(files, of: theirs, on: shelf)
        let step = try step.map(handedIn.plan.lab.requiredStep)?.name
        defer { for fault in handedIn.unusable { Screen.remark(Cleaner.text(fault.description)) } }
        let report = try handedIn.judge(upTo: step, started: started)
        try writing.write(report, steps: handedIn.plan.lab.reportSteps)
        let isKept = try await store.keep(report, steps: handedIn.plan.lab.reportSteps)
        try report.end(isKept: isKept, as: writing.format)
    }
}
