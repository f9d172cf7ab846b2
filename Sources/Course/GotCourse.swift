import DataFiles
import Foundation

/// A course that `lab get` has installed: a folder with `labs/`, `checks/` and what is known of where they come from.
package struct GotCourse: Sendable, Hashable {
    package var name: String
    package var folder: URL
    package var origin: CourseOrigin

    package init(name: String, folder: URL, origin: CourseOrigin) {
        self.name = name
        self.folder = folder
        self.origin = origin
    }

    /// The file beside `labs/` and `checks/`.
    static func originFile(in folder: URL) -> URL { folder.appending(path: "origin.json") }

    /// The course in a folder; nil if it is not one that `lab get` has installed.
    package init?(in folder: URL) {
        guard let bytes = try? BoundedFile.read(Self.originFile(in: folder), atMost: 8 << 20),
            let origin = try? JSONDecoder().decode(CourseOrigin.self, from: bytes), origin.format == 1
        else { return nil }
        self.init(name: folder.lastPathComponent, folder: folder, origin: origin)
    }

    /// Writes what is known of a course into the folder that holds it.
    package static func write(_ origin: CourseOrigin, in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(try encoder.encode(origin), to: originFile(in: folder))
    }

    /// What is another in it than when it was installed: empty if nothing is.
    package var differences: [String] {
        do {
            let now = try CourseFiles(reading: folder, hidden: true).pins
            guard origin.pins.fingerprint == origin.fingerprint else { return ["origin.json was changed"] }
            return origin.pins.differences(to: now)
        } catch {
            return ["\(error)".hasSuffix(".") ? String("\(error)".dropLast()) : "\(error)"]
        }
    }

    /// The words after `lab get` that install it again.
    package var sourceWords: String {
        shellWord(origin.source + (origin.version.map { "@" + $0 } ?? "")) + (hasUsualName ? "" : " --as \(name)")
    }

    /// Whether `lab get` would give it this name by itself.
    private var hasUsualName: Bool {
        let last = origin.source.split(whereSeparator: { "/:".contains($0) }).last.map { $0.lowercased() } ?? ""
        return last == name || last == name + ".git"
    }

    /// - Throws: a ``ChangedCourse`` if something is another than when it was installed.
    package func requireUnchanged() throws(ChangedCourse) {
        let found = differences
        guard found.isEmpty else { throw ChangedCourse(course: self, differences: found) }
    }
}

/// Where a course comes from, and what it was when it was installed.
package struct CourseOrigin: Sendable, Hashable, Codable {
    package var format = 1
    /// What git was given, or a folder.
    package var source: String
    /// A tag, a branch or a commit, if one was named.
    package var version: String?
    /// What that was then.
    package var commit: String?
    /// When it was installed.
    package var got: String
    /// The names of its labs.
    package var labs: [String]
    package var fingerprint: String
    package var pins: CoursePins

    package init(source: String, version: String?, commit: String?, got: Date, labs: [String], pins: CoursePins) {
        self.source = source
        self.version = version
        self.commit = commit
        self.got = got.ISO8601Format()
        self.labs = labs
        fingerprint = pins.fingerprint
        self.pins = pins
    }
}

/// A course that is not what `lab get` installed, so that nothing of it is read.
package struct ChangedCourse: Error, CustomStringConvertible {
    package var course: GotCourse
    package var differences: [String]

    package var description: String {
        let shown = differences.prefix(5).joined(separator: ", ") + (differences.count > 5 ? " and \(differences.count - 5) more" : "")
        return """
            The course '\(course.name)' is not what 'lab get' installed: \(shown). So nothing of it is used.
            To have it as it was:  lab get \(course.sourceWords)
            To change a course:    copy labs/ and checks/ of \(course.folder.path) to a folder of your own, and work there
            """
    }
}
