@testable import Database
import Testing

@testable import Failover

@Suite struct PasswordFileTests {
    @Test(arguments: [
        ("*:5432:*:repmgr:aaa\n*:5432:*:app:bbb\n", "bbb"), ("#*:*:*:app:old\r\n*:*:*:app:new\r\n", "new"),
        ("*:*:*:app:one\n*:*:*:app:two", "one"),
        (#"a\:b:*:*:app:c\:d\\e:f"#, #"c:d\e:f"#), ("*:*:*:apple:x", nil), ("*:*:app:x", nil), ("", nil),
    ])
    func findsThePassword(text: String, password: String?) {
        #expect(PasswordFile.password(of: "app", in: text) == password)
    }

    @Test func aPasswordIsInNoDescription() {
        let account = DatabaseAccount(user: "app", password: "s3cret")
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", String(reflecting: account), dumped] { #expect(!text.contains("s3cret")) }
    }
}

@Suite struct SmallThings {
    @Test func locationsAreReadAndCompared() throws {
        let one = try #require(WALLocation("0/3000148"))
        #expect(one.description == "0/3000148")
        #expect(try #require(WALLocation("1/0")) > one)
        #expect(WALLocation("1/0")?.bytes == 1 << 32)
        #expect(WALLocation("x/1") == nil)
        #expect(WALLocation("11") == nil)
        #expect(WALLocation("0/1FFFFFFFF") == nil)
    }

    @Test func whatLibpqSaysIsOneBoundedLine() {
        #expect(
            DatabaseError.brief(
                "connection to server at \"a\" failed: Connection refused\n\tIs the server running?\nconnection failed: FATAL:  no\n")
                == "connection failed: FATAL:  no")
        #expect(DatabaseError.brief(String(repeating: "x", count: 900)).count == 300)
        #expect(DatabaseError.brief("") == "nothing was said")
    }

    @Test func aForwardAsksNothingAndEndsWithItsInput() {
        let server = DatabaseEndpoint(machine: "pg1", address: "10.0.0.1", port: 5432)
        let words = Forward.arguments(to: server, from: 4000, ["-F", "file"])
        #expect(words.prefix(2) == ["-F", "file"])
        #expect(words.suffix(4) == ["-L", "127.0.0.1:4000:10.0.0.1:5432", "pg1", "exec cat >/dev/null"])
        #expect(words.contains("BatchMode=yes"))
        #expect(words.contains("ExitOnForwardFailure=yes"))
    }
}
