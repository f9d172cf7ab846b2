import Testing

@testable import Facts

@Suite struct SecretMaskTests {
    @Test(arguments: [
        ("host=pg1 user=repmgr password=s3cret dbname=x", "host=pg1 user=repmgr password=(masked) dbname=x"),
        ("primary_conninfo = 'host=pg1 password=''a b'' user=x'", "primary_conninfo = 'host=pg1 password=(masked) user=x'"),
        ("PGPASSWORD=\"x y\" psql", "PGPASSWORD=(masked) psql"), ("postgresql://u:p%40ss@h/db", "postgresql://u:(masked)@h/db"),
        ("SCRAM-SHA-256$4096:c2FsdA==$a+/b=:Yw==", "SCRAM-SHA-256$(masked)"), ("md5" + String(repeating: "0a", count: 16), "md5(masked)"),
        ("root:$6$salt$hash.x/y:19000:0", "root:$6$(masked):19000:0"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----(masked)"),
        ("Password: hunter2", "Password: (masked)"), ("ALTER ROLE app PASSWORD 'a''b';", "ALTER ROLE app PASSWORD (masked);"),
        ("pg1:5432:labdb:app:hunter2", "pg1:5432:labdb:app:(masked)"), ("*:*:*:repmgr:x", "*:*:*:repmgr:(masked)"),
    ])
    func secretsAreMasked(text: String, clean: String) {
        #expect(SecretMask.mask(text).text == clean)
        #expect(SecretMask.mask(text).count == 1)
        #expect(SecretMask.mask(clean).text == clean, "masked once and for all")
    }

    @Test(arguments: [
        "fe_sendauth: no password supplied", "password authentication failed for user \"x\"", "scram-sha-256",
        "host all all 10.0.0.0/8 md5",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "https://www.postgresql.org/docs/15/", "sudo: a password is required", "passwordcheck",
        "student ALL=(ALL:ALL) NOPASSWD: ALL", "08:00:27:aa:bb:cc",
        "postgres:x:105:113:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash",
    ])
    func whatIsNoSecretStays(text: String) { #expect(SecretMask.mask(text).text == text) }

    @Test func thePatternsAreCompiledOnce() async {
        await withTaskGroup { group in
            for number in 0..<20 { group.addTask { _ = SecretMask.mask("password=\(number) postgresql://u:\(number)@h") } }
        }
        #expect(SecretMask.timesCompiled.load(ordering: .relaxed) == 1)
    }

    /// A rule is passed over only where it would find nothing.
    @Test func theSignsLeaveNothingOut() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            "password", "PassWord", "passwd", "secret", "token", "api_key", "APIKEY", "pgpassword", "nopasswd", "=", ":", ": ", " ", "'",
            "''",
            "\"", "$", "$6$", "$2a$", "SCRAM-SHA-256$", "4096:", "md5", String(repeating: "0a", count: 16),
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----END RSA PRIVATE KEY-----", "\n", "pg1:5432:db:u:", "postgresql://", "u:p@h", "@", "x", "ſecret", "pa\u{17F}\u{17F}word",
            "é", ",", ";",
        ]
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in parts.randomElement(using: &random)! }.joined()
            let (masked, count) = SecretMask.mask(text)
            let (all, allCount) = SecretMask.mask(text, asking: .all)
            #expect(masked == all && count == allCount, "\(text.debugDescription)")
        }
    }

    /// What a machine sends is up to 256 KiB, and is masked while a class waits.
    @Test(.timeLimit(.minutes(1)), arguments: ["a", "a.", "password", "-----BEGIN A PRIVATE KEY-----"])
    func aLongTextIsMaskedInTime(part: String) {
        let text = String(repeating: part, count: (256 << 10) / part.count)
        #expect(SecretMask.mask(text).text.hasPrefix(part))
    }
}
