import DataFiles
import Foundation
import Machines

/// How far each student of a class was when last judged: for judging again those who failed a check.
///
/// A JSON file among lab's own. It is a help and not a record: if it is missing or cannot be read, nobody was judged yet.
package struct LastRun: Sendable, Codable {
    private var open: [String: Bool] = [:]

    package init() {}

    /// What was kept in a file.
    package init(reading url: URL) {
        self = (try? BoundedFile.read(url, atMost: 64 << 20)).flatMap { try? JSONDecoder().decode(LastRun.self, from: $0) } ?? LastRun()
    }

    /// Where it is kept for a class: by the class and by its lab.
    package static func file(of name: String, lab: String, in state: URL) -> URL {
        var fingerprint = Fingerprint()
        fingerprint.add("\(lab)/\(name)".utf8)
        return state.appending(path: "classes/\(fingerprint).json")
    }

    /// Whether anybody was judged.
    package var isEmpty: Bool { open.isEmpty }

    /// Whether a student failed a check; also for those who were not judged yet.
    package func isOpen(_ student: String) -> Bool { open[student] ?? true }

    /// Remembers how far a student is now.
    package mutating func note(_ student: String, allPassed: Bool) { open[student] = !allPassed }

    /// - Throws: `FileFault`.
    package func write(_ url: URL) throws { try PrivateFile.write(JSONEncoder().encode(self), to: url) }
}
