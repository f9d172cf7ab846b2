import Foundation
import TestSupport
import Testing

@testable import Getting

/// What a person may type after `lab get`.
@Suite struct CourseSourceTests {
    private func read(_ text: String, in folder: String = "/nowhere") throws -> CourseSource { try CourseSource(text, in: folder) }

    @Test(arguments: [
        ("https://example.org/a/course.git", "https://example.org/a/course.git", nil, "course"),
        ("https://example.org/a/course.git@v1.2", "https://example.org/a/course.git", "v1.2", "course"),
        ("https://example.org/a/course@feature/new", "https://example.org/a/course", "feature/new", "course"),
        ("https://me@example.org/course", "https://me@example.org/course", nil, "course"),
        ("https://example.org/@me/course@main", "https://example.org/@me/course", "main", "course"),
        ("ssh://git@example.org:2222/course.git@v1", "ssh://git@example.org:2222/course.git", "v1", "course"),
        ("git@example.org:group/Course.git@0123abc", "git@example.org:group/Course.git", "0123abc", "course"),
        ("file:///srv/course@v1", "file:///srv/course", "v1", "course"),
        ("HTTPS://example.org/1st", "HTTPS://example.org/1st", nil, nil),
    ])
    func addresses(text: String, address: String, version: String?, name: String?) throws {
        let source = try read(text)
        #expect(source.place == .repository(address))
        #expect(source.version == version)
        #expect(source.usualName == name)
        #expect(source.fingerprint == nil)
    }

    @Test func foldersAndTheirVersions() throws {
        try TemporaryFolder.with { root in
            for name in ["course/.git", "odd@name"] {
                try FileManager.default.createDirectory(at: root.appending(path: name), withIntermediateDirectories: true)
            }
            try Data().write(to: root.appending(path: "course.tar.gz"))
            #expect(try read("course", in: root.path).text == root.appending(path: "course").path)
            #expect(try read("./course/", in: root.path).usualName == "course")
            #expect(try read("odd@name", in: root.path).version == nil)
            let old = try read("course@v1", in: root.path)
            #expect(old.place == .repository("file://" + root.appending(path: "course").path) && old.version == "v1")
            #expect(try error(of: "odd@name@v1", in: root.path).contains("'odd@name' is not a git repository, so it has no version 'v1'"))
            #expect(try error(of: "course.tar.gz", in: root.path).contains("is a file"))
            #expect(try error(of: "coarse@v1", in: root.path).contains("There is no folder 'coarse'"))
        }
    }

    private func error(of text: String, in folder: String = "/nowhere") throws -> String {
        do {
            _ = try read(text, in: folder)
            return ""
        } catch let fault as CourseSource.Fault {
            return fault.description
        }
    }

    @Test func fingerprints() throws {
        let digits = String(repeating: "0aF3", count: 16)
        let source = try read("https://example.org/course@v1#sha256:\(digits)")
        #expect(source.fingerprint == digits.lowercased() && source.version == "v1")
        #expect(try CourseSource.fingerprint(digits) == digits.lowercased())
        #expect(try error(of: "https://example.org/course#v1").contains("After '#'"))
        #expect(try error(of: "https://example.org/course#sha256:12").contains("64 hexadecimal digits"))
        #expect(try error(of: "https://example.org/course#sha256:" + String(repeating: "٣", count: 64)).contains("64 hexadecimal"))
    }

    /// What git, ssh or a shell could take for something else than a place or a name.
    @Test(arguments: [
        ("", "neither"), ("--upload-pack=touch x", "neither"), ("ext::sh -c touch% x", "no folder"),
        ("http://example.org/x", "not by 'http'"),
        ("git://example.org/x", "not by 'git'"), ("ext://sh", "not by 'ext'"), ("ssh://-oProxyCommand=x/y", "not the name of a computer"),
        ("ssh://git@-oProxyCommand=x/y", "not the name of a computer"), ("-oProxyCommand=x@host:y", "neither"),
        ("git@-oProxyCommand=x:y", "no folder"), ("git@example.org:-x", "not a path"), ("https:///course", "names no computer"),
        ("https://me:secret@example.org/x", "password"), ("https://example.org/x\u{1B}[31m", "control characters"),
        ("https://example.org/x@--upload-pack=y", "not the name of a tag"),
        ("https://example.org/x@v1:refs/heads/main", "not the name of a tag"),
        ("https://example.org/x@+v1", "not the name of a tag"), ("https://example.org/x@v1..v2", "not the name of a tag"),
        ("https://example.org/x@HEAD~1", "not the name of a tag"), ("https://example.org/x@", "not the name of a tag"),
    ])
    func whatIsRefused(text: String, why: String) throws {
        let said = try error(of: text)
        #expect(said.contains(why), "\(text): \(said)")
    }

    @Test func namesOfCourses() {
        for name in ["a", "first-course", "x_1"] { #expect(CourseSource.isName(name)) }
        for name in ["", "A", "1st", "-x", ".x", "a/b", "a b", "é", String(repeating: "x", count: 64)] {
            #expect(!CourseSource.isName(name), "\(name)")
        }
    }
}
