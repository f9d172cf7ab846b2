import Foundation

/// The image that practice machines start from, made from the description in `sandbox/` and kept until that changes.
struct SandboxImage: Sendable {
    /// The folder with the description.
    let sources: URL
    /// Where downloaded packages are kept.
    let cache: URL

    private static let files = ["build-image", "customize", "clone-init", "base-packages", "packages"]

    /// Changes whenever a file of the description does.
    func tag() throws -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for name in Self.files {
            for byte in try Data(contentsOf: sources.appending(path: name)) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return String(hash, radix: 16)
    }

    func name() throws -> String { "localhost/lab-debian12:\(try tag())" }
    /// The machines' package source, on this computer.
    func packages() throws -> URL { cache.appending(path: "packages-\(try tag())") }

    /// Whether the image and its packages are there.
    func exists(_ podman: Podman) async throws -> Bool {
        let image = try await podman.call(["image", "exists", try name()], doing: "looking for the image", mayFail: true)
        let index = try packages().appending(path: "Packages")
        return image.succeeded && FileManager.default.fileExists(atPath: index.path)
    }

    /// Makes the image if there is none. Of two sandboxes that need it, one makes it and the other waits.
    /// - Throws: `SandboxError`.
    func provide(_ podman: Podman, log: URL, making: () -> Void) async throws {
        if try await exists(podman) { return }
        try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
        let lock = try await SandboxLock.waiting(cache.appending(path: "image.lock"), seconds: 900)
        defer { withExtendedLifetime(lock) {} }
        if try await exists(podman) { return }
        making()
        try await build(podman, log: log)
    }

    /// Makes the image: about a minute, most of it Debian's packages.
    /// - Throws: `SandboxError.imageFailed` with the end of the log.
    private func build(_ podman: Podman, log: URL) async throws {
        var words = podman.host == .restricted ? podman.namespace.entering : []
        words += [sources.appending(path: "build-image").path, try name(), try packages().path]
        let outcome = try await podman.program.run(words, seconds: 900, doing: "making the image")
        try? (outcome.output + outcome.said).write(to: log, atomically: true, encoding: .utf8)
        guard outcome.succeeded else { throw SandboxError.imageFailed(said: outcome.tail, log: log.path) }
    }
}
