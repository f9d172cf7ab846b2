import Foundation
import TestSupport
import Testing

@testable import Machines

/// known_hosts as OpenSSH reads it, held against OpenSSH's own `ssh-keygen -F`.
@Suite(.serialized) struct KnownHostsTests {
    private let temporary: TemporaryFolder
    private var folder: URL { temporary.url }
    private let keys = [
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDPgKiB4uUmr9LTYFyFbmCN1aRIxnKlLG8VJ4CXzYYWT",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2oQnRuZ1mQyqRj1bTkHq2X8Y9Jm0xV3o4mJ0mJ4T5b",
        "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIDPgKiB4uUmr9LTYFyFbmCN1aRIxnKlLG8VJ4CXzYYWTAAAABHNzaDo=",
        "ssh-future AAAACnNzaC1mdXR1cmUAAAAA", "ssh-ed25519 rubbish",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIDPgKiB4uUmr9LTYFyFbmCN1aRIxnKlLG8VJ4CXzYYWT",
    ]

    init() throws { temporary = try TemporaryFolder() }

    private func file(_ text: String) throws -> String {
        let path = folder.appending(path: UUID().uuidString).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func key(_ index: Int) throws -> PublicKey {
        let words = keys[index].split(separator: " ")
        return try #require(PublicKey(type: words[0], text: words[1]))
    }

    private func run(_ words: [String]) -> String { ShortProgram.run(words, seconds: 10)?.printed ?? "" }

    @Test func aLineThatIsOddHidesNoneAfterIt() throws {
        for odd in keys.indices.dropFirst(2) {
            for end in ["\n", "\r\n"] {
                let path = try file("[127.0.0.1]:2201 \(keys[odd])\(end)[127.0.0.1]:2201 \(keys[0])\(end)")
                #expect(KnownHosts(files: [path]).standing(of: try key(0), as: "[127.0.0.1]:2201") == .known, "\(keys[odd])")
            }
        }
    }

    @Test func anotherKeyIsAChangeAndARevokedOneIsRefused() throws {
        let good = try key(0), other = try key(1)
        let changed = KnownHosts(files: [try file("a \(keys[0])\n")])
        #expect(changed.standing(of: other, as: "a") == .changed)
        // A known key of another type makes any other a change, as for ssh.
        #expect(KnownHosts(files: [try file("a \(keys[2])\n")]).standing(of: good, as: "a") == .changed)
        #expect(KnownHosts(files: [try file("a \(keys[0])\n@revoked * \(keys[0])\n")]).standing(of: good, as: "a") == .revoked)
        #expect(KnownHosts(files: [try file("@cert-authority * \(keys[0])\n")]).standing(of: good, as: "a") == .unknown)
        #expect(KnownHosts(files: [try file("@other a \(keys[0])\n")]).standing(of: good, as: "a") == .unknown)
        #expect(KnownHosts(files: [try file("a,!a \(keys[0])\n")]).standing(of: good, as: "a") == .unknown)
        // Without a line for the port, one for the host counts where it fits.
        #expect(changed.standing(of: good, as: "[a]:2201") == .known)
        #expect(changed.standing(of: other, as: "[a]:2201") == .unknown)
        #expect(KnownHosts(files: ["/dev/null", "/nowhere"]).standing(of: good, as: "a") == .unknown)
    }

    @Test func whatSomebodyTrustsIsWrittenOnALineOfItsOwn() throws {
        let path = try file("a \(keys[1])")
        try KnownHosts(files: [path]).add(key(0), as: "[b]:22")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a \(keys[1])\n[b]:22 \(keys[0])\n")
        #expect(run(["ssh-keygen", "-F", "[b]:22", "-f", path]).contains(keys[0]))
    }

    /// The same lines count as for OpenSSH, whatever stands in the file.
    @Test func theSameLinesCountAsForOpenSSH() throws {
        var generator = SystemRandomNumberGenerator()
        func any(_ list: [String]) -> String { list[Int.random(in: 0..<list.count, using: &generator)] }
        let asked = ["a", "host.example", "[127.0.0.1]:2201", "127.0.0.1", "10.77.0.11", "::1"]
        let names =
            asked + [
                "*", "h?st.example", "!a", "*,!a", "a,b", "[127.0.0.1]:*", "HOST.Example", "10.77.0.1?", "a,", ",a", "!*,a", "*.1*",
                "127.0.0.1,[127.0.0.1]:2201", "x**",
            ]
        for round in 0..<60 {
            var text = ""
            for _ in 0..<Int.random(in: 1...8) {
                text +=
                    any(["", "", "", "", "@revoked ", "@cert-authority ", "@odd ", "# ", "  ", "\t"]) + any(names) + any([" ", "\t", "  "])
                    + any(keys) + any(["", "", " comment", " a b # c"]) + any(["\n", "\n", "\r\n", "\n\n"])
            }
            let path = try file(text)
            // Now and then with hashed names. It leaves what it cannot hash.
            if round % 3 == 0 { _ = run(["ssh-keygen", "-H", "-f", path]) }
            for name in asked {
                let found = run(["ssh-keygen", "-F", name, "-f", path]).split(separator: "\n").filter { !$0.hasPrefix("# Host") }.compactMap
                { line -> String? in
                    let words = line.split(whereSeparator: { " \t\r".contains($0) || $0 == "\r\n" })
                    if words.first == "@cert-authority" { return nil }
                    let isRevoked = words.first == "@revoked"
                    let rest = isRevoked ? Array(words.dropFirst(2)) : Array(words.dropFirst())
                    // It lists lines by their names alone. Of a key that is none, ssh itself takes no notice.
                    let isNone = rest.count < 2 || rest[1] == "rubbish" || rest[0] == "ssh-rsa" || rest[0] == "ssh-future"
                    return isNone ? nil : "\(isRevoked) \(rest[0]) \(rest[1])"
                }
                let own = KnownHosts(files: [path]).entries(for: name).map { "\($0.isRevoked) \($0.key.type) \($0.key.base64)" }
                #expect(own.sorted() == found.sorted(), "\(name) in:\n\(text)")
            }
        }
    }
}
