import Course
import DataFiles
import Foundation
import Journal

/// What there is to replay: the recordings that come with the labs, and the student's own walks.
package struct Recordings: Sendable {
    /// A journal, by the name under which it is asked for.
    package struct Recording: Sendable, Hashable {
        package var name: String
        package var url: URL
    }

    /// In the order in which the labs name them: the first one is shown if nobody says which.
    package let shipped: [Recording]
    /// The one last written comes first.
    package let own: [Recording]

    /// - Parameters:
    ///   - lab: nil means all labs of the shelf.
    ///   - state: the state folder, where walks are kept.
    package init(shelf: Shelf, lab: String?, state: URL) {
        let labs = lab.map { [$0] } ?? shelf.labNames
        shipped = labs.flatMap { Lab.recordings(in: shelf.labs.appending(path: $0)).map(Recording.init) }
        own = Self.journals(in: state.appending(path: "walks")).filter { walk in labs.contains { walk.name.hasPrefix($0 + "-") } }
            .map { (walk: $0, written: Self.written($0.url)) }.sorted { $0.written > $1.written }.map(\.walk)
    }

    private static func journals(in folder: URL) -> [Recording] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.sorted().map {
            Recording(name: String($0.dropLast(6)), url: folder.appending(path: $0))
        }
    }

    private static func written(_ url: URL) -> Date {
        (try? FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate] as? Date) ?? .distantPast
    }

    /// The recording meant by a file's path, a name, or nothing.
    /// - Throws: `ReplayError`.
    package func find(_ word: String?) throws(ReplayError) -> Recording {
        if let word {
            if let recording = shipped.first(where: { $0.name == word }) { return recording }
            if FileManager.default.fileExists(atPath: word) { return Recording(name: word, url: URL(filePath: word)) }
            throw .noRecording(word, hint: didYouMean(word, among: shipped.map(\.name)))
        }
        // A walk in which nothing was checked yet shows less than the recorded course.
        if let walk = own.first(where: { hasChecks($0.url) }) { return walk }
        guard let usual = shipped.first else { throw .nothing }
        return usual
    }

    private func hasChecks(_ url: URL) -> Bool {
        (try? JournalReader(url))?.lines.contains { $0.kind == .check } ?? false
    }
}
