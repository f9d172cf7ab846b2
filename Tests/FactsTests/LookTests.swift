@testable import Course
import Foundation
import TestSupport
import Testing
@testable import Course
@testable import Facts

/// The look script, run by the real shells of this computer as a machine's sshd would.
@Suite struct LookTests {
    static func catalog(_ yaml: String) throws -> FactCatalog {
        try TemporaryFolder.with { folder in
            let file = folder.appending(path: "facts.yaml")
            try ("format: 1\ntables:\n" + yaml).write(to: file, atomically: true, encoding: .utf8)
            return try FactCatalog.load([file])
        }
    }

    static let situation: Situation = {
        let machines = ["pg1": "primary", "pg2": "standby", "pg3": "standby"].sorted { $0.key < $1.key }
            .map { Machine(name: $0.key, role: Role($0.value), hostname: $0.key) }
        let platform = Platform(name: "debian12", title: "Debian 12", values: ["pg": ["bin": "/usr/bin"]])
        let lab = Lab(
            name: "x", title: "x", about: "x", variables: ["locale": "C"], machines: machines, platforms: [platform],
            steps: [], folder: URL(filePath: "/"))
        let contacts = Dictionary(
            uniqueKeysWithValues: machines.enumerated().map { ($1.name, Contact(address: "192.0.2.\($0)", user: "student")) })
        return Situation(lab: lab, platform: platform, environment: .own, contacts: contacts)
    }()

    /// Runs the script of these tables and returns what was observed.
    static func look(_ yaml: String, shell: String = "sh", noise: String = "", tools: String? = nil) throws -> [String: Observation] {
        try look(catalog(yaml), shell: shell, noise: noise, tools: tools)
    }

    static func look(
        _ catalog: FactCatalog, shell: String = "sh", noise: String = "", tools: String? = nil
    ) throws -> [String: Observation] {
        let script = LookScript(tables: catalog.tables, machine: situation.lab.machines[0], situation: situation)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = shell.split(separator: " ").map(String.init)
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        input.fileHandleForWriting.write(
            Data(
                (noise
                    + (tools.map { script.text(nonce: "n0nce").replacing("PATH=/usr/local/sbin", with: "PATH=\($0):/usr/local/sbin") }
                        ?? script.text(nonce: "n0nce")))
                    .utf8))
        try input.fileHandleForWriting.close()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        var reader = LookReader(nonce: "n0nce")
        reader.take(bytes)
        #expect(reader.isComplete)
        return reader.observations(of: catalog.tables, cut: "connection lost")
    }

    @Test(arguments: ["dash", "bash --posix"])
    func rowsOfEveryTypeComeBackAsTheyWere(shell: String) throws {
        let seen = try Self.look(
            """
            - table: t
              about: x
              as: student
              columns: {a: text, b: int, c: real, d: bool, e: text}
              sh: |
                row "it's \\\\ here" 7 1.5 t '\\N'
                row "$(printf 'tab\\there\\nand line\\r')" -3 2 f ''
            """, shell: shell)
        #expect(
            seen["t"]
                == .rows([
                    [.text("it's \\ here"), .int(7), .real(1.5), .bool(true), .null],
                    [.text("tab\there\nand line\r"), .int(-3), .real(2), .bool(false), .text("")],
                ]))
    }

    @Test func eachTroubleIsUnknownWithItsReasonAndCostsOnlyItself() throws {
        let seen = try Self.look(
            """
            - {table: slow, about: x, as: student, limit: 1s, columns: {a: text}, sh: sleep 60}
            - {table: failing, about: x, as: student, columns: {a: text}, sh: "echo it broke >&2; exit 3"}
            - {table: endless, about: x, as: student, columns: {a: text}, sh: "yes"}
            - {table: silent, about: x, as: student, columns: {a: text}, sh: "exit 4"}
            - {table: narrow, about: x, as: student, columns: {a: text, b: text}, sh: row 1}
            - {table: untyped, about: x, as: student, columns: {a: int}, sh: row one}
            - {table: absent, about: x, as: student, columns: {a: text}, sh: "true"}
            - {table: fine, about: x, as: student, columns: {a: text}, sh: "echo chatter; row 1; echo more >&2"}
            """)
        #expect(seen["slow"] == .unknown(reason: "no answer in 1 s"))
        #expect(seen["failing"] == .unknown(reason: "it broke"))
        #expect(seen["endless"] == .unknown(reason: "more than 256 KiB of output"))
        #expect(seen["silent"] == .unknown(reason: "the look ended with status 4"))
        #expect(seen["narrow"] == .unknown(reason: "the answer has 1 columns where 2 belong"))
        #expect(seen["untyped"] == .unknown(reason: "the answer's a is not of type int"))
        #expect(seen["absent"] == .rows([]))
        #expect(seen["fine"] == .rows([[.text("1")]]))
    }

    /// What of the look's own tools fails on a machine: whatever it printed before, it is not "seen, no rows".
    @Test(arguments: [
        ("base64", "exit 1"), ("base64", "exit 0"), ("base64", "echo"), ("base64", "/usr/bin/base64 -w 0 | /usr/bin/head -c 2"),
        ("base64", "kill -9 $$"),
        ("base64", "echo ====.0.===="), ("head", "exit 1"), ("head", "/usr/bin/head -c 2"), ("timeout", "exit 1"), ("timeout", "exit 0"),
    ])
    func aToolThatFailsIsUnknownAndNeverNothing(tool: String, does: String) throws {
        let tables = """
            - {table: absent, about: x, as: student, columns: {a: text}, sh: "true"}
            - {table: there, about: x, as: student, columns: {a: text}, sh: "row here"}
            """
        let seen = try TemporaryFolder.with { folder in
            let file = folder.appending(path: tool)
            try "#!/bin/sh\n\(does)\n".write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            return try Self.look(tables, tools: folder.path)
        }
        for (table, observation) in seen {
            if case .rows(let rows) = observation, tool != "timeout" || does != "exit 0" { Issue.record("\(table) was seen: \(rows)") }
        }
        #expect(seen.count == 2)
    }

    @Test func aValueThatCannotBeEscapedMakesNoOtherValue() throws {
        let seen = try Self.look(
            """
            - table: t
              about: x
              as: student
              columns: {a: text}
              sh: |
                sed() { return 1; }
                row fine
                row "$(printf 'a\\tb')"
            """)
        #expect(seen["t"] == .unknown(reason: "sed failed on the machine"))
    }

    @Test func eachPeerIsAskedByName() throws {
        let seen = try Self.look(
            """
            - {table: p, about: x, as: student, each: peer, columns: {peer: text, address: text}, sh: "row {{peer.name}} {{peer.address}}"}
            """)
        guard case .rows(let rows)? = seen["p"] else {
            Issue.record("no rows were seen: \(seen)")
            return
        }
        #expect(Set(rows) == [[.text("pg2"), .text("192.0.2.1")], [.text("pg3"), .text("192.0.2.2")]])
    }

    /// Probes that only read share a shell: whatever goes wrong with one costs the others nothing.
    @Test(arguments: ["dash", "bash --posix"])
    func probesInOneShellAnswerAsIfAlone(shell: String) throws {
        let seen = try Self.look(
            """
            - {table: first, about: x, as: student, columns: {a: text, b: text}, sh: 'row "a\\b" "c	d"; set -f; cd /tmp; IFS=:'}
            - {table: none, about: x, as: student, columns: {a: text}, sh: ':'}
            - {table: said, about: x, as: student, columns: {a: text}, sh: 'echo no such thing >&2; exit 3'}
            - {table: large, about: x, as: student, columns: {a: text}, sh: "head -c 300000 /dev/zero | tr '\\0' x"}
            - {table: last, about: x, as: student, columns: {a: text, b: text}, sh: 'set -- /*; row "$PWD" $(($# > 1))'}
            """, shell: shell)
        #expect(seen["first"] == .rows([[.text("a\\b"), .text("c\td")]]))
        #expect(seen["none"] == .rows([]))
        #expect(seen["said"] == .unknown(reason: "no such thing"))
        #expect(seen["large"] == .unknown(reason: "more than 256 KiB of output"))
        #expect(seen["last"] == .rows([[.text("/"), .text("1")]]))
    }

    /// A probe that hangs, never stops printing, kills its shell or is no shell at all: the others are asked again.
    @Test(arguments: [
        ("sleep 30", "no answer in 5 s"), ("yes", "more than 256 KiB of output"), ("kill -9 $$", "no answer in 5 s"),
        ("( echo", "unexpected"),
    ])
    func aProbeThatSpoilsItsShellCostsOnlyItself(code: String, reason: String) throws {
        let seen = try Self.look(
            """
            - {table: first, about: x, as: student, columns: {a: text}, sh: row 1}
            - {table: bad, about: x, as: student, columns: {a: text}, sh: '\(code)'}
            - {table: last, about: x, as: student, columns: {a: text}, sh: row 2}
            """)
        #expect(seen["first"] == .rows([[.text("1")]]))
        #expect(seen["last"] == .rows([[.text("2")]]))
        guard case .unknown(let said)? = seen["bad"] else {
            Issue.record("\(code) was an answer: \(String(describing: seen["bad"]))")
            return
        }
        #expect(said.contains(reason), "\(said)")
    }

    /// Probes with a time limit of their own keep it where they share an encoder.
    @Test(arguments: ["dash", "bash --posix"])
    func slowProbesKeepTheirLimits(shell: String) throws {
        let seen = try Self.look(
            """
            - {table: hung, about: x, as: student, limit: 1s, columns: {a: text}, sh: sleep 60}
            - {table: quoted, about: x, as: student, limit: 9s, columns: {a: text}, sh: 'row "it''s $((1 + 1))"'}
            - {table: endless, about: x, as: student, limit: 9s, columns: {a: text}, sh: "yes"}
            - {table: peers, about: x, as: student, each: peer, columns: {a: text}, sh: "row {{peer.name}}"}
            """, shell: shell)
        #expect(seen["hung"] == .unknown(reason: "no answer in 1 s"))
        #expect(seen["quoted"] == .rows([[.text("it's 2")]]))
        #expect(seen["endless"] == .unknown(reason: "more than 256 KiB of output"))
        guard case .rows(let rows)? = seen["peers"] else { throw CocoaError(.featureUnsupported) }
        #expect(Set(rows) == [[.text("pg2")], [.text("pg3")]])
    }

    /// What quick probes ask of systemd's units is asked in one call; what that does not hold is asked alone.
    @Test(arguments: ["dash", "bash --posix"])
    func unitsAreShownInOneCall(shell: String) throws {
        try TemporaryFolder.with { folder in
            let systemctl = folder.appending(path: "systemctl"), calls = folder.appending(path: "calls")
            try """
            #!/bin/sh
            echo "$*" >>\(calls.path)
            case "$*" in
            *--timestamp*) echo @5 ;;
            *' one two') printf 'A=1 x=y\\nB=\\nC=\\n\\nA=2\\nB=b\\n' ;;
            *) printf 'C=\\nA=alone\\n' ;;
            esac
            """.write(to: systemctl, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: systemctl.path)
            let seen = try Self.look(
                """
                - {table: first, about: x, as: student, columns: {a: text, b: text}, sh: 'row "$(show A one)" "$(show B two)"'}
                - {table: lines, about: x, as: student, columns: {a: text}, sh: 'row "$(show B,A one)"'}
                - {table: missing, about: x, as: student, columns: {a: text}, sh: 'row "$(show C,A two)"'}
                - {table: other, about: x, as: student, columns: {a: text}, sh: 'row "$(show A one --timestamp=unix)"'}
                """, shell: shell, tools: folder.path)
            #expect(seen["first"] == .rows([[.text("1 x=y"), .text("b")]]))
            #expect(seen["lines"] == .rows([[.text("B=\nA=1 x=y")]]))
            #expect(seen["missing"] == .rows([[.text("C=\nA=alone")]]))
            #expect(seen["other"] == .rows([[.text("@5")]]))
            #expect(
                try String(contentsOf: calls, encoding: .utf8)
                    == "show -p A,B,C one two\nshow -p C,A two\nshow -p A --value --timestamp=unix one\n")
        }
    }

    @Test func aFunctionIsDefinedWhereItIsCalled() throws {
        let catalog = try TemporaryFolder.with { folder in
            let file = folder.appending(path: "facts.yaml")
            try """
            format: 1
            functions:
            - {function: outer, about: x, sh: 'inner "$1" b'}
            - {function: inner, about: x, sh: 'row "$1$2" {{machine.name}}'}
            tables:
            - {table: calls, about: x, as: student, columns: {a: text, b: text}, sh: outer a}
            - {table: knows_no_inner, about: x, as: student, columns: {a: text}, sh: row 1}
            """.write(to: file, atomically: true, encoding: .utf8)
            return try FactCatalog.load([file])
        }
        #expect(catalog["calls"]?.functions.map(\.name) == ["inner", "outer"])
        #expect(catalog["knows_no_inner"]?.functions.isEmpty == true)
        #expect(try Self.look(catalog)["calls"] == .rows([[.text("ab"), .text("pg1")]]))
    }

    @Test(arguments: ["base64", "head"])
    func withoutTheEncoderNoProbeOfASharedShellHasAnAnswer(tool: String) throws {
        try TemporaryFolder.with { folder in
            let file = folder.appending(path: tool)
            try "#!/bin/sh\nexit 1\n".write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            let seen = try Self.look(
                """
                - {table: a, about: x, as: student, columns: {a: text}, sh: row 1}
                - {table: b, about: x, as: student, columns: {a: text}, sh: ':'}
                """, tools: folder.path)
            let reason = "the answer did not come whole: base64 or head failed on the machine"
            #expect(seen == ["a": .unknown(reason: reason), "b": .unknown(reason: reason)])
        }
    }

    @Test func aBannerOrForgedFrameIsPassedOver() throws {
        let seen = try Self.look(
            "- {table: t, about: x, as: student, columns: {a: text}, sh: row true}\n",
            noise: "echo 'Welcome to pg1'; echo 'LABother t KwlmYWxzZQouMC4='; echo 'LABn0nce'; echo 'LABn0nce t'\n")
        #expect(seen["t"] == .rows([[.text("true")]]))
    }

    @Test func aScriptCutInTheMiddleRunsNothing() throws {
        let catalog = try Self.catalog("- {table: t, about: x, as: student, columns: {a: text}, sh: row true}")
        let text = LookScript(tables: catalog.tables, machine: Self.situation.lab.machines[0], situation: Self.situation).text(nonce: "n")
        for length in stride(from: 0, to: text.count - 20, by: 97) {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            let input = Pipe(), output = Pipe()
            (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(text.prefix(length).utf8))
            try input.fileHandleForWriting.close()
            #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
            process.waitUntilExit()
        }
    }

    @Test func aCutAnswerLosesOnlyWhatHadNotCome() throws {
        let catalog = try Self.catalog(
            """
            - {table: a, about: x, as: student, columns: {a: text}, sh: row true}
            - {table: b, about: x, as: student, columns: {a: text}, sh: row true}
            """)
        var reader = LookReader(nonce: "n")
        reader.take("LABn a Kwl0cnVlCi4wLg==\nLABn b Kwl0c".utf8)
        let seen = reader.observations(of: catalog.tables, cut: "connection lost")
        #expect(seen == ["a": .rows([[.text("true")]]), "b": .unknown(reason: "connection lost")])
    }

    @Test func hostileBytesNeverCrashAndNeverFillTheMemory() throws {
        let catalog = try Self.catalog("- {table: a, about: x, as: student, columns: {a: text}, sh: row true}")
        var reader = LookReader(nonce: "n")
        for _ in 0..<64 { reader.take([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)) }
        let pieces =
            ["LABn ", "a ", "1 ", "LjAu", "Kw==", "\n", "\u{1B}[2J", "..", ".x.", "\u{0}", " "].map { Array($0.utf8) } + [[0xFF, 0xFE]]
        for _ in 0..<5000 { reader.take(pieces.randomElement()!) }
        _ = reader.observations(of: catalog.tables, cut: "cut")
    }

    @Test(arguments: [
        ("sudo: a password is required\n", "sudo wants a password"),
        ("Sorry, try again.\nsudo: 1 incorrect password attempt\n", "sudo refused the password"),
        ("student is not in the sudoers file.\n", "this account may not use sudo"),
        ("sh: 1: sudo: not found\n", "there is no sudo"), ("", "sudo gave no root shell"),
    ])
    func whyThereIsNoRootShell(said: String, reason: String) {
        #expect(SudoState(saying: said).description == reason)
    }

    @Test func eachQueryFailsForItself() {
        let text = "Bn a\n+\tt\nEn false \nBn b\nEn true relation \"x\" does not exist\n"
        let found = QuerySections(Array(text.utf8), nonce: "n").found
        guard case .answered(let rows)? = found["a"], case .failed(let message)? = found["b"] else {
            Issue.record("a was not answered, or b did not fail: \(found)")
            return
        }
        #expect(String(decoding: rows, as: UTF8.self) == "\n+\tt\n")
        #expect(message == "relation \"x\" does not exist")
    }
}
