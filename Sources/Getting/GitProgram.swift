import Foundation
import Subprocess
import SystemPackage

/// Runs git on what strangers have made: bounded in time and in the size of files, without questions, hooks or filters, and by the
/// protocols that are allowed. Nothing is ever checked out: objects are read one by one.
struct GitProgram: Sendable {
    /// What a run left behind.
    struct Outcome: Sendable {
        var status: Int?
        var output: [UInt8]
        var said: String

        var succeeded: Bool { status == 0 }
        /// The command `timeout` says so.
        var wasTooSlow: Bool { status == 124 || status == 137 }
        /// Whether a file would have become larger than it may, which a signal says.
        var wasTooLarge: Bool { said.contains("died of signal 25") || said.contains("File too large") || said.contains("File size limit") }
        var text: String { String(decoding: output, as: UTF8.self) }
        /// The end of what it said, in one line.
        var tail: String {
            let lines = said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            return String(lines.suffix(3).joined(separator: " ").suffix(400))
        }
    }

    /// The bare repository that it works in.
    var folder: URL
    var seconds = 180
    var environment: [String: String] = ProcessInfo.processInfo.environment

    /// The largest file that it may write, in bytes.
    var largestFile = 256 << 20

    /// Config of the person stays in force, such as proxies and credentials. What would run programs that come with a repository, or
    /// fetch more than was asked for, is off. No repository's own config is read, as its own is new and empty.
    private static let settings = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.askPass=", "credential.interactive=false", "fetch.fsckObjects=true",
        "fetch.recurseSubmodules=false", "submodule.recurse=false", "fetch.writeCommitGraph=false", "gc.auto=0", "maintenance.auto=false",
        "protocol.version=2", "advice.detachedHead=false",
    ]

    /// Runs git and waits for its end.
    /// - Throws: `GettingFault.noGit`, or `CancellationError`.
    func run(_ words: [String], input: String = "", outputLimit: Int = 4 << 20) async throws -> Outcome {
        let settings = Self.settings.flatMap { ["-c", $0] }
        // `ulimit -f` counts blocks of 512 bytes. `timeout` ends all that git has started, too.
        let shell = "ulimit -f \(largestFile / 512) 2>/dev/null; exec timeout -k 5 \(seconds) git \"$@\""
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        do {
            let result = try await Subprocess.run(
                .name("sh"), arguments: Arguments(["-c", shell, "sh", "--git-dir", folder.path] + settings + words),
                environment: .custom(surroundings), platformOptions: options, input: .string(input),
                output: .bytes(limit: outputLimit), error: .string(limit: 1 << 20))
            try Task.checkCancellation()
            let status: Int? = if case .exited(let code) = result.terminationStatus { Int(code) } else { nil }
            if status == 127 { throw GettingFault.noGit }
            return Outcome(status: status, output: result.standardOutput, said: result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw GettingFault.noGit
        }
    }

    /// The environment, without what turns git to other places, and with nobody to ask.
    private var surroundings: [Environment.Key: String] {
        var all = environment.filter {
            !$0.key.hasPrefix("GIT_") || ["GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_PROXY_SSL_CAINFO"].contains($0.key)
        }
        all["GIT_ALLOW_PROTOCOL"] = "https:ssh:file"
        all["GIT_TERMINAL_PROMPT"] = "0"
        all["GIT_ASKPASS"] = ""
        all["SSH_ASKPASS_REQUIRE"] = "never"
        all["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o ConnectTimeout=20"
        all["GIT_LFS_SKIP_SMUDGE"] = "1"
        all["GIT_NO_LAZY_FETCH"] = "1"
        all["GIT_ATTR_NOSYSTEM"] = "1"
        all["LC_ALL"] = "C"
        return Dictionary(uniqueKeysWithValues: all.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    }
}
