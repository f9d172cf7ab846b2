import DataFiles
import Foundation

/// Where somebody left a replay, kept in the state folder so that it goes on there.
package struct ReplayPlace: Sendable, Hashable, Codable {
    /// The journal's file.
    package var path: String
    package var moment: Int
    /// What was answered, in a replay with questions.
    package var quiz: Quiz?

    package init(path: String, moment: Int, quiz: Quiz?) {
        self.path = path
        self.moment = moment
        self.quiz = quiz
    }

    /// The place of a journal; a quiz has one of its own. Nil if there is none that can be read.
    package static func load(of journal: URL, withQuiz: Bool, in folder: URL) -> ReplayPlace? {
        let file = file(of: journal, withQuiz: withQuiz, in: folder)
        guard let place = (try? BoundedFile.read(file, atMost: 1 << 20)).flatMap({ try? JSONDecoder().decode(ReplayPlace.self, from: $0) })
        else { return nil }
        return place.path == journal.standardizedFileURL.path ? place : nil
    }

    /// Keeps the place. It is a help and not a record: if it cannot be kept, the replay begins anew the next time.
    package func save(in folder: URL) {
        let file = Self.file(of: URL(filePath: path), withQuiz: quiz != nil, in: folder)
        try? PrivateFile.write(JSONEncoder().encode(self), to: file)
    }

    private static func file(of journal: URL, withQuiz: Bool, in folder: URL) -> URL {
        var fingerprint = Fingerprint()
        fingerprint.add(journal.standardizedFileURL.path.utf8)
        return folder.appending(path: "replays/\(fingerprint)\(withQuiz ? "-quiz" : "").json")
    }
}
