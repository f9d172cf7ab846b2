import Facts
import Foundation
import Journal
import Testing

@testable import Replay

@Suite struct ExportTests {
    private static let planted = ["hunter2", "s3cr3t-of-app", "geheim-im-Namen"]

    /// A walk with passwords in everything that people and programs write.
    private func walkWithSecrets() throws -> TinyWalk {
        let walk = try TinyWalk()
        try walk.write { journal in
            try walk.note(journal, TinyWalk.opening)
            try walk.note(journal, .step("names"))
            try walk.run(
                journal, "names", 1, "pg1", "psql -c \"ALTER ROLE app PASSWORD 'hunter2'\"",
                output: "pg1:5432:labdb:app:s3cr3t-of-app\npassword=hunter2\nconninfo 'host=pg1 password=''s3cr3t-of-app'''\n")
            try walk.check(journal, ["names"], names: ("password=geheim-im-Namen", "pg2"), services: ("active", "active"))
            try walk.note(journal, .note("Password: hunter2"))
        }
        return walk
    }

    @Test func nothingSecretIsInTheJournalOrInAnyFile() throws {
        let walk = try walkWithSecrets()
        let replay = try walk.replay()
        var cast = ""
        try Asciicast(replay).write { cast += $0 + "\n" }
        let files = [
            "journal": try String(contentsOf: walk.file, encoding: .utf8), "cast": cast, "Markdown": WalkDocument.markdown(replay),
            "HTML": ReplayPage(replay).html(),
        ]
        for (name, text) in files {
            #expect(text.contains("(masked)"), "\(name)")
            for secret in Self.planted { #expect(!text.contains(secret), "\(secret) is in the \(name)") }
        }
    }

    @Test func aJournalThatSomebodyElseWroteIsMaskedWhenItIsShared() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        try walk.edit { $0.replace("Access denied", with: "password=hunter2 denied") }
        let replay = try walk.replay()
        var cast = ""
        try Asciicast(replay).write { cast += $0 + "\n" }
        for text in [cast, WalkDocument.markdown(replay), ReplayPage(replay).html()] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("denied"))
        }
    }

    @Test func theCastIsWellFormedAndItsTimeGoesOn() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        var lines: [String] = []
        try Asciicast(try walk.replay()).write { lines.append($0) }
        let header = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(header["version"] as? Int == 2)
        #expect(header["width"] as? Int == 80)
        #expect(header["height"] as? Int == 24)
        var last = 0.0
        for line in lines.dropFirst() {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            let time = try #require(event[0] as? Double)
            #expect(time >= last)
            #expect(time - last <= 6)
            #expect(event[1] as? String == "o")
            last = time
        }
        #expect(lines.count > 100)
    }

    @Test func whatMachinesSayIsEscaped() throws {
        let walk = try TinyWalk()
        try walk.write { journal in
            try walk.note(journal, TinyWalk.opening)
            try walk.note(journal, .step("names"))
            try walk.run(journal, "names", 1, "pg1", "cat x", output: "<script>alert(1)</script>\n````\n# no heading\n\u{1B}]0;title\u{7}")
            try walk.note(journal, .note("<img src=x onerror=alert(1)> [link](http://example.org) </script><script>"))
        }
        let replay = try walk.replay()
        let html = ReplayPage(replay).html()
        #expect(!html.contains("<script>alert"))
        #expect(!html.contains("<img"))
        #expect(html.contains("&lt;script&gt;alert(1)"))
        // Ours is the only script, and has a name in the policy that a machine cannot know.
        #expect(html.components(separatedBy: "<script").count == 2)
        #expect(html.contains("script-src 'nonce-"))
        let markdown = WalkDocument.markdown(replay)
        #expect(markdown.contains("`````text\n<script>alert(1)</script>\n````\n# no heading"))
        #expect(!markdown.contains("\u{1B}"))
        #expect(!markdown.contains("](http://example.org)"))
    }
}

/// A case that is passed on: a part of a walk, without what says whose it was, with its questions inside.
@Suite struct CaseTests {
    @Test func aPartIsTheseEventsAndKnowsWhatWasKnownBefore() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let whole = try walk.replay()
        let check = try #require(whole.moments.lastIndex { $0.kind == .check })
        let part = try Replay(walk.file, shelf: TinyWalk.shelf, only: check + 1...check + 1)
        #expect(part.moments == [whole.moments[check]])
        #expect(part.verdicts(at: 0).counts == whole.verdicts(at: check).counts)
        #expect(throws: ReplayError.noPart(events: whole.moments.count)) {
            try Replay(walk.file, shelf: TinyWalk.shelf, only: 3...whole.moments.count + 1)
        }
    }

    /// A walk on somebody's own machines, and the same without what says whose they were.
    private func anonymous() throws -> (open: Replay, closed: Replay) {
        let walk = try TinyWalk()
        try walk.writeAll()
        try walk.write { journal in
            try walk.note(
                journal,
                .opened(
                    lab: "tiny", platform: "debian12", environment: "own",
                    setting: WalkSetting(
                        addresses: ["pg1": "pg1.ada-corp.example", "pg2": "10.0.0.12"], users: ["pg1": "ada", "pg2": "ada"],
                        variables: ["port": "5432", "network": "10.0.0"], ssh: "ssh -F /home/ada/x.conf", program: "/home/ada/lab")))
            try walk.run(
                journal, "service", 1, "pg1", "ssh ada@10.0.0.11 host=pg1.ada-corp.example",
                output: """
                    at 10.0.0.12, not 127.0.0.1: /home/ada/.ssh 10.0.0.12 SHA256:\(String(repeating: "k", count: 43))
                    ada:x:1000 chown ada:ada user=ada /data/ada/x 2a02:810d:1::5 52:54:00:12:34:56 12:30:45
                    """)
        }
        // The first setting counts, so the account is in it too.
        try walk.edit {
            $0 = $0.replacing("\"users\":{\"pg1\":\"student\",\"pg2\":\"student\"}", with: "\"users\":{\"pg1\":\"ada\",\"pg2\":\"ada\"}")
        }
        try walk.edit { $0 = $0.replacing("\"pg1\":\"10.0.0.11\"", with: "\"pg1\":\"pg1.ada-corp.example\"") }
        let copy = FileManager.default.temporaryDirectory.appending(path: "anonymous-\(UUID().uuidString)")
        let open = copy.appending(path: "open.jsonl"), closed = copy.appending(path: "closed.jsonl")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        // Journals that are open stay readable.
        defer { try? FileManager.default.removeItem(at: copy) }
        try FileManager.default.copyItem(at: walk.file, to: open)
        let replay = try Replay(open, shelf: TinyWalk.shelf)
        var anonymizer = Anonymizer(replay)
        try anonymizer.write(to: closed)
        return (replay, try Replay(closed, shelf: TinyWalk.shelf))
    }

    @Test(arguments: ReplayExport.allCases) func nothingSaysWhoseItWas(_ form: ReplayExport) throws {
        let (open, closed) = try anonymous()
        let (before, after) = (try form.text(of: open), try form.text(of: closed))
        let secrets = ["10.0.0.1", "/home/ada", "kkkkkkkk", "ada-corp", "2a02", "52:54:00"]
        for secret in secrets {
            #expect(before.contains(secret), "\(secret)")
            #expect(!after.contains(secret), "\(secret)")
        }
        #expect(!after.contains(/\bada\b/.wordBoundaryKind(.simple)))
        for kept in ["127.0.0.1", "student", "192.0.2.", "pg1", "12:30:45"] { #expect(after.contains(kept), "\(kept)") }
    }

    @Test func theAnonymousWalkIsTheSameWalk() throws {
        let (open, closed) = try anonymous()
        #expect(closed.journal.flaws.isEmpty)
        #expect(closed.moments.map(\.kind) == open.moments.map(\.kind))
        for index in open.moments.indices where open.moments[index].kind == .check {
            #expect(closed.verdicts(at: index).counts == open.verdicts(at: index).counts)
        }
    }

    @Test func oneThingHasOneName() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        var anonymizer = Anonymizer(try walk.replay())
        #expect(
            anonymizer.text("10.9.0.1 10.9.0.2 10.9.0.1. 255.255.255.0 0.0.0.0 999.1.2")
                == "192.0.2.1 192.0.2.2 192.0.2.1. 255.255.255.0 0.0.0.0 999.1.2")
        #expect(anonymizer.text("&#39;10.9.0.2&#39; \u{1B}[36m") == "&#39;192.0.2.2&#39; \u{1B}[36m")
    }

    @Test func whatCameIsClosedUntilSomebodyHasAnAnswer() throws {
        let walk = try TinyWalk()
        try walk.writeAll()
        let replay = try walk.replay()
        let asked = replay.moments.indices.filter { !QuizMaster(replay).questions(at: $0).isEmpty }
        let page = ReplayPage(replay, asking: true).html()
        #expect(!asked.isEmpty)
        #expect(page.components(separatedBy: "<summary>What came</summary>").count - 1 == asked.count)
        #expect(!ReplayPage(replay).html().contains("<summary>What came</summary>"))
    }
}
