import Foundation

/// Where a course comes from, as a person has typed it.
package struct CourseSource: Sendable, Hashable {
    /// What it is taken from.
    package enum Place: Sendable, Hashable {
        /// As it is now: what is not committed as well.
        case folder(URL)
        /// By git, from an address.
        case repository(String)
    }

    package var place: Place
    /// A tag, a branch or a commit.
    package var version: String?
    /// The fingerprint that somebody has handed out.
    package var fingerprint: String?

    /// The address or the path, for the record.
    package var text: String {
        switch place {
        case .folder(let url): url.path
        case .repository(let address): address
        }
    }

    /// What is wrong with the words.
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String

        init(_ description: String) { self.description = description }
    }

    /// - Parameters:
    ///   - text: `URL[@VERSION][#sha256:HEX]` or `DIR[@VERSION][#sha256:HEX]`.
    ///   - folder: the working directory.
    package init(_ text: String, in folder: String) throws(Fault) {
        guard !text.isEmpty, !text.hasPrefix("-") else { throw Fault("'\(text)' is neither a folder nor an address.") }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }), text.utf8.count < 2000 else {
            throw Fault("The address has control characters in it, or is too long.")
        }
        var rest = text
        if let mark = text.range(of: "#", options: .backwards) {
            let said = String(text[mark.upperBound...])
            guard said.hasPrefix("sha256:") else { throw Fault("After '#' there can only be a fingerprint, as in #sha256:… .") }
            fingerprint = try Self.fingerprint(said)
            rest = String(text[..<mark.lowerBound])
        }
        if let colon = rest.range(of: "://") {
            let scheme = rest[..<colon.lowerBound].lowercased()
            guard ["https", "ssh", "file"].contains(scheme) else {
                throw Fault("lab takes courses by https, ssh and file, not by '\(scheme)'.")
            }
            let start = rest[colon.upperBound...].firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[colon.upperBound..<start]
            if let user = authority.split(separator: "@", omittingEmptySubsequences: false).dropLast().first, user.contains(":") {
                throw Fault("The address has a password in it, which others could read. Give it to git: 'git help credentials'.")
            }
            if authority.drop(while: { $0 != "@" }).hasPrefix("@-") || authority.hasPrefix("-") {
                throw Fault("'\(authority)' is not the name of a computer.")
            }
            guard scheme == "file" || !authority.isEmpty else { throw Fault("The address names no computer.") }
            let (path, version) = Self.parted(String(rest[start...]))
            place = .repository(String(rest[..<start]) + path)
            self.version = version
        } else if let match = rest.wholeMatch(of: /([A-Za-z0-9_.]+@[A-Za-z0-9][A-Za-z0-9.\-]*):(.+)/) {
            let (path, version) = Self.parted(String(match.output.2))
            guard !path.hasPrefix("-") else { throw Fault("'\(path)' is not a path.") }
            place = .repository("\(match.output.1):\(path)")
            self.version = version
        } else {
            let whole = Self.url(rest, in: folder)
            let (path, version) = FileManager.default.fileExists(atPath: whole.path) ? (rest, nil) : Self.parted(rest)
            let url = Self.url(path, in: folder)
            var isFolder = ObjCBool(false)
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
                throw Fault("There is no folder '\(path)'. An address begins with https://, ssh:// or file://, or is like git@HOST:PATH.")
            }
            guard isFolder.boolValue else {
                throw Fault("'\(path)' is a file. lab takes a folder or a repository: unpack an archive first, and name its folder.")
            }
            let isRepository = [".git", "objects"].contains { FileManager.default.fileExists(atPath: url.appending(path: $0).path) }
            if let version, !isRepository {
                throw Fault("'\(path)' is not a git repository, so it has no version '\(version)'. Name it without '@\(version)'.")
            }
            // Of a folder with a version, the repository is asked, and what is not committed does not count.
            place = version == nil ? .folder(url) : .repository("file://" + Self.escaped(url.path))
            self.version = version
        }
        if let version { try Self.check(version: version) }
    }

    /// Reads a fingerprint: 64 hexadecimal digits, with or without `sha256:`.
    package static func fingerprint(_ text: String) throws(Fault) -> String {
        let digits = (text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text).lowercased()
        guard digits.count == 64, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw Fault("'\(text)' is not a fingerprint: it has 64 hexadecimal digits, and 'lab get --list' shows that of a course.")
        }
        return digits
    }

    /// The name that the course gets if nobody chooses one: the last part of its address; nil if that cannot be one.
    package var usualName: String? {
        var last = text.split(whereSeparator: { "/:".contains($0) }).last.map { $0.lowercased() } ?? ""
        if last.hasSuffix(".git") { last.removeLast(4) }
        return Self.isName(last) ? last : nil
    }

    /// Whether a course can have this name: it becomes that of a folder.
    package static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[a-z][a-z0-9_\-]{0,62}/) != nil }

    /// A path, and the version behind its last `@`. One behind a slash is a part of the path.
    private static func parted(_ path: String) -> (path: String, version: String?) {
        var end = path.endIndex
        while let mark = path[..<end].lastIndex(of: "@") {
            let before = path[..<mark].last
            if before != nil, before != "/" { return (String(path[..<mark]), String(path[path.index(after: mark)...])) }
            end = mark
        }
        return (path, nil)
    }

    /// - Throws: a `Fault` for what git could read as something else than a name.
    private static func check(version: String) throws(Fault) {
        let odd = CharacterSet(charactersIn: " ~^:?*[\\+'\"`$();|&<>!")
        let parts = version.split(separator: "/", omittingEmptySubsequences: false)
        let isGood =
            version.utf8.count <= 200 && version.rangeOfCharacter(from: odd) == nil && !version.contains("..") && !version.contains("@{")
            && !version.hasSuffix(".lock") && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasPrefix(".") }
        guard isGood else { throw Fault("'\(version)' is not the name of a tag, a branch or a commit.") }
    }

    private static func url(_ path: String, in folder: String) -> URL {
        let path = path.hasPrefix("~/") ? NSHomeDirectory() + String(path.dropFirst()) : path
        return URL(filePath: path, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).standardizedFileURL
    }

    /// git reads `%` in an address of this kind as the beginning of an escape.
    private static func escaped(_ path: String) -> String { path.replacing("%", with: "%25") }
}
