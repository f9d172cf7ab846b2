import Foundation
import Glibc
import TestSupport
import Testing

@testable import DataFiles

/// The files of a course as they were parsed the last time: what is kept gives what parsing gives, and anything else counts for nothing.
@Suite struct TreeCacheTests {
    private static let text = """
        format: 1
        id: "1"
        words: [yes, 'no', 12, ~, !!str 7]
        block: |
          one
            two
        folded: >
          three
          four
        same: &here {a: b}
        again: *here
        """

    /// All that a reader can ask of a node, and of those below it.
    private func all(of node: DataNode) -> String {
        let own = "\(node.place) \(node.isNumber) \(node.isEmptyList)"
        if node.isMapping {
            return own + (node.entries()?.entries ?? []).map { " \($0.name): {\(all(of: $0.value))}" }.joined()
        }
        if node.isList { return own + (node.isEmptyList ? [] : node.list()).map { " [\(all(of: $0))]" }.joined() }
        return own + " \(node.scalar ?? "null") \(node.text().map { "\($0) \($0.place)" } ?? "no text")"
    }

    private func source(_ text: String) -> UInt64 { YAMLTree.source(Array(text.utf8)) }

    private func tree(_ text: String) throws -> YAMLTree {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "file.yaml"), cache = TreeCache(folder: folder.url.appending(path: "kept"))
        try Data(text.utf8).write(to: file)
        _ = DataFile.open(file, book: ComplaintBook(), kept: cache)
        return try #require(cache.tree(of: file.path, source: source(text)))
    }

    @Test func aKeptFileReadsAsAParsedOne() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = try TemporaryFolder()
        let cache = TreeCache(folder: folder.url)
        var files = 0
        for shelf in ["labs", "checks"] {
            for case let file as URL in FileManager.default.enumerator(at: root.appending(path: shelf), includingPropertiesForKeys: nil)!
            where file.pathExtension == "yaml" {
                let books = (0..<3).map { _ in ComplaintBook() }
                let parsed = try #require(DataFile.open(file, book: books[0], kept: nil))
                _ = try #require(DataFile.open(file, book: books[1], kept: cache))
                #expect(cache.tree(of: file.path, source: YAMLTree.source(Array(try Data(contentsOf: file)))) != nil)
                let kept = try #require(DataFile.open(file, book: books[2], kept: cache))
                #expect(all(of: parsed) == all(of: kept), "\(file.path)")
                #expect(books[0].all == books[2].all, "\(file.path)")
                files += 1
            }
        }
        #expect(files > 50)
    }

    @Test func whatWasCutOrChangedCountsForNothing() throws {
        let tree = try tree(Self.text)
        let bytes = tree.encoded(source: 7)
        #expect(YAMLTree(bytes, source: 7) == tree)
        #expect(YAMLTree(bytes, source: 8) == nil)
        for count in 0..<bytes.count { #expect(YAMLTree(Array(bytes[..<count]), source: 7) == nil) }
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                #expect(YAMLTree(changed, source: 7) == nil, "bit \(bit) of byte \(place)")
            }
        }
        #expect(YAMLTree(bytes + [0], source: 7) == nil)
    }

    /// A checksum only says that the bytes are those that were written. Numbers that lead nowhere, or back, are refused all the same.
    @Test func numbersThatLeadNowhereAreRefused() throws {
        let written = try tree(Self.text).encoded(source: 7)
        var refused = 0
        for place in YAMLTree.headBytes..<written.count {
            for value in [UInt8(0), 1, 0x7F, 0xFF] {
                var bytes = written
                bytes[place] = value
                withUnsafeBytes(of: YAMLTree.checksum(Array(bytes[YAMLTree.headBytes...])).littleEndian) {
                    bytes.replaceSubrange(YAMLTree.headBytes - 8..<YAMLTree.headBytes, with: $0)
                }
                // It may say something else; it may not lead out of the file, or round and round.
                if let other = YAMLTree(bytes, source: 7) {
                    _ = all(of: DataNode(YAMLDocument(tree: other, file: "file.yaml", book: ComplaintBook())))
                } else {
                    refused += 1
                }
            }
        }
        #expect(refused > 100)
    }

    @Test func onlyTheSameContentOfTheSameProgramCounts() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "file.yaml"), program = folder.url.appending(path: "program").path
        let kept = folder.url.appending(path: "kept")
        try Data("one: 'x'".utf8).write(to: file)
        try Data("program".utf8).write(to: URL(filePath: program))
        let cache = TreeCache(folder: kept, program: program)
        _ = DataFile.open(file, book: ComplaintBook(), kept: cache)
        #expect(cache.tree(of: file.path, source: source("one: 'x'")) != nil)
        #expect(cache.tree(of: file.path, source: source("one: 'y'")) == nil)
        try Data("one: 'y'".utf8).write(to: file)
        #expect(DataFile.open(file, book: ComplaintBook(), kept: cache)?.entries()?.entries.first?.value.text()?.string == "y")
        #expect(try FileManager.default.contentsOfDirectory(atPath: kept.path).count == 1)
        try Data("another program".utf8).write(to: URL(filePath: program))
        #expect(TreeCache(folder: kept, program: program).tree(of: file.path, source: source("one: 'y'")) == nil)
    }

    @Test func whatOthersCanWriteCountsForNothing() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "file.yaml"), kept = folder.url.appending(path: "kept")
        try Data("one: 'x'".utf8).write(to: file)
        let cache = TreeCache(folder: kept)
        _ = DataFile.open(file, book: ComplaintBook(), kept: cache)
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: kept.path).first)
        let path = kept.appending(path: name).path
        func isThere() -> Bool { cache.tree(of: file.path, source: source("one: 'x'")) != nil }
        var about = stat()
        #expect(stat(path, &about) == 0 && about.st_mode & 0o777 == 0o600)
        #expect(stat(kept.path, &about) == 0 && about.st_mode & 0o777 == 0o700)
        #expect(isThere())
        for mode: mode_t in [0o620, 0o602] {
            chmod(path, mode)
            #expect(!isThere())
        }
        chmod(path, 0o600)
        if getuid() == 0 {
            chown(path, 1, 1)
            #expect(!isThere())
            chown(path, 0, 0)
        }
        #expect(isThere())
        let elsewhere = folder.url.appending(path: "elsewhere").path
        rename(path, elsewhere)
        symlink(elsewhere, path)
        #expect(!isThere())
        unlink(path)
        mkfifo(path, 0o600)
        #expect(!isThere())
        unlink(path)
        // Into a folder where others can put links nothing is written.
        chmod(kept.path, 0o777)
        #expect(DataFile.open(file, book: ComplaintBook(), kept: cache) != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: kept.path) == [])
    }

    @Test func withoutAFolderEverythingIsParsed() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "file.yaml")
        try Data("one: 'x'".utf8).write(to: file)
        for kept in ["/proc/nowhere", file.path] {
            let root = DataFile.open(file, book: ComplaintBook(), kept: TreeCache(folder: URL(filePath: kept)))
            #expect(root?.entries()?.entries.first?.value.text()?.string == "x")
        }
    }

    @Test func referencesToReferencesAreBounded() throws {
        let lines = (1...7).map { level in
            "l\(level): &l\(level) [\(Array(repeating: level == 1 ? "x" : "*l\(level - 1)", count: 10).joined(separator: ", "))]"
        }
        #expect(throws: Complaints.self) { try DataFile(text: lines.joined(separator: "\n"), path: "file.yaml") }
    }
}
