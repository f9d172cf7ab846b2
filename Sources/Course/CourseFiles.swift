import DataFiles
import Foundation
import Glibc

/// A file of a course that came from elsewhere, with all that is in it.
package struct CourseFile: Sendable, Hashable {
    /// From the folder with `labs/` and `checks/`.
    package var path: String
    package var isExecutable: Bool
    package var content: Data

    package init(path: String, isExecutable: Bool = false, content: Data) {
        self.path = path
        self.isExecutable = isExecutable
        self.content = content
    }
}

/// Why a folder or a repository is not taken as a course.
package struct CourseFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// A path or a name, as it was found: it may have been chosen by an enemy.
    package var path: String
    /// What is wrong, as a clause that goes after the path, without a full stop.
    package var why: String

    package init(_ path: String, _ why: String) {
        self.path = path
        self.why = why
    }

    package var description: String {
        let shown = path.unicodeScalars.prefix(200).map { CourseBounds.isPlain($0) ? String($0) : "?" }.joined()
        return "\(shown) \(why)."
    }
}

/// How much a course may be, counted while it is read.
package struct CourseBounds: Sendable {
    package static let largestFile = 16 << 20
    package static let allBytes = 64 << 20
    package static let mostFiles = 5000
    static let deepest = 10
    static let longestPath = 240

    private var files = 0
    private var bytes = 0

    package init() {}

    /// Counts a file before it is read.
    /// - Throws: a `CourseFault` if its name or its size is not taken, or if it is one too many.
    package mutating func admit(_ path: String, bytes size: Int) throws(CourseFault) {
        try Self.admit(path)
        guard size <= Self.largestFile else {
            throw CourseFault(path, "is larger than \(Self.largestFile >> 20) MiB, the most for one file")
        }
        files += 1
        bytes += size
        guard files <= Self.mostFiles else { throw CourseFault(path, "is one file too many: a course has at most \(Self.mostFiles)") }
        guard bytes <= Self.allBytes else {
            throw CourseFault(path, "makes the course larger than \(Self.allBytes >> 20) MiB, which is the most")
        }
    }

    /// - Throws: a `CourseFault` if a path is not taken.
    static func admit(_ path: String) throws(CourseFault) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= deepest, path.utf8.count <= longestPath else {
            throw CourseFault(path, "is too deep or too long: at most \(deepest) names, \(longestPath) bytes")
        }
        guard path.unicodeScalars.allSatisfy(isPlain), parts.allSatisfy({ !["", ".", ".."].contains($0) && !$0.hasPrefix("-") }) else {
            throw CourseFault(path, "is not a name for a file of a course: no control characters, no '-' at its beginning, no '..'")
        }
    }

    /// Whether a terminal shows a character as itself.
    package static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

/// The files of a course that came from elsewhere, all of `labs/` and `checks/` and nothing else, in the order of their paths. What begins
/// with a dot is no part of it.
package struct CourseFiles: Sendable, Hashable {
    package private(set) var files: [CourseFile]

    /// The folders that are taken.
    package static let folders = ["labs", "checks"]

    /// - Throws: a `CourseFault` if there is nothing in one of the folders.
    package init(_ files: [CourseFile], of source: String) throws(CourseFault) {
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        for folder in Self.folders where !files.contains(where: { $0.path.hasPrefix(folder + "/") }) {
            throw CourseFault(source, "is not a course: it has no folder '\(folder)/' with something in it")
        }
    }

    /// Reads a folder within bounds, and follows no link in it.
    /// - Parameter hidden: whether to take what begins with a dot as well: what is installed has nothing of that kind.
    /// - Throws: a `CourseFault` with the path of what is not taken.
    package init(reading folder: URL, hidden: Bool = false) throws(CourseFault) {
        var reader = FolderReader(root: folder, takesHidden: hidden)
        for name in Self.folders where try reader.kind(name) != nil { try reader.take(name) }
        try self.init(reader.files, of: folder.path)
    }

    /// Their fingerprints.
    package var pins: CoursePins {
        CoursePins(files.map { .init(path: $0.path, isExecutable: $0.isExecutable, hash: SHA256.hex(of: $0.content)) })
    }

    /// Writes them into a new folder.
    package func write(to folder: URL) throws(FileFault) {
        for file in files {
            let url = folder.appending(path: file.path)
            do {
                try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try file.content.write(to: url)
                try FileManager.default.setAttributes([.posixPermissions: file.isExecutable ? 0o755 : 0o644], ofItemAtPath: url.path)
            } catch {
                throw FileFault(url.path, .written, error)
            }
        }
    }
}

/// Goes through a folder that somebody else has filled.
private struct FolderReader {
    let root: URL
    let takesHidden: Bool
    var files: [CourseFile] = []
    private var bounds = CourseBounds()

    init(root: URL, takesHidden: Bool) {
        self.root = root
        self.takesHidden = takesHidden
    }

    /// What is at a path, without following a link; nil if nothing is.
    func kind(_ path: String) throws(CourseFault) -> stat? {
        var about = stat()
        guard lstat(root.appending(path: path).path, &about) != 0 else { return about }
        guard errno == ENOENT else { throw CourseFault(path, "cannot be read: \(String(cString: strerror(errno)))") }
        return nil
    }

    mutating func take(_ path: String) throws(CourseFault) {
        guard let about = try kind(path) else { return }
        switch about.st_mode & S_IFMT {
        case S_IFDIR:
            try CourseBounds.admit(path)
            for name in try names(in: path) where takesHidden || !name.hasPrefix(".") { try take(path + "/" + name) }
        case S_IFREG:
            try bounds.admit(path, bytes: Int(about.st_size))
            do {
                let content = try BoundedFile.read(root.appending(path: path), atMost: CourseBounds.largestFile, called: path)
                files.append(CourseFile(path: path, isExecutable: about.st_mode & S_IXUSR != 0, content: content))
            } catch {
                throw CourseFault(path, "cannot be read: \(error.said)")
            }
        case S_IFLNK: throw CourseFault(path, CoursePins.linkRefused(to: target(of: path)))
        default: throw CourseFault(path, "is not a file: \(BoundedFile.kind(about) ?? "it is something else")")
        }
    }

    private func names(in path: String) throws(CourseFault) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path).sorted()
        } catch {
            throw CourseFault(path, "cannot be read: \(FileFault(path, .read, error).said)")
        }
    }

    private func target(of path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: root.appending(path: path).path)
    }
}
