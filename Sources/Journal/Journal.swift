import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The append-only record of a walk: one JSON object a line, on disk before it is acknowledged.
///
/// A file lock keeps a second writer out and goes away with the process, however it ends. A last line without its end
/// (a crash in the middle of a write) was never acknowledged: it is cut off when the journal is opened, and said.
public final class Journal: Sendable {
    public let url: URL
    /// What the journal held when it was opened.
    public let entries: [Entry]
    /// Whether a torn last line was dropped when it was opened.
    public let droppedTornLine: Bool
    private let file: Mutex<FileDescriptor>

    private struct FileDescriptor: ~Copyable {
        let number: Int32
        deinit { close(number) }
    }

    /// Opens or begins a journal, and locks it.
    /// - Throws: `JournalError`.
    public init(_ url: URL) throws(JournalError) {
        self.url = url
        let folder = url.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .unusable(path: url.path, doing: "making the folder", said: "\(error.localizedDescription)")
        }
        let number = open(url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .unusable(path: url.path, doing: "opening it", said: Self.lastError) }
        let descriptor = FileDescriptor(number: number)
        let lockNote = url.appendingPathExtension("pid")
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            let pid = (try? String(contentsOf: lockNote, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
            throw .inUse(path: url.path, pid: pid)
        }
        // Only a help for the message above: the lock itself is the file's.
        try? "\(getpid())\n".write(to: lockNote, atomically: true, encoding: .utf8)
        let (entries, whole, size) = try Self.read(url)
        if whole < size {
            guard ftruncate(number, off_t(whole)) == 0, fsync(number) == 0 else {
                throw .unusable(path: url.path, doing: "dropping a torn last line", said: Self.lastError)
            }
        }
        self.entries = entries
        droppedTornLine = whole < size
        file = Mutex(descriptor)
    }

    /// Writes an event down. When this returns, it is on disk.
    /// - Throws: `JournalError.unusable` when it is not.
    public func append(_ event: Event, at date: Date = Date()) throws(JournalError) {
        var line: Data
        do {
            line = try Self.encoder.encode(Entry(at: date, event: event))
        } catch {
            throw .unusable(path: url.path, doing: "encoding an entry", said: "\(error)")
        }
        line.append(UInt8(ascii: "\n"))
        let failure = file.withLock { file in Self.write(line, to: file.number) }
        if let failure { throw .unusable(path: url.path, doing: "writing", said: failure) }
    }

    /// Writes all of it and waits for the disk; what went wrong otherwise. A part that was written is taken back, so
    /// that a full disk leaves no half line behind.
    private static func write(_ line: Data, to number: Int32) -> String? {
        let before = lseek(number, 0, SEEK_END)
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let said = lastError
                ftruncate(number, before)
                return said
            }
            rest = rest.dropFirst(written)
        }
        return fsync(number) == 0 ? nil : lastError
    }

    /// The entries of a journal's file, how many of its bytes are whole lines, and how many there are.
    private static func read(_ url: URL) throws(JournalError) -> (entries: [Entry], whole: Int, size: Int) {
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw .unusable(path: url.path, doing: "reading it", said: "\(error.localizedDescription)")
        }
        let whole = (data.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        var entries: [Entry] = []
        for (number, line) in data[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let entry = try? decoder.decode(Entry.self, from: Data(line)) else {
                throw .damaged(path: url.path, line: number + 1)
            }
            entries.append(entry)
        }
        return (entries, whole, data.count)
    }

    private static var lastError: String { String(cString: strerror(errno)) }

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
