import DataFiles
import Facts
import Foundation
import Glibc
import Synchronization

/// The append-only record of a walk: one JSON object a line, on disk before it is acknowledged.
///
/// A file lock keeps a second writer out and goes away with the process, however it ends. A last line without its end
/// (a crash in the middle of a write) was never acknowledged: it is cut off when the journal is opened, and said.
package final class Journal: Sendable {
    package let url: URL
    /// What the journal held when it was opened, without the facts.
    package let entries: [Entry]
    /// Whether a torn last line was dropped when it was opened.
    package let droppedTornLine: Bool
    /// Whether it can be written: not if it was opened for reading.
    package var isWritten: Bool { file.withLock { $0.number >= 0 } }
    private let file: Mutex<Writing>

    private struct Writing: ~Copyable {
        let number: Int32
        /// What the next line's seal goes on from.
        var seal = ""
        var ledger = FactsLedger()

        init(number: Int32) { self.number = number }
        deinit { if number >= 0 { close(number) } }
    }

    /// Opens or begins a journal, and locks it.
    /// - Throws: `JournalError`.
    package init(_ url: URL) throws(JournalError) {
        self.url = url
        do throws(FileFault) {
            try PrivateFile.makeFolder(url.deletingLastPathComponent())
        } catch {
            throw .unusable(path: url.path, doing: "making the folder", said: error.said)
        }
        let number = open(url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
        guard number >= 0 else { throw .unusable(path: url.path, doing: "opening it", said: Self.lastError) }
        var writing = Writing(number: number)
        let lockNote = url.appendingPathExtension("pid")
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            let pid = (try? String(contentsOf: lockNote, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
            throw .inUse(path: url.path, pid: pid)
        }
        // Only a help for the message above: the lock itself is the file's.
        try? PrivateFile.write(Data("\(getpid())\n".utf8), to: lockNote)
        let reader: JournalReader
        do {
            reader = try JournalReader(url)
        } catch .foreign {
            // In the place of a walk it is a damaged one.
            throw .damaged(path: url.path, line: 1)
        }
        var entries: [Entry] = []
        for line in reader.lines where line.kind != .facts { entries.append(try reader.entry(line)) }
        if reader.wholeSize < reader.size {
            guard ftruncate(number, off_t(reader.wholeSize)) == 0, fsync(number) == 0 else {
                throw .unusable(path: url.path, doing: "dropping a torn last line", said: Self.lastError)
            }
        }
        self.entries = entries
        droppedTornLine = reader.wholeSize < reader.size
        writing.seal = reader.seal
        file = Mutex(writing)
    }

    /// Opens a journal for reading alone, beside another that writes to it; without the file, as an empty one.
    /// - Throws: `JournalError`.
    package init(reading url: URL) throws(JournalError) {
        self.url = url
        var entries: [Entry] = []
        if FileManager.default.fileExists(atPath: url.path) {
            let reader = try JournalReader(url)
            for line in reader.lines where line.kind != .facts { entries.append(try reader.entry(line)) }
        }
        self.entries = entries
        // A last line without its end may be one that is being written just now.
        droppedTornLine = false
        file = Mutex(Writing(number: -1))
    }

    /// Writes an event down. When this returns, it is on disk.
    /// - Throws: `JournalError.unusable` when it is not.
    package func append(_ event: Event, at date: Date = Date()) throws(JournalError) {
        try write(at: date) { _ in event }
    }

    /// Writes down what the machines reported in a round, without secrets: it belongs before the checks that were judged from it.
    /// - Throws: `JournalError.unusable`.
    package func append(looks: [MachineFacts], closer: [MachineFacts], at date: Date = Date()) throws(JournalError) {
        try write(at: date) { .facts($0.note(looks, closer: closer)) }
    }

    private func write(at date: Date, _ event: (inout FactsLedger) -> Event) throws(JournalError) {
        let failure: JournalError? = file.withLock { file in
            guard file.number >= 0 else { return .unusable(path: url.path, doing: "writing", said: "it was opened for reading") }
            // An observation that did not get to the disk must not count as written.
            let before = file.ledger
            let failure: JournalError?
            do {
                var (line, seal) = try JournalLine.encode(Entry(at: date, event: event(&file.ledger).masked), after: file.seal)
                line.append(UInt8(ascii: "\n"))
                let said = Self.write(line, to: file.number)
                failure = said.map { .unusable(path: url.path, doing: "writing", said: $0) }
                if said == nil { file.seal = seal }
            } catch {
                failure = .unusable(path: url.path, doing: "encoding an entry", said: "\(error)")
            }
            if failure != nil { file.ledger = before }
            return failure
        }
        if let failure { throw failure }
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

    private static var lastError: String { String(cString: strerror(errno)) }
}
