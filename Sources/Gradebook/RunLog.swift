import DataFiles
import Foundation
import Glibc
import Reports

/// What every run in a gradebook has.
struct RunHeader: Sendable, Hashable, Codable {
    var format = 1
    /// The address of the store. There is never a password in it.
    var store: String
    var run: UUID
    var lab: String
    /// The name of the class, if a class is judged.
    var className: String?
    var started: Date
    var shard: String?
    var steps: [ReportStep]
}

/// How a run ended.
struct RunEnd: Sendable, Hashable, Codable {
    var finished: Date
    var isComplete: Bool
}

/// A student's place in the report.
struct PlacedStudent: Sendable, Hashable, Codable {
    var position: Int
    var report: StudentReport
}

/// A run as it is kept in the state folder until the gradebook has it: a header, a line a student, and an end. Every line is on
/// disk before the next; a torn last line was never acknowledged and is not read. The lock goes away with the process that
/// writes it, however that ends.
///
/// Not `Sendable`: it belongs to one ``Gradebook``.
final class RunLog {
    private struct Line: Codable {
        var header: RunHeader?
        var student: PlacedStudent?
        var end: RunEnd?
    }

    /// A larger one is not ours: a report of that size is not read either.
    static let largestFile = 1 << 30

    let url: URL
    let header: RunHeader
    private(set) var students: [PlacedStudent]
    private(set) var end: RunEnd?
    private let file: Int32

    /// Begins a log.
    /// - Throws: `GradebookError.cannotKeep`.
    init(beginning header: RunHeader, in folder: URL) throws {
        do throws(FileFault) {
            try PrivateFile.makeFolder(folder)
        } catch {
            throw GradebookError.cannotKeep(path: folder.path, said: error.said)
        }
        url = folder.appending(path: header.run.uuidString.lowercased() + ".run")
        file = open(url.path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        self.header = header
        students = []
        guard file >= 0 else { throw GradebookError.cannotKeep(path: url.path, said: String(cString: strerror(errno))) }
        // Another process that looks for what was left behind may hold it for a moment.
        while flock(file, LOCK_EX) != 0, errno == EINTR {}
        try append(Line(header: header))
    }

    /// A log that a process before this one has left behind; nil when another one still writes it, or when not even its header
    /// is whole.
    init?(leftBehind url: URL) {
        let number = open(url.path, O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { return nil }
        let lines: [Line]
        // Sent and removed meanwhile by another process, it would otherwise be sent twice.
        if flock(number, LOCK_EX | LOCK_NB) == 0, access(url.path, F_OK) == 0,
            let data = try? BoundedFile.read(url, atMost: Self.largestFile)
        {
            let whole = (data.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
            lines = data[..<whole].split(separator: UInt8(ascii: "\n")).compactMap { try? Self.decoder.decode(Line.self, from: Data($0)) }
        } else {
            lines = []
        }
        guard let header = lines.first?.header else {
            close(number)
            return nil
        }
        self.url = url
        self.header = header
        students = lines.compactMap(\.student)
        end = lines.compactMap(\.end).last
        file = number
    }

    deinit { if file >= 0 { close(file) } }

    /// The logs in a folder that nobody writes any more, the oldest first.
    static func leftBehind(in folder: URL, for store: String) -> [RunLog] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".run") }.compactMap { RunLog(leftBehind: folder.appending(path: $0)) }
            .filter { $0.header.store == store }.sorted { $0.header.started < $1.header.started }
    }

    func add(_ student: PlacedStudent) throws {
        try append(Line(student: student))
        students.append(student)
    }

    func finish(_ end: RunEnd) throws {
        try append(Line(end: end))
        self.end = end
    }

    /// The gradebook has it.
    func remove() { try? FileManager.default.removeItem(at: url) }

    /// The gradebook refuses it, or a part of it, and always will.
    /// - Returns: where it is now.
    func setAside() -> URL {
        let aside = url.deletingPathExtension().appendingPathExtension("refused")
        return rename(url.path, aside.path) == 0 ? aside : url
    }

    private func append(_ line: Line) throws {
        var data = try Self.encoder.encode(line)
        data.append(UInt8(ascii: "\n"))
        var rest = data[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw GradebookError.cannotKeep(path: url.path, said: String(cString: strerror(errno))) }
            rest = rest.dropFirst(written)
        }
        guard fsync(file) == 0 else { throw GradebookError.cannotKeep(path: url.path, said: String(cString: strerror(errno))) }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
