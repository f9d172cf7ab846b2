import DataFiles
import Foundation

/// The image that practice machines start from, made from the description in `sandbox/` and kept until that changes.
struct SandboxImage: Sendable {
    /// The folder with the description.
    let sources: URL
    /// Where downloaded packages are kept.
    let cache: URL

    /// The platform of the course that its machines have.
    let platform: String

    /// The program of the description that makes an image of this platform.
    private var builder: String { platform == "rocky9" ? "build-standin" : "build-image" }

    /// Changes whenever a file of the description does.
    func tag() throws -> String {
        var fingerprint = Fingerprint()
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources.path).sorted() where !Self.isOfNoEffect(name) {
            let url = sources.appending(path: name)
            if !url.hasDirectoryPath, FileManager.default.isReadableFile(atPath: url.path), (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true {
                try fingerprint.add(fileAt: url)
            }
        }
        return fingerprint.description
    }

    /// Files of the description that leave the image as it is.
    private static func isOfNoEffect(_ name: String) -> Bool { ["install", "selftest"].contains(name) }

    func name() throws -> String { "localhost/lab-\(platform):\(try tag())" }
    /// The machines' package source, on this computer.
    func packages() throws -> URL { cache.appending(path: "packages-\(platform)-\(try tag())") }

    /// Whether the image and its packages are there.
    func exists(_ podman: Podman) async throws -> Bool {
        let image = try await podman.call(["image", "exists", try name()], doing: "looking for the image", mayFail: true)
        let index = try packages().appending(path: ".complete")
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
        words += [sources.appending(path: builder).path, try name(), try packages().path]
        let outcome = try await podman.program.run(words, seconds: 900, doing: "making the image")
        try? (outcome.output + outcome.said).write(to: log, atomically: true, encoding: .utf8)
        guard outcome.succeeded else { throw SandboxError.imageFailed(said: outcome.tail, log: log.path) }
    }
}
