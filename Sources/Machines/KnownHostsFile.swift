import DataFiles
import Foundation
import Glibc
import Synchronization

/// One known_hosts file, with its lines found by name: a class asks for thousands of names in a file of thousands of lines.
final class KnownHostsFile: Sendable {
    /// Lines whose names are plain, by each of these names.
    private let plain: [String: [Line]]
    /// Lines with patterns or hashes, which every name has to be tried on.
    private let others: [Line]
    /// The names for which an authority's certificates count.
    private let authorities: [Line]

    private struct Line {
        var names: Substring
        var hash: HostNameHash?
        var mark: Mark?
        var type: Substring
        var key: Substring
    }

    private enum Mark: String { case revoked = "@revoked", authority = "@cert-authority" }

    init(_ text: String) {
        var authorities: [Line] = []
        var plain: [String: [Line]] = [:]
        var others: [Line] = []
        // By bytes: to Swift, CR LF is one character and not the end of a line.
        for bytes in text.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let line = Self.parse(Substring(bytes)) else { continue }
            if line.mark == .authority {
                authorities.append(line)
            } else if line.hash != nil
                || line.names.utf8.contains(where: { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "!")].contains($0) })
            {
                others.append(line)
            } else {
                for name in Set(line.names.split(separator: ",")) { plain[name.lowercased(), default: []].append(line) }
            }
        }
        self.authorities = authorities
        self.plain = plain
        self.others = others
    }

    /// What the file says of a host, by its name in small letters.
    func entries(for name: String) -> [KnownHosts.Entry] {
        let lines = plain[name, default: []] + others.filter { Self.line($0, isAbout: name) }
        return lines.compactMap { line in
            PublicKey(type: line.type, text: line.key).map { KnownHosts.Entry(key: $0, isRevoked: line.mark == .revoked) }
        }
    }

    /// Whether a host of this name is trusted for an authority's certificate.
    func hasAuthority(for name: String) -> Bool { authorities.contains { Self.line($0, isAbout: name) } }

    private static func line(_ line: Line, isAbout name: String) -> Bool { line.hash?.isOf(name) ?? list(line.names, has: name) }

    private static func parse(_ text: Substring) -> Line? {
        // A CR at the end belongs to the line's end in Windows's files; ssh takes it for a space.
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" })
        guard var first = words.first, !first.hasPrefix("#") else { return nil }
        var rest = words.dropFirst()
        var mark: Mark?
        if first.hasPrefix("@") {
            guard let known = Mark(rawValue: String(first)), let names = rest.popFirst() else { return nil }
            (mark, first) = (known, names)
        }
        guard let type = rest.popFirst(), let key = rest.popFirst() else { return nil }
        let hash = first.hasPrefix("|") ? HostNameHash(first) : nil
        guard hash != nil || !first.hasPrefix("|") else { return nil }
        return Line(names: first, hash: hash, mark: mark, type: type, key: key)
    }

    /// Whether a list of patterns has a name in it: one with `!` before it that fits shuts the name out.
    private static func list(_ patterns: Substring, has name: String) -> Bool {
        var isThere = false
        for pattern in patterns.split(separator: ",") {
            let isNegated = pattern.hasPrefix("!")
            guard fits(Array((isNegated ? pattern.dropFirst() : pattern).lowercased().utf8), Array(name.utf8)) else { continue }
            if isNegated { return false }
            isThere = true
        }
        return isThere
    }

    /// `*` stands for any letters and `?` for one.
    private static func fits(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var (p, n) = (0, 0)
        var retry: (p: Int, n: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                p += 1
                retry = (p, n)
            } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] {
                (p, n) = (p + 1, n + 1)
            } else if let last = retry {
                (p, n) = (last.p, last.n + 1)
                retry = (last.p, last.n + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension KnownHostsFile {
    private struct Version: Hashable {
        var node: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private static let kept = Mutex<[String: (version: Version, file: KnownHostsFile)]>([:])

    /// The file as it is now; one that is not there, or may not be read, knows nobody, as for ssh.
    static func read(_ path: String) -> KnownHostsFile {
        var status = stat()
        guard stat(path, &status) == 0 else { return KnownHostsFile("") }
        let version = Version(
            node: UInt(status.st_ino), size: Int(status.st_size), seconds: Int(status.st_mtim.tv_sec),
            nanoseconds: Int(status.st_mtim.tv_nsec))
        return kept.withLock { kept in
            if let known = kept[path], known.version == version { return known.file }
            // A device or a pipe has no size to rely on, and may never end.
            guard status.st_mode & S_IFMT == S_IFREG, let data = FileManager.default.contents(atPath: path) else {
                return KnownHostsFile("")
            }
            let file = KnownHostsFile(String(decoding: data, as: UTF8.self))
            kept[path] = (version, file)
            return file
        }
    }

    /// Adds a line, whole and in one go: several machines may be confirmed at once.
    /// - Throws: what the file system says.
    static func append(_ line: String, to path: String) throws(KnownHostsError) {
        let folder = (path as NSString).deletingLastPathComponent
        if !FileManager.default.fileExists(atPath: folder) {
            try? PrivateFile.makeFolder(URL(filePath: folder))
        }
        let number = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw KnownHostsError(said: String(cString: strerror(errno))) }
        defer { close(number) }
        // A last line without an end would run into ours.
        var last = UInt8(ascii: "\n")
        let size = lseek(number, 0, SEEK_END)
        if size > 0 { pread(number, &last, 1, size - 1) }
        let bytes = Array(((last == UInt8(ascii: "\n") ? "" : "\n") + line + "\n").utf8)
        guard write(number, bytes, bytes.count) == bytes.count else { throw KnownHostsError(said: String(cString: strerror(errno))) }
    }
}
