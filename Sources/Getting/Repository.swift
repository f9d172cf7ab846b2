import Course
import DataFiles
import Foundation

/// A repository that git can reach, read without ever being checked out.
struct Repository: Sendable {
    var address: String
    var git: GitProgram

    /// - Parameter folder: a new folder for what git fetches.
    init(_ address: String, fetchingInto folder: URL) {
        self.address = address
        git = GitProgram(folder: folder)
    }

    /// The files of a version, or of the branch that is there when nobody names one, and the commit.
    /// - Throws: `GettingFault`, `CourseFault`, or `CancellationError`.
    func files(of version: String?) async throws -> (files: CourseFiles, commit: String) {
        _ = try await require(git.run(["init", "--quiet", "--bare", "--template=", git.folder.path]))
        let commit = try await fetch(version)
        return (try await read(commit), commit)
    }

    // MARK: Fetching

    private static let here = "refs/got/it"

    /// Fetches a version, if it can be alone.
    private func fetch(_ version: String?) async throws -> String {
        let one = try await fetch(["--depth=1"], ["\(version ?? "HEAD"):\(Self.here)"])
        if one.succeeded, let commit = try await commit(Self.here) { return commit }
        let isUnknown =
            one.said.contains("couldn't find remote ref") || one.said.contains("not our ref") || one.said.contains("unadvertised")
        guard let version, isUnknown else {
            if one.wasTooSlow { throw GettingFault.tooSlow(source: address, seconds: git.seconds) }
            if one.wasTooLarge { throw GettingFault.tooLarge(source: address, mebibytes: git.largestFile >> 20) }
            if one.succeeded { throw GettingFault.noVersion(version ?? "HEAD", source: address, nearest: nil) }
            throw GettingFault.notFetched(source: address, said: one.tail)
        }
        // The beginning of a commit's name, or a server that hands out no single commit: then all of it is fetched.
        if version.wholeMatch(of: /[0-9a-f]{7,64}/) != nil {
            _ = try await require(fetch([], ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]))
            if let commit = try await commit(version) { return commit }
        }
        throw GettingFault.noVersion(version, source: address, nearest: nearestName(to: version, among: try await names()))
    }

    private func fetch(_ options: [String], _ refs: [String]) async throws -> GitProgram.Outcome {
        try await git.run(
            ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"] + options + ["--", address] + refs)
    }

    /// The commit that a name means here; nil if there is none.
    private func commit(_ name: String) async throws -> String? {
        let said = try await git.run(["rev-parse", "--quiet", "--verify", "--end-of-options", name + "^{commit}"])
        return said.succeeded ? said.text.trimmingCharacters(in: .whitespacesAndNewlines) : nil
    }

    /// The tags and branches there.
    private func names() async throws -> [String] {
        let said = try await git.run(["ls-remote", "--quiet", "--tags", "--heads", "--refs", "--", address])
        return said.text.split(separator: "\n").compactMap { line in
            let ref = line.split(separator: "\t").last.map(String.init) ?? ""
            return ["refs/tags/", "refs/heads/"].first { ref.hasPrefix($0) }.map { String(ref.dropFirst($0.count)) }
        }
    }

    private func require(_ outcome: GitProgram.Outcome) throws(GettingFault) -> GitProgram.Outcome {
        if outcome.wasTooSlow { throw .tooSlow(source: address, seconds: git.seconds) }
        if outcome.wasTooLarge { throw .tooLarge(source: address, mebibytes: git.largestFile >> 20) }
        guard outcome.succeeded else { throw .notFetched(source: address, said: outcome.tail) }
        return outcome
    }

    // MARK: Reading

    /// One line of `git ls-tree`.
    private struct Entry {
        var path: String
        var isExecutable: Bool
        var object: String
        var size: Int
    }

    private func read(_ commit: String) async throws -> CourseFiles {
        let listing = try await require(
            git.run(["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--"] + CourseFiles.folders, outputLimit: 16 << 20))
        let entries = try await entries(listing.output)
        let size = entries.reduce(0) { $0 + $1.size + 128 }
        let objects = try await require(
            git.run(["cat-file", "--batch"], input: entries.map { $0.object + "\n" }.joined(), outputLimit: size + 1024))
        return try CourseFiles(try Self.files(entries, in: objects.output, source: address), of: address)
    }

    private func entries(_ bytes: [UInt8]) async throws -> [Entry] {
        var bounds = CourseBounds()
        var entries: [Entry] = []
        for line in bytes.split(separator: 0) {
            guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let words = String(decoding: line[..<tab], as: UTF8.self).split(separator: " ").map(String.init)
            let path = String(decoding: line[line.index(after: tab)...], as: UTF8.self)
            guard words.count == 4, !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
            switch words[0] {
            case "100644", "100755", "100664":
                guard let size = Int(words[3]) else { throw CourseFault(path, "is not in the repository as a file") }
                try bounds.admit(path, bytes: size)
                entries.append(Entry(path: path, isExecutable: words[0] == "100755", object: words[2], size: size))
            case "120000":
                let target = try await git.run(["cat-file", "blob", words[2]], outputLimit: 64 << 10).text
                throw CourseFault(path, CoursePins.linkRefused(to: target))
            case "160000": throw CourseFault(path, "is another repository (a submodule); a course has only files and folders")
            default: throw CourseFault(path, "is neither a file nor a folder")
            }
        }
        return entries
    }

    /// The files out of what `git cat-file --batch` writes: for each object a line, its bytes, and the end of a line.
    private static func files(_ entries: [Entry], in bytes: [UInt8], source: String) throws -> [CourseFile] {
        var rest = bytes[...]
        return try entries.map { entry in
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw CourseFault(entry.path, "is not in what git has fetched") }
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            let start = rest.index(after: end)
            guard words.count == 3, words[1] == "blob", Int(words[2]) == entry.size, rest.endIndex - start > entry.size else {
                throw CourseFault(entry.path, "is not in what git has fetched")
            }
            let content = rest[start..<start + entry.size]
            rest = rest[(start + entry.size + 1)...]
            return CourseFile(path: entry.path, isExecutable: entry.isExecutable, content: Data(content))
        }
    }
}
