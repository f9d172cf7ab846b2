import Foundation
import TestSupport
import Testing

@testable import Machines

/// `ssh NAME` and lab on the same configuration: they get to the same server, as the same user, with the same key, or both do not. Where
/// libssh cannot follow, lab names the option and says nothing of the machine.
@Suite(.serialized) struct AsOpenSSHTests {
    private static let inA = Expectation.both("server=A key=one")
    private static let inB = Expectation.both("server=B key=one")

    static let whereto: [SSHCase] = [
        SSHCase("nothing", "", inA),
        SSHCase("a pattern", "Host br? !br2\n  Port {B}\n", inB),
        SSHCase("a pattern that is negated", "Host * !br1\n  Port {B}\nHost *\n  Port {A}\n", inA),
        SSHCase("Match host goes by HostName", "Host br1\n  HostName 127.0.0.1\nMatch host 127.0.0.1\n  Port {B}\n", inB),
        SSHCase("Match originalhost", "Match originalhost br1\n  Port {B}\nHost *\n  Port {A}\n", inB),
        SSHCase("Match user", "User {me}\nMatch user {me}\n  Port {B}\n", inB),
        SSHCase("Match user, another", "Match user somebody\n  Port {B}\nHost *\n  Port {A}\n", inA),
        SSHCase("Match localuser", "Match localuser {me},x\n  Port {B}\n", inB),
        SSHCase("Match exec", "Match exec \"test %n-%r = br1-{me}\"\n  Port {B}\n", inB),
        SSHCase("Match !exec", "Match !exec \"true\"\n  Port {B}\nHost *\n  Port {A}\n", inA),
        SSHCase("Match final comes last", "Match final all\n  Port {B}\nHost br1\n  Port {A}\n", inA),
        SSHCase("Match canonical", "CanonicalizeHostname yes\nMatch canonical all\n  Port {B}\n", inB),
        SSHCase("Match all, and several conditions", "Match all\n  Compression yes\nMatch host br1,x user {me}\n  Port {B}\n", inB),
        SSHCase("Include in a block that fits", "Host br1\n  Include {dir}/part*.conf\n", inB),
        SSHCase("Include in a block that does not", "Host br2\n  Include {dir}/part*.conf\n", inA),
        SSHCase("%h in HostName", "HostName %h.0.0.1\n", host: "127", inA),
        SSHCase("quotes and equals signs", "Host=\"br1\"\n\tport = \"{B}\"\n# Port 9\n", inB),
        SSHCase("the first value counts", "Port {B}\nHost br1\n  Port {A}\n", inB),
        SSHCase("a port from machines.yaml", "Port {A}\n", port: "{B}", inB),
        SSHCase("an option that ssh does not know", "Portt 9\n", .neither(.configuration)),
        SSHCase("an unknown option that may be ignored", "IgnoreUnknown Port?\nPortt 9\n", inA),
        SSHCase("AddressFamily that the host has not", "AddressFamily inet6\n", .neither(.ruledOut("AddressFamily"))),
        SSHCase("AddressFamily that it has", "AddressFamily inet\n", inA),
        SSHCase("an IPv6 address", "HostName ::1\n", known: "[::1]:{A} {keyA}\n", inA),
        SSHCase("BindAddress", "BindAddress 127.0.0.2\nIdentityFile {dir}/near\n", .both("server=A key=near")),
        SSHCase("BindAddress, not from here", "BindAddress 192.0.2.77\n", .neither(.ruledOut("BindAddress"))),
        SSHCase("BindInterface", "BindInterface lo\n", inA),
        SSHCase("BindInterface that is not there", "BindInterface lab9\n", .neither(.ruledOut("BindInterface"))),
        SSHCase("ProxyCommand", "ProxyCommand {dir}/through %h %p %n %r %%\n", inA),
        SSHCase("ProxyCommand in the user's shell", "ProxyCommand {dir}/through %h %p && :\n", inA),
        SSHCase("ProxyCommand none", "ProxyCommand none\nHost *\n  ProxyCommand false\n", inA),
        SSHCase("ProxyCommand that fails", "ProxyCommand false\n", .neither(.proxy)),
        SSHCase("ProxyCommand that leads nowhere", "ConnectTimeout 1\nProxyCommand sleep 20\n", .neither(.proxy)),
        SSHCase(
            "ProxyUseFdpass", "ProxyUseFdpass yes\nProxyCommand {dir}/pass %h %p\n",
            .sshAlone("server=A key=one", .notLikeSSH("ProxyUseFdpass"))),
        SSHCase("ProxyJump", "Host br1\n  ProxyJump gate\nHost gate\n  Port {B}\n", .neither(.proxy)),
        SSHCase("ProxyJump with the port of the host", "Host br1\n  ProxyJump gate\n  Port {A}\nHost gate\n  Port {B}\n", inA),
        SSHCase("ProxyJump with user and port", "Host br1\n  ProxyJump {me}@gate:{B}\n  Port {A}\n", inA),
        SSHCase("ProxyJump with tokens", "Host br1\n  ProxyJump gate-%n\n  Port {A}\nHost gate-br1\n  Port {B}\n", inA),
        SSHCase(
            "ProxyJump over two", "Host br1\n  ProxyJump gate,second\n  Port {A}\nHost gate\n  Port {B}\nHost second\n  Port {A}\n", inA),
        SSHCase("ProxyJump as an address", "Host br1\n  ProxyJump ssh://{me}@gate:{B}\n  Port {A}\n", inA),
        SSHCase("ProxyJump none", "Host br1\n  ProxyJump none\nHost *\n  ProxyJump gate\n", inA),
        SSHCase("ConnectTimeout", "ConnectTimeout 1\nPort {silent}\n", .neither(.noConnection)),
    ]

    static let algorithms: [SSHCase] = [
        SSHCase("KexAlgorithms", "KexAlgorithms ecdh-sha2-nistp256\n", inA),
        SSHCase(
            "KexAlgorithms that libssh does not know", "KexAlgorithms sntrup761x25519-sha512@openssh.com\n",
            .sshAlone("server=A key=one", .notLikeSSH("KexAlgorithms"))),
        SSHCase(
            "a server with none that libssh knows", "Port {S}\n", known: "[127.0.0.1]:{S} {keyS}\n",
            .sshAlone("server=S key=one", .notLikeSSH("KexAlgorithms"))),
        SSHCase("a server with few", "Port {K}\n", known: "[127.0.0.1]:{K} {keyK}\n", .both("server=K key=one")),
        SSHCase(
            "KexAlgorithms that the server has not", "Port {K}\nKexAlgorithms curve25519-sha256\n", known: "[127.0.0.1]:{K} {keyK}\n",
            .neither(.ruledOut("KexAlgorithms"))),
        SSHCase(
            "Ciphers that the server has not", "Port {K}\nCiphers aes128-ctr\n", known: "[127.0.0.1]:{K} {keyK}\n",
            .neither(.ruledOut("Ciphers"))),
        SSHCase("Ciphers", "Ciphers aes128-ctr,aes256-ctr\nMACs hmac-sha2-256\n", inA),
        SSHCase("Ciphers by pattern", "Ciphers -chacha20*\nMACs +hmac-sha1\nKexAlgorithms ^ecdh-sha2-nistp521\n", inA),
        SSHCase("MACs that libssh does not know and does not need", "MACs umac-64-etm@openssh.com\n", inA),
        SSHCase(
            "MACs that libssh does not know", "MACs umac-64-etm@openssh.com\nCiphers aes128-ctr\n",
            .sshAlone("server=A key=one", .notLikeSSH("MACs"))),
        SSHCase("RekeyLimit", "RekeyLimit 1M 1h\n", inA),
        SSHCase("Compression", "Compression yes\n", inA),
    ]

    static let hostKeys: [SSHCase] = [
        SSHCase("an unknown key", "", known: "", .neither(.hostKeyUnknown)),
        SSHCase("another key", "", known: "[127.0.0.1]:{A} {keyB}\n", .neither(.hostKeyChanged)),
        SSHCase("a key of another type is asked for", "", known: "[127.0.0.1]:{A} {rsaA}\n", inA),
        SSHCase("HostKeyAlgorithms", "HostKeyAlgorithms rsa-sha2-512\n", known: "[127.0.0.1]:{A} {rsaA}\n", inA),
        SSHCase(
            "HostKeyAlgorithms of certificates alone", "Port {C}\nHostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com\n",
            known: "@cert-authority * {keyCA}\n", .sshAlone("server=C key=one", .notLikeSSH("HostKeyAlgorithms"))),
        SSHCase("HostKeyAlgorithms and a key of another type", "HostKeyAlgorithms rsa-sha2-512\n", .neither(.hostKeyChanged)),
        SSHCase(
            "an order of one's own counts before what is known", "HostKeyAlgorithms ssh-ed25519,rsa-sha2-512\n",
            known: "[127.0.0.1]:{A} {rsaA}\n", .neither(.hostKeyChanged)),
        SSHCase("HostKeyAlgorithms -", "HostKeyAlgorithms -ssh-ed25519*\n", known: "[127.0.0.1]:{A} {ecdsaA}\n", inA),
        SSHCase("HostKeyAlgorithms +", "HostKeyAlgorithms +ssh-rsa\n", known: "[127.0.0.1]:{A} {rsaA}\n", inA),
        SSHCase("HostKeyAlgorithms ^", "HostKeyAlgorithms ^rsa-sha2-256\n", known: "[127.0.0.1]:{A} {rsaA}\n", inA),
        SSHCase(
            "HostKeyAlgorithms that the server has not", "Port {B}\nHostKeyAlgorithms rsa-sha2-512\n",
            .neither(.ruledOut("HostKeyAlgorithms"))),
        SSHCase(
            "the best type is known, and the server has it not", "Port {K}\n",
            known: "[127.0.0.1]:{K} {rsaA}\n[127.0.0.1]:{K} {ecdsaA}\n", .neither(.hostKeyChanged)),
        SSHCase("HostKeyAlias", "HostKeyAlias Bridge\n", known: "bridge {keyA}\n", inA),
        SSHCase("HostKeyAlias, without the alias", "HostKeyAlias bridge\n", .neither(.hostKeyUnknown)),
        SSHCase("UserKnownHostsFile, two", "UserKnownHostsFile {dir}/nowhere {dir}/known\n", inA),
        SSHCase("UserKnownHostsFile with spaces", "UserKnownHostsFile \"{dir}/a b/known\" {dir}/nowhere\n", known: "", inA),
        SSHCase("UserKnownHostsFile with tokens", "UserKnownHostsFile {dir}/known-%n-%h-%p-%k\n", known: "", inA),
        SSHCase("UserKnownHostsFile none", "UserKnownHostsFile none\n", .neither(.hostKeyUnknown)),
        SSHCase("GlobalKnownHostsFile", "UserKnownHostsFile none\nGlobalKnownHostsFile {dir}/nowhere {dir}/known\n", inA),
        SSHCase("KnownHostsCommand", "KnownHostsCommand {dir}/keys \"%H\" %I %t\n", known: "", inA),
        SSHCase("KnownHostsCommand says revoked", "KnownHostsCommand /bin/echo @revoked * {keyA}\n", .neither(.hostKeyRevoked)),
        // ssh asks for the order without the port, and so misses a line with it.
        SSHCase(
            "KnownHostsCommand gives no order for a port", "KnownHostsCommand /bin/echo [127.0.0.1]:{A} {ecdsaA}\n", known: "",
            .neither(.hostKeyChanged)),
        SSHCase("KnownHostsCommand gives the order", "KnownHostsCommand /bin/echo 127.0.0.1,[127.0.0.1]:{A} {ecdsaA}\n", known: "", inA),
        SSHCase("StrictHostKeyChecking yes", "StrictHostKeyChecking yes\n", known: "", .neither(.ruledOut("StrictHostKeyChecking"))),
        SSHCase("StrictHostKeyChecking yes, known", "StrictHostKeyChecking yes\n", inA),
        SSHCase("BatchMode, unknown", "BatchMode yes\n", known: "", .neither(.ruledOut("BatchMode"))),
        SSHCase("BatchMode, known", "BatchMode yes\n", inA),
        // Stricter on purpose: no key is trusted that nobody has confirmed.
        SSHCase(
            "StrictHostKeyChecking accept-new", "StrictHostKeyChecking accept-new\n", known: "",
            .sshAlone("server=A key=one", .hostKeyUnknown)),
        SSHCase("StrictHostKeyChecking no", "StrictHostKeyChecking no\n", known: "", .sshAlone("server=A key=one", .hostKeyUnknown)),
        SSHCase(
            "StrictHostKeyChecking no, changed", "StrictHostKeyChecking no\n", known: "[127.0.0.1]:{A} {keyB}\n",
            .sshAlone("server=A key=one", .hostKeyChanged)),
        SSHCase(
            "NoHostAuthenticationForLocalhost", "NoHostAuthenticationForLocalhost yes\n", known: "",
            .sshAlone("server=A key=one", .hostKeyUnknown)),
        SSHCase("RevokedHostKeys", "RevokedHostKeys {dir}/revoked\n", .neither(.hostKeyRevoked)),
        SSHCase("RevokedHostKeys of others", "Port {B}\nRevokedHostKeys {dir}/revoked\n", inB),
        SSHCase("RevokedHostKeys as KRL", "RevokedHostKeys {dir}/revoked.krl\n", .neither(.hostKeyRevoked)),
        SSHCase("RevokedHostKeys as KRL, of others", "Port {B}\nRevokedHostKeys {dir}/revoked.krl\n", inB),
        SSHCase("RevokedHostKeys that is not there", "RevokedHostKeys {dir}/nowhere\n", .neither(.ruledOut("RevokedHostKeys"))),
        SSHCase("VerifyHostKeyDNS", "VerifyHostKeyDNS ask\nUpdateHostKeys yes\nHashKnownHosts yes\n", inA),
        SSHCase(
            "CheckHostIP does not count on loopback", "HostName localhost\nCheckHostIP yes\nAddressFamily inet\n",
            known: "[localhost]:{A} {keyA}\n[127.0.0.1]:{A} {keyB}\n", inA),
        SSHCase(
            "RequiredRSASize of the host", "RequiredRSASize 4096\nHostKeyAlgorithms rsa-sha2-512\n", known: "[127.0.0.1]:{A} {rsaA}\n",
            .neither(.ruledOut("RequiredRSASize"))),
        SSHCase(
            "RequiredRSASize that it has", "RequiredRSASize 3072\nHostKeyAlgorithms rsa-sha2-512\n", known: "[127.0.0.1]:{A} {rsaA}\n", inA),
        // known_hosts, line by line.
        SSHCase(
            "@cert-authority", "Port {C}\n", known: "@cert-authority 127.*,[127.*]:* {keyCA}\n",
            .sshAlone("server=C key=one", .notLikeSSH("@cert-authority"))),
        SSHCase("@cert-authority beside the key itself", "", known: "@cert-authority * {keyCA}\n[127.0.0.1]:{A} {keyA}\n", inA),
        SSHCase("@cert-authority of others", "", known: "@cert-authority *.example {keyCA}\n[127.0.0.1]:{A} {keyA}\n", inA),
        SSHCase("@revoked", "", known: "[127.0.0.1]:{A} {keyA}\n@revoked * {keyA}\n", .neither(.hostKeyRevoked)),
        SSHCase("@revoked of another key", "", known: "[127.0.0.1]:{A} {keyA}\n@revoked * {keyB}\n", inA),
        SSHCase("a marker that nobody knows", "", known: "@odd [127.0.0.1]:{A} {keyB}\n[127.0.0.1]:{A} {keyA}\n", inA),
        SSHCase("wildcards", "", known: "[127.0.?.*]:* {keyA}\n", inA),
        SSHCase("negation", "", known: "!127.0.0.1,![127.0.0.1]:{A},* {keyA}\n", .neither(.hostKeyUnknown)),
        SSHCase("negation of the port alone", "", known: "![127.0.0.1]:{A},* {keyA}\n", inA),
        SSHCase("a list", "", known: "br1,[br1]:{A},[127.0.0.1]:{A} {keyA}\n", inA),
        SSHCase("the name from before HostName", "", known: "br1,[br1]:{A} {keyA}\n", .neither(.hostKeyUnknown)),
        SSHCase("hashed", "", known: "{hashed} {keyA}\n", inA),
        SSHCase("without the port", "", known: "127.0.0.1 {keyA}\n", inA),
        SSHCase("without the port, another key", "", known: "127.0.0.1 {keyB}\n", .neither(.hostKeyUnknown)),
        SSHCase("an alias has no port", "HostKeyAlias br1\n", known: "[br1]:{A} {keyA}\n", .neither(.hostKeyUnknown)),
        SSHCase("CR LF, tabs and comments", "", known: "# x\r\n\r\n  [127.0.0.1]:{A}\t{keyA} a comment\r\n", inA),
        SSHCase(
            "types that nobody knows", "",
            known: "[127.0.0.1]:{A} ssh-future AAAA\n[127.0.0.1]:{A} sk-ssh-ed25519@openssh.com AAAA\n[127.0.0.1]:{A} {keyA}\n", inA),
        SSHCase("several keys of one type", "", known: "[127.0.0.1]:{A} {keyB}\n[127.0.0.1]:{A} {keyA}\n", inA),
        SSHCase("capitals in a name", "HostName LocalHost\nAddressFamily inet\n", known: "[LOCALHOST]:{A} {keyA}\n", inA),
    ]

    private static let nothing = Expectation.neither(.nothingOffered)

    static let logins: [SSHCase] = [
        SSHCase("User", "User somebody\n", .neither(.login(user: "somebody"))),
        SSHCase("a user from machines.yaml", "User somebody\n", user: "{me}", inA),
        SSHCase(
            "IdentityFile, several", "IdentityFile {dir}/nowhere\nIdentityFile {dir}/stranger\nIdentityFile {dir}/two\n",
            .both("server=A key=two")),
        SSHCase("IdentityFile with tokens", "IdentityFile {dir}/key-%n-%h-%p-%r-%u-%i-%k-%%\n", inA),
        SSHCase("IdentityFile with a hash", "IdentityFile {dir}/c-%C\n", inA),
        SSHCase("IdentityFile with a variable", "IdentityFile \"${LAB_TEST_FOLDER}/two\"\n", .both("server=A key=two")),
        SSHCase("IdentityFile with a variable that is not set", "IdentityFile ${LAB_TEST_NONE}/two\n", .neither(.configuration)),
        SSHCase("IdentityFile with spaces", "IdentityFile \"{dir}/a b/two\"\n", .both("server=A key=two")),
        SSHCase("IdentityFile none", "IdentityFile none\n", nothing),
        SSHCase("a key that others may read", "IdentityFile {dir}/open\n", nothing),
        SSHCase("a key whose passphrase nobody gives", "IdentityFile {dir}/locked\n", nothing),
        SSHCase("a file that is not a key", "IdentityFile {dir}/config\n", nothing),
        SSHCase("the agent's key", "IdentityFile none\nIdentityAgent {dir}/agent\n", .both("server=A key=two")),
        SSHCase("the agent's key beside a file", "IdentityFile {dir}/one\nIdentityAgent {dir}/agent\n", .both("server=A key=two")),
        SSHCase("IdentitiesOnly", "IdentitiesOnly yes\nIdentityFile {dir}/one\nIdentityAgent {dir}/agent\n", inA),
        SSHCase(
            "IdentitiesOnly, a stranger", "IdentitiesOnly yes\nIdentityFile {dir}/stranger\nIdentityAgent {dir}/agent\n",
            .neither(.login(user: "{me}"))),
        SSHCase(
            "IdentitiesOnly, the public half", "IdentitiesOnly yes\nIdentityFile {dir}/two.pub\nIdentityAgent {dir}/agent\n",
            .both("server=A key=two")),
        SSHCase(
            "IdentitiesOnly, the private half is elsewhere", "IdentitiesOnly yes\nIdentityFile {dir}/half\nIdentityAgent {dir}/agent\n",
            .both("server=A key=two")),
        SSHCase("a public half and no agent", "IdentityFile {dir}/two.pub\n", nothing),
        SSHCase(
            "the agent knows the passphrase", "IdentitiesOnly yes\nIdentityFile {dir}/locked\nIdentityAgent {dir}/agent\n",
            .both("server=A key=locked")),
        SSHCase("many keys, the right one is named", "IdentityFile {dir}/rsa.pub\nIdentityAgent {dir}/full\n", .both("server=A key=rsa")),
        SSHCase(
            "many keys, the right one comes too late", "IdentityFile {dir}/one\nIdentityAgent {dir}/full\n", .neither(.login(user: "{me}"))),
        SSHCase("IdentityAgent none", "IdentityFile none\nIdentityAgent none\n", nothing),
        SSHCase("IdentityAgent in a variable", "IdentityFile none\nIdentityAgent $LAB_TEST_AGENT\n", .both("server=A key=two")),
        SSHCase("IdentityAgent with a variable", "IdentityFile none\nIdentityAgent ${LAB_TEST_FOLDER}/agent\n", .both("server=A key=two")),
        SSHCase("IdentityAgent with tokens", "IdentityFile none\nIdentityAgent {dir}/agent-%n-%%\n", .both("server=A key=two")),
        SSHCase("IdentityAgent that is not there", "IdentityAgent {dir}/nowhere\n", inA),
        SSHCase("a certificate beside the key", "IdentityFile {dir}/certified\n", .both("server=A key=certificate")),
        SSHCase(
            "CertificateFile", "IdentityFile {dir}/plain\nCertificateFile {dir}/certified-cert.pub\n", .both("server=A key=certificate")),
        SSHCase(
            "CertificateFile, the key in the agent",
            "IdentityFile none\nCertificateFile {dir}/certified-cert.pub\nIdentityAgent {dir}/certifying\n",
            .both("server=A key=certificate")),
        SSHCase(
            "CertificateFile, no key for it", "IdentityFile {dir}/stranger\nCertificateFile {dir}/certified-cert.pub\n",
            .neither(.login(user: "{me}"))),
        SSHCase("AddKeysToAgent", "AddKeysToAgent yes\nForwardAgent yes\n", inA),
        SSHCase("PubkeyAuthentication no", "PubkeyAuthentication no\n", .neither(.ruledOut("PubkeyAuthentication"))),
        SSHCase(
            "PreferredAuthentications without keys", "PreferredAuthentications password,keyboard-interactive\n",
            .neither(.ruledOut("PreferredAuthentications"))),
        SSHCase("PreferredAuthentications with keys last", "PreferredAuthentications password,publickey\n", inA),
        SSHCase("PasswordAuthentication no", "PasswordAuthentication no\nKbdInteractiveAuthentication no\n", inA),
        SSHCase(
            "PubkeyAcceptedAlgorithms", "PubkeyAcceptedAlgorithms rsa-sha2-256\nIdentityFile {dir}/one\nIdentityFile {dir}/rsa\n",
            .both("server=A key=rsa")),
        SSHCase("PubkeyAcceptedAlgorithms -", "PubkeyAcceptedAlgorithms -ssh-ed25519*\n", nothing),
        SSHCase(
            "PubkeyAcceptedAlgorithms and the agent", "PubkeyAcceptedAlgorithms rsa-*\nIdentityFile {dir}/rsa\nIdentityAgent {dir}/agent\n",
            .both("server=A key=rsa")),
        SSHCase("RequiredRSASize of one's own key", "RequiredRSASize 4096\nIdentityFile {dir}/rsa\n", nothing),
        SSHCase("SecurityKeyProvider", "SecurityKeyProvider internal\n", inA),
        SSHCase("PKCS11Provider beside a key", "PKCS11Provider {dir}/nowhere.so\n", inA),
        SSHCase("PKCS11Provider alone", "PKCS11Provider {dir}/nowhere.so\nIdentityFile none\n", .neither(.notLikeSSH("PKCS11Provider"))),
        SSHCase(
            "ControlPath, open", "ControlPath {dir}/master\nIdentityFile {dir}/stranger\n",
            .sshAlone("server=B key=one", .notLikeSSH("ControlPath"))),
        SSHCase("ControlPath, not open", "ControlMaster no\nControlPath {dir}/m-%C\n", inA),
        SSHCase("RequestTTY, SendEnv, SetEnv", "RequestTTY force\nSendEnv LANG\nSetEnv A=b\nLogLevel QUIET\n", inA),
        // lab brings its own command.
        SSHCase("RemoteCommand", "RemoteCommand uptime\n", .labAlone("server=A key=one")),
    ]

    /// In 9.4 and later.
    private static let tagged = SSHCase("Match tagged", "Tag lab\nMatch tagged lab\n  Port {B}\n", inB)

    @Test func whatLeadsThere() async throws {
        let knowsTags = ShortProgram.run(["ssh", "-G", "-F", "none", "-o", "Tag=lab", "x"], seconds: 10)?.status == 0
        try await compare(Self.whereto + (knowsTags ? [Self.tagged] : []))
    }
    @Test func algorithmsThatCount() async throws { try await compare(Self.algorithms) }
    @Test func hostKeysThatCount() async throws { try await compare(Self.hostKeys) }
    @Test func keysAndUsersThatCount() async throws { try await compare(Self.logins) }

    /// CheckHostIP counts for addresses that are not loopback's, and for hosts with a name.
    @Test(.enabled(if: SSHComparison.outside != nil, "this computer has no name in /etc/hosts for an address of its own beyond loopback"))
    func anotherKeyForTheAddressIsRefused() async throws {
        let place = try SSHComparison()
        let (name, address) = try #require(SSHComparison.outside)
        let known = "[\(name)]:{A} {keyA}\n[\(address)]:{A} {keyB}\n"
        let usual = SSHCase("usual", "HostName \(name)\n", known: known, Self.inA)
        #expect(try place.ssh(usual) == .inside("server=A key=one"))
        #expect(try await place.lab(usual) == .inside("server=A key=one"))
        let checked = SSHCase("checked", "HostName \(name)\nCheckHostIP yes\n", known: known, Self.nothing)
        #expect(try place.ssh(checked) == .refused(.hostKeyUnknown))
        #expect(try await place.lab(checked) == .refused(.hostKeyChanged))
    }

    private func compare(_ cases: [SSHCase]) async throws {
        let place = try SSHComparison()
        let silent = try FakeServer(greeting: "")
        try prepare(place, silentPort: silent.port)
        for var one in cases {
            one.configuration = one.configuration.replacing("{silent}", with: "\(silent.port)")
            if one.known.contains("{hashed}") { one.known = one.known.replacing("{hashed}", with: try hashed(place)) }
            let ssh = try place.ssh(one)
            let lab = try await place.lab(one)
            switch one.expected {
            case .both(let answer):
                #expect(ssh == .inside(answer), "ssh: \(one.name)")
                #expect(lab == .inside(answer), "lab: \(one.name)")
            case .neither(let reason):
                if case .inside = ssh { Issue.record("ssh got in: \(one.name)") }
                #expect(lab == .refused(filled(reason, place)), "lab: \(one.name)")
                // Where both speak of the same, they say the same.
                if case .refused(let other) = ssh, [.hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .configuration].contains(reason) {
                    #expect(other == reason || reason == .configuration, "ssh: \(one.name)")
                }
                if case .login = reason {
                    #expect(ssh == .refused(filled(reason, place)) || "\(ssh)".contains("Too many"), "ssh: \(one.name)")
                }
            case .sshAlone(let answer, let reason):
                #expect(ssh == .inside(answer), "ssh: \(one.name)")
                #expect(lab == .refused(reason), "lab: \(one.name)")
            case .labAlone(let answer):
                if case .inside = ssh { Issue.record("ssh got in: \(one.name)") }
                #expect(lab == .inside(answer), "lab: \(one.name)")
            }
        }
    }

    private func filled(_ reason: Meeting.Reason, _ place: SSHComparison) -> Meeting.Reason {
        if case .login(let user) = reason { .login(user: place.filled(user)) } else { reason }
    }

    private func hashed(_ place: SSHComparison) throws -> String {
        try place.write("[127.0.0.1]:{A} {keyA}\n", to: "plain-known")
        _ = ShortProgram.run(["ssh-keygen", "-H", "-f", "\(place.folder)/plain-known"], seconds: 10)
        let line = try String(contentsOfFile: "\(place.folder)/plain-known", encoding: .utf8)
        return String(line.prefix { $0 != " " })
    }

    /// The files and programs that configurations name.
    private func prepare(_ place: SSHComparison, silentPort: Int) throws {
        let folder = place.folder
        setenv("LAB_TEST_FOLDER", folder, 1)
        setenv("LAB_TEST_AGENT", "\(folder)/agent", 1)
        try place.write("Port {B}\n", to: "part1.conf")
        try FileManager.default.createDirectory(atPath: "\(folder)/a b", withIntermediateDirectories: true)
        try place.write("[127.0.0.1]:{A} {keyA}\n", to: "a b/known")
        try place.write("[127.0.0.1]:{A} {keyA}\n", to: "known-br1-127.0.0.1-{A}-br1")
        for name in ["key-br1-127.0.0.1-{A}-{me}-{me}-\(getuid())-br1-%", "open", "plain"] {
            try place.copy(["open": "one", "plain": "certified"][name] ?? "one", to: place.filled(name))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder)/open")
        try place.copy("two", to: "a b/two")
        try place.copy("two.pub", to: "half.pub")
        try place.write("{keyA}\n{rsaA}\n{ecdsaA}\n", to: "revoked")
        _ = ShortProgram.run(
            ["ssh-keygen", "-q", "-k", "-f", "\(folder)/revoked.krl", place.path("host_ed25519.pub", of: "A")], seconds: 10)
        try place.write("#!/bin/sh\nprintf '%s {keyA}\\n' \"$1\"\n", to: "keys", executable: true)
        // It ends when either side does: what stays behind would hold ssh's output open.
        try place.write(
            "#!/usr/bin/python3\nimport os, select, socket, sys\ns = socket.create_connection((sys.argv[1], int(sys.argv[2])))\nwhile True:\n"
                + "    for ready in select.select([0, s], [], [])[0]:\n        data = os.read(0, 65536) if ready == 0 else s.recv(65536)\n"
                + "        if not data:\n            sys.exit()\n        s.sendall(data) if ready == 0 else os.write(1, data)\n",
            to: "through", executable: true)
        try place.write(
            "#!/usr/bin/python3\nimport array, socket, sys\ns = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
                + "socket.socket(fileno=1).sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [s.fileno()]))])\n",
            to: "pass", executable: true)
        try place.startAgent("agent", ["two", "locked"])
        try place.copyLink("agent", to: "agent-br1-%")
        try place.startAgent("full", (0..<7).map { "odd\($0)" } + ["rsa"])
        try place.startAgent("certifying", ["plain"])
        let hash = SSHCase("c", "ControlPath {dir}/c-%C\n", .both(""))
        let printed = ShortProgram.run(["ssh", "-G", "-T", "-F", try place.configuration(hash), "br1"], seconds: 10)?.printed ?? ""
        let path = printed.split(separator: "\n").first { $0.hasPrefix("controlpath ") }.map { String($0.dropFirst(12)) }
        try FileManager.default.copyItem(atPath: "\(folder)/one", toPath: try #require(path))
        // A connection to another server than the configuration's: whoever uses it gets there.
        let master = SSHCase("m", "Port {B}\nControlPath {dir}/master\nControlMaster yes\n", .both(""))
        let opened = ShortProgram.run(["ssh", "-F", try place.configuration(master), "-fN", "br1"], seconds: 10)
        #expect(opened?.status == 0)
    }
}
