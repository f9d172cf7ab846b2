import DataFiles
import Foundation
import Testing

@testable import Course

/// A lab of two steps on two platforms, to be changed in one place.
enum LittleLab {
    private static let lab = """
        format: 1
        lab: little
        title: A little lab
        about: about
        variables: {greeting: hello}
        roles: [primary, witness]
        machines:
          pg1: {role: primary, hostname: pg1}
          pg_witness: {role: witness, hostname: pgwitness}
        steps: [one, two]
        """
    private static let step = """
        format: 1
        step: one
        title: First
        minutes: 5
        goal: A goal
        teach: "{{greeting}} {{primary.name}} at {{pg.bin}}"
        tasks:
          - at: all
            as: root
            why: because
            run: echo {{machine.name}}
        checks: [{check: x, until: two}]
        hints: [a, b, c]
        """

    /// Writes the lab with something replaced, reads it, and hands it over while it is there.
    static func with<Result>(_ changes: [(file: String, old: String, new: String)], _ use: (URL) throws -> Result) throws -> Result {
        let root = FileManager.default.temporaryDirectory.appending(path: "labs-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let folder = root.appending(path: "little")
        for name in ["steps", "platforms"] {
            try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        var files = [
            "lab.yaml": lab, "steps/01-one.yaml": step,
            "steps/02-two.yaml": "format: 1\nstep: two\ntitle: Second\nminutes: 5\ngoal: g\nteach: t\n",
            "platforms/debian12.yaml": "format: 1\nplatform: debian12\ntitle: Debian 12\nvalues: {pg: {bin: /usr/bin}}\n",
            "platforms/rocky9.yaml": "format: 1\nplatform: rocky9\ntitle: Rocky 9\nvalues: {pg: {bin: /usr/pgsql}}\n",
        ]
        for change in changes {
            #expect(files[change.file]?.contains(change.old) == true)
            files[change.file] = files[change.file]?.replacing(change.old, with: change.new)
        }
        for (name, text) in files { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
        return try use(folder)
    }

    /// What is wrong with the lab with something replaced, without its folder.
    static func complaints(_ changes: (file: String, old: String, new: String)...) throws -> [String] {
        try with(changes) { folder in
            func without(_ complaint: Complaint) -> String { complaint.description.replacing(folder.path + "/", with: "") }
            do {
                return try Lab.load(folder).lint().map(without)
            } catch let error as Complaints {
                return error.all.map(without)
            }
        }
    }
}
