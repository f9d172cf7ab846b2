import DataFiles
import Foundation

/// The image that practice machines start from, made from the description of their platform and kept until that changes.
struct SandboxImage: Sendable {
    let description: SandboxDescription
    /// Where downloaded packages are kept.
    let cache: URL
    let platform: String

    /// Changes whenever a file does that the image is made from.
    func tag() throws -> String {
        var fingerprint = Fingerprint()
        fingerprint.add((description.suites[platform] ?? "").utf8)
        for folder in [description.engine, description.folder(of: platform)] {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() where !Self.isOfNoEffect(name) {
                let url = folder.appending(path: name)
                let isFile = (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
                if isFile, FileManager.default.isReadableFile(atPath: url.path) { try fingerprint.add(fileAt: url) }
            }
        }
        return fingerprint.description
    }

    /// Files beside the description that leave the image as it is.
    private static func isOfNoEffect(_ name: String) -> Bool {
        ["install", "selftest", "Containerfile"].contains(String(name.prefix { $0 != "/" }))
    }

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
        words += description.builder(of: platform, image: try name(), packages: try packages())
        let outcome = try await podman.program.run(words, seconds: 900, doing: "making the image")
        try? (outcome.output + outcome.said).write(to: log, atomically: true, encoding: .utf8)
        guard outcome.succeeded else { throw SandboxError.imageFailed(said: outcome.tail, log: log.path) }
    }
}
