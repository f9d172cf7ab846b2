import CExchange
import Course
import DataFiles
import Foundation

/// A course that was read and looked through, and that can be installed. Nothing of it has been run.
package struct CourseOffer: Sendable {
    package var name: String
    package var source: CourseSource
    package var commit: String?
    package var files: CourseFiles
    package var pins: CoursePins
    package var contents: CourseContents
    /// What is there of that name now.
    package var before: GotCourse?
    /// What that may have run; nil if nothing is there, or if it is not what was installed.
    package var contentsBefore: CourseContents?

    /// Whether the same is installed already.
    package var isInstalled: Bool { before.map { $0.origin.fingerprint == pins.fingerprint && $0.differences.isEmpty } ?? false }
}

/// The folder with the courses that came from elsewhere, and how one comes into it.
package struct CourseFolder: Sendable {
    /// The shelf with the program's sandbox, and with the folder of the courses.
    let shelf: Shelf
    package let folder: URL
    /// No course takes the place of a lab of these.
    let others: [Shelf]

    /// - Parameter others: further shelves of whose labs none takes the place.
    package init(_ shelf: Shelf, in folder: URL, others: [Shelf]) {
        var shelf = shelf
        shelf.courses = folder
        self.shelf = shelf
        self.folder = folder
        self.others = [shelf] + others
    }

    package var courses: [GotCourse] { shelf.gotCourses }

    /// The names of what is beside the courses and is none.
    package var strangers: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let known = courses.map(\.name)
        return names.filter { !$0.hasPrefix(".") && !known.contains($0) }.sorted()
    }

    /// The course of that name.
    /// - Throws: `GettingFault.noCourse`.
    package func course(named name: String) throws(GettingFault) -> GotCourse {
        let all = courses
        guard let course = all.first(where: { $0.name == name }) else {
            throw .noCourse(name, nearest: nearestName(to: name, among: all.map(\.name)))
        }
        return course
    }

    /// The folder of another shelf that has a lab of that name; nil if none has.
    package func place(of lab: String) -> String? { others.first { $0.labNames.contains(lab) }?.labs.path }

    // MARK: Getting

    /// Reads a course and looks through it. Nothing is installed.
    /// - Parameter name: what it is to be called; nil: as its address ends.
    /// - Throws: `GettingFault`, `CourseFault`, what the file system says, or `CancellationError`.
    package func offer(_ source: CourseSource, as name: String?) async throws -> CourseOffer {
        guard let name = name ?? source.usualName else { throw GettingFault.noName(source: source.text) }
        guard CourseSource.isName(name) else { throw GettingFault.badName(name) }
        let before = try whatIsThere(name, source)
        let staging = try Staging()
        defer { staging.remove() }
        let (files, commit) = try await read(source, staging)
        let pins = files.pins
        if let expected = source.fingerprint, expected != pins.fingerprint {
            throw GettingFault.otherFingerprint(expected: expected, found: pins.fingerprint)
        }
        try requireNew(files, of: source, as: name)
        let place = staging.folder.appending(path: "course")
        try files.write(to: place)
        let contents = try CourseContents(shelf(at: place), files)
        let unchanged = before.flatMap { $0.differences.isEmpty ? $0 : nil }
        let contentsBefore = try unchanged.map { try CourseContents(shelf.shelf(of: $0), CourseFiles(reading: $0.folder)) }
        return CourseOffer(
            name: name, source: source, commit: commit, files: files, pins: pins, contents: contents, before: before,
            contentsBefore: contentsBefore)
    }

    private func shelf(at place: URL) -> Shelf {
        Shelf(
            labs: place.appending(path: "labs"), checks: place.appending(path: "checks"), sandbox: shelf.sandbox, schemas: shelf.schemas)
    }

    private func read(_ source: CourseSource, _ staging: Staging) async throws -> (CourseFiles, commit: String?) {
        switch source.place {
        case .folder(let url): return (try CourseFiles(reading: url), nil)
        case .repository(let address):
            let repository = Repository(address, fetchingInto: staging.folder.appending(path: "git"))
            return try await repository.files(of: source.version)
        }
    }

    /// The course of that name that is there.
    /// - Throws: `GettingFault` if it came from elsewhere, or if it is none.
    private func whatIsThere(_ name: String, _ source: CourseSource) throws(GettingFault) -> GotCourse? {
        let place = folder.appending(path: name)
        var about = stat()
        guard lstat(place.path, &about) == 0 else { return nil }
        guard let course = GotCourse(in: place) else { throw .inTheWay(path: place.path) }
        func plain(_ text: String) -> String { text.hasPrefix("file://") ? String(text.dropFirst(7)) : text }
        guard plain(course.origin.source) == plain(source.text) else { throw .otherSource(name: name, source: course.origin.source) }
        return course
    }

    /// - Throws: `GettingFault` if one of its labs is there already, or if it has none.
    private func requireNew(_ files: CourseFiles, of source: CourseSource, as name: String) throws(GettingFault) {
        let labs = files.labs
        guard !labs.isEmpty else { throw .noLab(source: source.text) }
        for lab in labs {
            if let place = place(of: lab) { throw .labIsThere(lab: lab, where: place) }
            if let other = courses.first(where: { $0.name != name && $0.origin.labs.contains(lab) }) {
                throw .labIsThere(lab: lab, where: "the course '\(other.name)'")
            }
        }
    }

    // MARK: Installing

    /// Puts a course in its place, all of it or nothing: what was there before stays until then.
    /// - Throws: what the file system says.
    package func install(_ offer: CourseOffer) throws {
        try PrivateFile.makeFolder(folder)
        sweep()
        let new = folder.appending(path: ".new-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: new) }
        try PrivateFile.makeFolder(new)
        try offer.files.write(to: new)
        // What is on the disk is what was looked through.
        let written = try CourseFiles(reading: new, hidden: true).pins
        guard written == offer.pins else { throw FileFault(new.path, .written, said: "it does not read as it was written") }
        let origin = CourseOrigin(
            source: offer.source.text, version: offer.source.version, commit: offer.commit, got: Date(), labs: offer.files.labs,
            pins: offer.pins)
        try GotCourse.write(origin, in: new)
        let place = folder.appending(path: offer.name)
        if offer.before == nil {
            guard rename(new.path, place.path) == 0 else { throw FileFault(place.path, .written, errno: errno) }
        } else {
            try exchange(new, place)
        }
    }

    /// Notes that what is installed is also that of another version.
    package func note(_ offer: CourseOffer) throws {
        guard let before = offer.before else { return }
        var origin = before.origin
        (origin.version, origin.commit) = (offer.source.version, offer.commit)
        if origin != before.origin { try GotCourse.write(origin, in: before.folder) }
    }

    /// Removes a course. Journals of walks through its labs stay.
    /// - Throws: what the file system says.
    package func remove(_ course: GotCourse) throws(FileFault) {
        let old = folder.appending(path: ".old-\(UUID().uuidString)")
        guard rename(course.folder.path, old.path) == 0 else { throw FileFault(course.folder.path, .written, errno: errno) }
        try? FileManager.default.removeItem(at: old)
    }

    /// A folder takes the place of another, which is gone afterwards.
    private func exchange(_ new: URL, _ place: URL) throws(FileFault) {
        if exchange_names(new.path, place.path) == 0 { return }
        // Not every file system can do this at once.
        guard [EINVAL, ENOSYS].contains(errno) else { throw FileFault(place.path, .written, errno: errno) }
        let old = folder.appending(path: ".old-\(UUID().uuidString)")
        guard rename(place.path, old.path) == 0 else { throw FileFault(place.path, .written, errno: errno) }
        guard rename(new.path, place.path) == 0 else {
            let number = errno
            _ = rename(old.path, place.path)
            throw FileFault(place.path, .written, errno: number)
        }
        try? FileManager.default.removeItem(at: old)
    }

    /// Takes away what a `lab get` that was killed has left.
    private func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasPrefix(".new-") || name.hasPrefix(".old-") {
            let left = folder.appending(path: name)
            let date = (try? FileManager.default.attributesOfItem(atPath: left.path))?[.modificationDate] as? Date
            if let date, date.timeIntervalSinceNow < -86_400 { try? FileManager.default.removeItem(at: left) }
        }
    }
}

extension CourseFiles {
    /// The names of its labs.
    package var labs: [String] {
        files.compactMap { file in
            let parts = file.path.split(separator: "/")
            return parts.count == 3 && parts[0] == "labs" && parts[2] == "lab.yaml" ? String(parts[1]) : nil
        }
    }
}

/// A folder for what is not looked through yet, for nobody else to read.
private struct Staging {
    let folder: URL

    init() throws(FileFault) {
        folder = FileManager.default.temporaryDirectory.appending(path: "lab-get-\(UUID().uuidString)")
        try PrivateFile.makeFolder(folder)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
