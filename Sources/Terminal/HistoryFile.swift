import Display
import Foundation
import Glibc

/// The lines that a person typed, kept across sessions in a file that only they can read, one a line. Several programs may
/// append to it at the same time. A history that cannot be read or written is not a reason to stop: it is then only shorter.
struct HistoryFile {
    /// How many lines are kept.
    static let limit = 1000
    /// Longer lines are not kept.
    private static let lineLimit = 8 << 10
    /// A file larger than this is cut down to its last lines.
    private static let sizeLimit = 1 << 20

    let url: URL
    private var last = ""

    init(_ url: URL) { self.url = url }

    /// The kept lines, oldest first.
    mutating func load() -> [String] {
        guard let file = open(), let size = try? file.seekToEnd() else { return [] }
        defer { try? file.close() }
        try? file.seek(toOffset: size > Self.sizeLimit ? size - UInt64(Self.sizeLimit) : 0)
        let data = (try? file.read(upToCount: Self.sizeLimit)) ?? Data()
        var lines: [String] = []
        for line in data.split(separator: UInt8(ascii: "\n")) {
            // Whatever wrote this file: its lines are shown on a terminal.
            let text = Cleaner.line(String(decoding: line, as: UTF8.self), limit: Self.lineLimit)
            if !text.isEmpty, text != lines.last { lines.append(text) }
        }
        lines = lines.suffix(Self.limit)
        last = lines.last ?? ""
        if size > Self.sizeLimit { replace(with: lines) }
        return lines
    }

    /// Whether a line is one to keep: not empty, not begun with a blank (as in a shell), not the line before again.
    func keeps(_ line: String) -> Bool {
        !line.isEmpty && !line.hasPrefix(" ") && line != last && line.utf8.count <= Self.lineLimit
    }

    /// Adds a line, if it is one to keep.
    mutating func append(_ line: String) {
        guard keeps(line), let file = open() else { return }
        last = line
        // One write of a whole line in append mode: two programs' lines cannot run into each other.
        try? file.write(contentsOf: Data((line + "\n").utf8))
        try? file.close()
    }

    /// Opens and locks the file, which is made if there is none.
    private func open() -> FileHandle? {
        try? FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for _ in 0..<8 {
            let number = Glibc.open(url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard number >= 0 else { return nil }
            let file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
            fchmod(number, 0o600)
            guard flock(number, LOCK_EX) == 0 else { return nil }
            // While we waited for the lock another program may have put a shorter file in its place.
            var ours = stat()
            var there = stat()
            if fstat(number, &ours) == 0, stat(url.path, &there) == 0, ours.st_ino == there.st_ino { return file }
        }
        return nil
    }

    /// Puts a shorter file in the place of the locked one.
    private func replace(with lines: [String]) {
        let other = url.appendingPathExtension("new-\(getpid())")
        let text = lines.map { $0 + "\n" }.joined()
        guard FileManager.default.createFile(atPath: other.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { return }
        if rename(other.path, url.path) != 0 { unlink(other.path) }
    }
}
