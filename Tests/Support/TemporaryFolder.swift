import Foundation

/// A folder of its own for a test, which goes away with this value.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Does something in such a folder, which is there until it is done.
    package static func with<Outcome>(_ body: (URL) throws -> Outcome) throws -> Outcome {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) { try body(folder.url) }
    }
}
