import ArgumentParser
import Course
import Display
import Foundation
import Practice
import Sandbox
import Walk

extension DrillCommand {
    /// `lab drill --prove`: tries drills on a sandbox, and says whether lab names what was broken.
    func proveDrills() async throws {
        let student = try options.student()
        try permit(student)
        let drills = try chosen(of: student)
        let claim = try MachinesClaim(student.fleet.inventory, state: Folders().state, doing: "lab drill --prove")
        defer { withExtendedLifetime(claim) {} }
        let recorder = try journal.map { try WalkRecorder(.new(at: $0), of: student) }
        let text = DrillTrialText(platform: student.situation.platform.name, typesRepairs: recorder == nil)
        let trial = DrillTrial(student: student, seconds: looks.seconds, recorder: recorder, help: try help(student))
        let proofs: [DrillProof]
        do {
            proofs = try await trial.run(drills) { Self.remark(text.lines($0)) }
        } catch let error as DrillTrial.NotInOrder {
            Self.remark(text.lines(error))
            throw error
        }
        await student.fleet.close()
        try recorder?.finish()
        Screen.tell(text.table(proofs))
        if proofs.count != drills.count || !proofs.allSatisfy(\.isProved) { throw ExitCode(1) }
    }

    /// What machines have printed is in it, so it is cleaned.
    private static func remark(_ lines: [String]) { for line in lines { Screen.remark(Cleaner.text(line)) } }

    private func help(_ student: Student) throws -> DrillTrial.Help {
        let sandbox = try options.course.sandbox()
        var help = DrillTrial.Help(at: sandbox)
        if let restore {
            let states = try options.course.states(of: sandbox)
            help.putBack = { try await states.putBack(to: restore) { _ in } }
        }
        if let record {
            help.keep = { [seconds = looks.seconds] drill, _ in
                // Everything that can be seen while the fault is in.
                let recorded = try await student.record(seconds: seconds).facts
                let file = URL(filePath: record).appending(path: "drill-\(drill.name).json")
                try ResultFile.write(String(decoding: recorded.json(), as: UTF8.self), to: file.path, mode: 0o600)
            }
        }
        if let repairs {
            let file = URL(filePath: repairs)
            help.note = { proofs in
                var table = RepairsTable(
                    FileManager.default.fileExists(atPath: file.path) ? try String(contentsOf: file, encoding: .utf8) : "")
                table.take(proofs, platform: student.situation.platform.name)
                try Data(table.markdown(student.judge.catalog).utf8).write(to: file, options: .atomic)
            }
        }
        return help
    }
}
