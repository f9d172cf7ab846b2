import Foundation
import Glibc

/// Keeps a second `lab sandbox` away while one is at work; gone with the process, however it ends.
final class SandboxLock: Sendable {
    private let descriptor: Int32

    /// - Parameter shared: whether others may have it too, as long as they share it as well.
    /// - Throws: `SandboxError.inUse`.
    init(_ url: URL, shared: Bool = false) throws(SandboxError) {
        descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .notAllowed(doing: "opening \(url.path)", said: String(cString: strerror(errno)))
        }
        guard flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse
        }
    }

    /// Waits for whoever holds the lock.
    /// - Throws: `SandboxError.inUse` when that takes too long, or `CancellationError`.
    static func waiting(_ url: URL, seconds: Int) async throws -> SandboxLock {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let lock = try? SandboxLock(url) { return lock }
            try await Task.sleep(for: .milliseconds(50))
        }
        // The last attempt says why.
        return try SandboxLock(url)
    }

    deinit { close(descriptor) }
}
