import Course
import DataFiles
import Foundation

extension Workbench {
    /// A new platform that is like another one.
    /// - Throws: ``Misfit`` or `Complaints`.
    package func platform(named name: String, like other: String) throws -> Start {
        try NewName.check(name, kind: "platform")
        if lab.platform(named: name) != nil {
            throw Misfit.taken(name, kind: "platform", place: DataFile.shown(file("platforms/\(name).yaml")))
        }
        guard let model = lab.platform(named: other) else {
            throw Misfit.unknown(other, kind: "platform", among: lab.platforms.map(\.name))
        }
        if let base = DataFile.open(file("platforms/\(other).yaml"), book: ComplaintBook())?.glimpse(of: "like")?.glimpse {
            throw Misfit.impossible("The platform '\(other)' is like '\(base)' itself: say --like \(base).")
        }
        let packages = try? String(contentsOf: file("sandbox/\(other)/packages"), encoding: .utf8)
        let text = Self.text(of: name, like: other, suite: packages == nil ? nil : model.practice?.suite)
        var files = [Start.File(file("platforms/\(name).yaml"), text)]
        if let packages { files.append(Start.File(file("sandbox/\(name)/packages"), packages)) }
        return try Start(
            files, next: "Next: say in \(DataFile.shown(files[0].url)) what differs from \(other), and then 'lab lint'.")
    }

    private static func text(of name: String, like other: String, suite: String?) -> String {
        let practice = suite.map {
            "# Practice machines are made from this release of Debian, with the packages of sandbox/\(name)/packages.\npractice: {suite: \($0)}\n"
        }
        return """
            # A platform that is like another one, but for what this file says. docs/writing-steps.md, "The lab itself", has all keys.
            format: 1
            platform: \(name)
            title: \(name)
            like: \(other)
            \(practice ?? "")
            """
    }
}
