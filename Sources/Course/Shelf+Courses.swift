import Foundation

extension Shelf {
    /// The courses that came from elsewhere, by name. What they are is not compared with what they were.
    package var gotCourses: [GotCourse] {
        guard let courses else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: courses.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().compactMap { GotCourse(in: courses.appending(path: $0)) }
    }

    /// The names of all labs that can be named: those of this shelf, and those of the courses that came from elsewhere.
    package var allLabNames: [String] {
        let own = labNames
        return own + gotCourses.flatMap(\.origin.labs).filter { !own.contains($0) }
    }

    /// The shelf of a course that came from elsewhere: its labs with its own libraries, and with the program's sandbox and schemas.
    package func shelf(of course: GotCourse) -> Shelf {
        Shelf(
            labs: course.folder.appending(path: "labs"), checks: course.folder.appending(path: "checks"), sandbox: sandbox, schemas: schemas
        )
    }

    /// The shelf that a lab is on: this one, if it has the lab or nobody does, or that of a course that came from elsewhere.
    /// - Throws: a ``ChangedCourse`` if that course is not what was installed.
    package func holding(_ lab: String?) throws(ChangedCourse) -> Shelf {
        guard let lab, courses != nil, !has(lab) else { return self }
        guard let course = gotCourses.first(where: { $0.origin.labs.contains(lab) }) else { return self }
        try course.requireUnchanged()
        return shelf(of: course)
    }

    /// Whether it has a lab itself, without reading the others.
    private func has(_ lab: String) -> Bool {
        !lab.contains("/") && FileManager.default.fileExists(atPath: labs.appending(path: lab).appending(path: "lab.yaml").path)
    }

    /// Whether it is of a course that came from elsewhere: then it is not to be changed.
    package var isGot: Bool { GotCourse(in: labs.deletingLastPathComponent()) != nil }
}
