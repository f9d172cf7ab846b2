import Foundation
import Glibc
import Testing

@testable import DataFiles

/// Files that others have made: what they are is asked of what is open, and said in words.
@Suite struct ForeignFileTests {
    private func inFolder<T>(_ body: (URL) throws -> T) throws -> T {
        let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private func fault(_ url: URL, limit: Int = 1000) -> String {
        do throws(FileFault) { return "read: \(try BoundedFile.read(url, atMost: limit).count)" } catch { return error.said }
    }

    @Test func theBoundHoldsThroughLinksAndForWhatGrows() throws {
        try inFolder { folder in
            let large = folder.appending(path: "large"), link = folder.appending(path: "link"), chain = folder.appending(path: "chain")
            try Data(count: 1001).write(to: large)
            symlink(large.path, link.path)
            symlink(link.path, chain.path)
            for url in [large, link, chain] { #expect(fault(url) == "it is larger than 0 KiB") }
            #expect(fault(chain, limit: 1001) == "read: 1001")
            // Its size is said to be 0.
            #expect(fault(URL(filePath: "/proc/self/status"), limit: 16) == "it is larger than 0 KiB")
        }
    }

    @Test(.timeLimit(.minutes(1))) func whatIsNoFileIsRefusedAtOnce() throws {
        try inFolder { folder in
            let pipe = folder.appending(path: "pipe"), link = folder.appending(path: "link"), round = folder.appending(path: "round")
            mkfifo(pipe.path, 0o600)
            symlink(pipe.path, link.path)
            symlink(round.path, round.path)
            #expect(fault(pipe) == "it is a pipe, not a file")
            #expect(fault(link) == "it is a pipe, not a file")
            #expect(fault(folder) == "it is a folder")
            #expect(fault(URL(filePath: "/dev/zero")) == "it is a device, not a file")
            #expect(fault(folder.appending(path: "none")) == "there is no such file")
            #expect(fault(round) == "its symbolic links go round in a circle")
        }
    }

    @Test func errorsNameTheFileAndWhatWasTried() throws {
        #expect(
            FileFault("a.json", .written, errno: ENOSPC).description
                == "a.json cannot be written: No space left on device. Make room ('df -h' shows where), or name another place.")
        #expect(FileFault("a.json", .read, errno: ENOENT).description == "a.json cannot be read: there is no such file.")
        // Foundation's own errors show their insides.
        for attempt in [
            { try Data().write(to: URL(filePath: "/proc/nowhere/x"), options: .atomic) },
            { _ = try Data(contentsOf: URL(filePath: "/proc/nowhere")) },
        ] {
            do {
                try attempt()
                Issue.record("it worked")
            } catch {
                let told = FileFault("x", .written, error).description
                #expect(!told.contains("NSCocoa"), "\(told)")
                #expect(!told.contains("Domain"), "\(told)")
                #expect(!told.contains(".."), "\(told)")
                #expect(told.hasPrefix("x cannot be written: "), "\(told)")
            }
        }
    }

    @Test func whatIsKeptOfMachinesIsForItsOwnerAlone() throws {
        try inFolder { folder in
            let url = folder.appending(path: "new/kept"), link = folder.appending(path: "link")
            try PrivateFile.write(Data("one".utf8), to: url)
            symlink(url.path, link.path)
            try PrivateFile.write(Data("two".utf8), to: link)
            var about = stat()
            #expect(lstat(url.path, &about) == 0)
            #expect(about.st_mode & 0o777 == 0o600)
            #expect(lstat(link.path, &about) == 0)
            #expect(about.st_mode & S_IFMT == S_IFLNK)
            #expect(try String(contentsOf: url, encoding: .utf8) == "two")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "new").path) == ["kept"])
        }
    }

    private func complaint(_ bytes: [UInt8], as name: String) throws -> String {
        try inFolder { folder in
            let url = folder.appending(path: name)
            try Data(bytes).write(to: url)
            do throws(Complaints) {
                _ = try SeparatedValues(url)
                return "none"
            } catch {
                return error.all.map { "\($0.place.line):\($0.place.column) \($0.what); \($0.expected ?? "")" }.joined(separator: "\n")
            }
        }
    }

    @Test func anotherEncodingIsCalledByItsName() throws {
        let wide = "student;pg1\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try complaint([0xFF, 0xFE] + wide, as: "a.csv").contains("it looks like UTF-16"))
        #expect(
            try complaint(wide + [0xE9, 0], as: "a.csv").contains("it looks like UTF-16")
                || complaint(wide + [0xE9, 0], as: "a.csv") != "none")
        let umlaut = try complaint(Array("student;pg1\nM".utf8) + [0xFC] + Array("ller;10.0.0.1\n".utf8), as: "a.csv")
        #expect(umlaut.hasPrefix("2:2 the file is not UTF-8: the byte FC here would be 'ü' in Windows-1252"))
        #expect(umlaut.contains("CSV UTF-8 (Comma delimited)"))
        let macintosh = try complaint(Array("student;pg1\rM".utf8) + [0x9F] + Array("ller;10.0.0.1\r".utf8), as: "a.csv")
        #expect(macintosh.contains("would be 'ü' in Mac OS Roman"))
    }

    private func table(_ text: String) throws -> [[String]] {
        let table = try SeparatedValues(text: text, path: "t.csv")
        return ([table.header] + table.rows).map { $0.map(\.string) }
    }

    @Test func whatSpreadsheetsWriteIsATable() throws {
        let wanted = [["student", "pg1"], ["Hopper, Grace", "10.0.0.1"], ["ada", "10.0.0.2"]]
        for text in [
            "student;pg1\nHopper, Grace;10.0.0.1\nada;10.0.0.2\n", "sep=;\r\nstudent;pg1\r\nHopper, Grace;10.0.0.1\r\nada;10.0.0.2\r\n",
            "\u{FEFF}\"sep=,\"\nstudent,pg1\n\"Hopper, Grace\",10.0.0.1\nada,10.0.0.2",
            "SEP=\t\nstudent\tpg1\nHopper, Grace\t10.0.0.1\nada\t10.0.0.2",
            "student;pg1\rHopper, Grace;10.0.0.1\rada;10.0.0.2\r", "sep=|\nstudent|pg1\nHopper, Grace|10.0.0.1\nada|10.0.0.2",
            "sep=;;\nstudent;pg1\n\nHopper, Grace;10.0.0.1\nada;10.0.0.2",
        ] { #expect(try table(text) == wanted) }
        // The commas of a quoted name do not count.
        #expect(try table("\"a, b, c\";pg1\nx;y") == [["a, b, c", "pg1"], ["x", "y"]])
        // A line break within quotes is part of the cell, and one line in a complaint.
        #expect(try table("a,b\n\"x\ny\",z") == [["a", "b"], ["x\ny", "z"]])
        #expect(!Complaint(Place(file: "t", line: 1, column: 1), "unknown column 'x\ny'").description.contains("\n"))
    }

    @Test func placesAreThoseOfAnEditor() throws {
        for end in ["\n", "\r\n", "\r"] {
            let table = try SeparatedValues(text: ["sep=;", "student;pg1", "ada;x"].joined(separator: end), path: "t.csv")
            #expect(table.rows[0][1].place.line == 3)
            #expect(table.rows[0][1].place.column == 5)
        }
    }

    @Test func anExpressionIsNoName() {
        #expect(throws: Complaint.self) { try Template(Text("{{ hostvars['x'].ip }}", at: Place(file: "t", line: 1, column: 1))) }
        do throws(Complaint) { _ = try Template(Text("{{ x | default(1) }}", at: Place(file: "t", line: 1, column: 1))) } catch {
            #expect(error.what == "'{{x | default(1)}}' is not the name of a value")
        }
    }
}
